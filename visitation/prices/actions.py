"""The index of prices: one centre chief proposes, the other approves what they have seen, grant by grant; all or nothing.

Lock order: pools by fiscal year, then the applications, then the instalments.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from applications.models import Application
from budget.books import actions as books
from budget.models import Pool
from budget.payments import actions as payments
from budget.proposals import actions as proposals
from skolefleks import audit
from skolefleks.danish import day, decimal
from skolefleks.refusals import Overtaken, Refusal
from visitation.decisions import actions as decisions
from visitation.lifecycle import DecisionStatus
from visitation.models import PriceIndex, TariffVersion
from visitation.prices import queries

if TYPE_CHECKING:
    from datetime import date
    from decimal import Decimal

    from budget.models import Proposal
    from skolefleks.models import User


class Unseen(Overtaken):
    """The grants are not those that the one who approves has seen."""

    message = "Bevillingerne er ændret, siden du så dem her. Se dem igennem igen, før du godkender."


@transaction.atomic
def propose_index(
    percent: Decimal, from_on: date, *, reason: str, by: User
) -> PriceIndex:
    """Propose to raise the tariffs that run on `from_on` by `percent`. Nothing changes yet.

    Raises Refusal where no grant runs then, a later tariff stands or the days are paid; Overdrawn, NotPossible,
    PermissionDenied.
    """
    _require_possible(queries.preview(percent, from_on))
    text = f"{decimal(percent)} % fra {day(from_on)}"
    proposal = proposals.propose_index(text, reason=reason, by=by)
    return PriceIndex.objects.create(
        proposal=proposal, percent=percent, from_on=from_on
    )


@transaction.atomic
def approve_index(index: PriceIndex, *, seen: str, by: User) -> queries.Preview:
    """Agree for the other centre: each grant gets its tariff, the books what it costs more, the schools the new rest.

    `seen` is the fingerprint of the preview that is approved. Raises Unseen, TakesBothCentres, NotPossible, Overtaken,
    PermissionDenied, and Overdrawn or Refusal where the books or the grants have moved since it was proposed.
    """
    years = Pool.objects.filter(fiscal_year__gte=index.from_on.year).values_list(
        "pk", flat=True
    )
    books.lock_pools(set(years))
    _lock_cases(index.from_on)
    found = queries.preview(index.percent, index.from_on)
    proposals.agree(index.proposal, by=by)
    if found.fingerprint != seen:
        raise Unseen
    _require_possible(found)
    _write(index, found, by=by)
    return found


def _lock_cases(from_on: date) -> None:
    """The applications of the grants: one that is being released is waited for, and its plan found."""
    cases = (
        queries.touched(from_on).order_by().values("decision__pupil_case__application")
    )
    list(
        Application.objects.select_for_update(no_key=True)
        .filter(pk__in=cases)
        .order_by("pk")
        .values_list("pk")
    )


def _require_possible(found: queries.Preview) -> None:
    """Raises Refusal, with the field it belongs to, and Overdrawn."""
    if not found.lines:
        raise Refusal(
            "Ingen bevillinger er begyndt før den dag og løber videre.", field="fra"
        )
    if found.set_until and found.set_until >= found.from_on:
        raise Refusal(
            f"Der er allerede reguleret fra {day(found.set_until)}. Vælg en dag derefter.",
            field="fra",
        )
    covered = payments.lock_covered([line.grant.pk for line in found.lines])
    if covered and covered >= found.from_on:
        raise Refusal(
            f"Der er udbetalt til og med {day(covered)}, og det, der er betalt, flyttes ikke. Vælg en dag derefter.",
            field="fra",
        )
    books.require_free({year.year: year.after - year.before for year in found.years})


def _write(index: PriceIndex, found: queries.Preview, *, by: User) -> None:
    TariffVersion.objects.bulk_create(
        TariffVersion(
            index=index,
            grant=line.grant,
            from_on=index.from_on,
            before=line.before,
            tariff=line.after,
        )
        for line in found.lines
    )
    more = [
        books.More(
            line.grant.pk, cost.year, cost.more, line.grant.district_id, line.number
        )
        for line in found.lines
        for cost in line.years
    ]
    books.commit_more(more, index.proposal, by=by)
    for line in found.lines:
        _tell(line, index.proposal, by=by)


def _tell(line: queries.Line, proposal: Proposal, *, by: User) -> None:
    """The trail's line of one grant; where the school knows of the grant, it is paid anew from here on."""
    grant = line.grant
    grant.refresh_from_db(fields=["later_tariffs"])
    audit.record(
        "index",
        grant,
        by=by,
        proposal=str(proposal.pk),
        before=line.before,
        tariff=line.after,
    )
    if grant.decision.status != DecisionStatus.PROVISIONAL:
        decisions.plan_payments(grant, grant.decision.application, by=by, verb="reprice")
