"""What both chiefs agree to when they close a year or open it again (`budget.models.approvals`)."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from budget.closing import queries, rules
from budget.models import Proposal
from budget.models.approvals import Details
from budget.models.books import EPOCH
from skolefleks import audit
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from skolefleks.models import User


def years(proposal: Proposal) -> set[int]:
    """The year itself; those of its lines are locked by the approval."""
    return {proposal.year_closing.pool_id}


def carry_out(proposal: Proposal, *, by: User) -> None:
    """Close the year, after its unused money is taken out of it; or open it.

    Raises NotPossible where something has come in the way since it was proposed.
    """
    pool = proposal.year_closing.pool
    if proposal.kind == Proposal.Kind.REOPENING:
        pool.closed_at = None
        pool.save(update_fields=["closed_at"])
        audit.record("reopen", pool, by=by)
        return

    rules.require_over(pool.fiscal_year)
    sentences = queries.obstacles(pool.fiscal_year, but=proposal)
    # The lines took out what was free when it was proposed: now nothing may be left.
    if any(queries.unused(pool.fiscal_year).values()):
        sentences.append(
            "Bøgerne er ændret siden. Afvis forslaget, og foreslå det igen."
        )
    if sentences:
        raise NotPossible(" ".join(sentences))
    # From here on the database refuses every posting to the year.
    pool.closed_at = timezone.now()
    pool.save(update_fields=["closed_at"])
    moment = (pool.closed_at - EPOCH) // timedelta(microseconds=1)
    audit.record("close", pool, by=by, moment=moment)


def details(proposal: Proposal) -> Details:
    """What becomes of each frame's unused money."""
    year = proposal.year_closing.pool_id
    if proposal.kind == Proposal.Kind.REOPENING:
        return Details(
            sentences=[
                f"Der kan igen bogføres i {year}, til centercheferne lukker det på ny."
            ]
        )

    carried = {line.source_id for line in proposal.lines.all() if line.year > year}
    rows = []
    for line in proposal.lines.all():
        if line.year != year:
            continue
        what = "Gives tilbage til rammen"
        if line.source_id in carried:
            what = f"Føres over til {year + 1}"
        rows.append((line.source.name, what, -line.amount))
    return Details(
        sentences=[
            f"Derefter kan intet bogføres i {year}, med mindre I genåbner det med en begrundelse.",
            "Hver rammes del af det brugte ligger dermed fast.",
        ],
        head=("Ramme", "Det ubrugte", "Beløb"),
        rows=rows,
    )
