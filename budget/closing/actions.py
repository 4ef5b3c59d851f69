"""Closing a fiscal year and opening it again: one chief proposes, the other agrees."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.closing import queries, rules
from budget.models import Pool, Proposal, YearClosing
from budget.proposals import actions as proposals
from budget.proposals.reach import FrameYear
from skolefleks import audit
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budget.models import FundingSource
    from skolefleks.models import User


@transaction.atomic
def propose_closing(
    year: int, choices: Mapping[FundingSource, str], *, reason: str, by: User
) -> Proposal:
    """Propose to close a year: what each frame did not use is carried over or given back.

    `choices` says which, by frame. Raises NotPossible with what is in the way, PermissionDenied.
    """
    pool = _pool(year, is_closed=False)
    rules.require_over(year)
    sentences = queries.obstacles(year)
    if sentences:
        raise NotPossible(" ".join(sentences))

    lines = rules.lines_of(year, queries.unused(year), choices)
    # A year that nobody has opened has no pool to put it into.
    carried_to = [of for of, _ in lines if of > year]
    if (
        carried_to
        and not Pool.objects.filter(pk=year + 1, closed_at__isnull=True).exists()
    ):
        raise NotPossible(
            f"Der er intet åbent {year + 1} at føre over til. Åbn det først, eller giv tilbage."
        )

    proposal = proposals.propose_other(
        Proposal.Kind.CLOSING,
        f"Regnskabsåret {year} lukkes",
        lines={FrameYear(*place): amount for place, amount in lines.items()},
        reason=reason,
        by=by,
    )
    _note_year(proposal, pool, by=by)
    return proposal


@transaction.atomic
def propose_reopening(year: int, *, reason: str, by: User) -> Proposal:
    """Propose to open a closed year again, for a reason. Raises NotPossible, PermissionDenied."""
    pool = _pool(year, is_closed=True)
    proposal = proposals.propose_other(
        Proposal.Kind.REOPENING,
        f"Regnskabsåret {year} genåbnes",
        reason=reason,
        by=by,
    )
    _note_year(proposal, pool, by=by)
    return proposal


def _note_year(proposal: Proposal, pool: Pool, *, by: User) -> None:
    """Write which year the proposal is about."""
    closing = YearClosing.objects.create(proposal=proposal, pool=pool)
    audit.record("propose", closing, by=by)


def _pool(year: int, *, is_closed: bool) -> Pool:
    """The pool of the year, where it is closed or not as it should be and nothing waits."""
    pool = Pool.objects.filter(pk=year).first()
    if pool is None or bool(pool.closed_at) != is_closed:
        raise NotPossible
    if queries.is_waiting(year):
        raise NotPossible(
            f"Der ligger allerede et forslag om {year}. Besvar det først."
        )
    return pool
