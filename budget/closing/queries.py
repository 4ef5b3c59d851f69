"""What stands in the way of closing a year, and what is unused of it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from budget.books import queries as book_queries
from budget.lifecycle import ProposalStatus
from budget.models import FundingSource, Instalment, Pool, Proposal, YearClosing
from skolefleks import alphabet
from skolefleks.danish import kr, today

if TYPE_CHECKING:
    from datetime import datetime


class Year(NamedTuple):
    """A fiscal year on the page: is it over, closed, and what lies in the way of closing it."""

    year: int
    allocated: int
    free: int
    is_over: bool
    closed_at: datetime | None


def years() -> list[Year]:
    """All years that have a pool, the newest first."""
    closed = dict(Pool.objects.values_list("pk", "closed_at"))
    rows = []
    for pool in book_queries.pools(book_queries.pool_years()):
        rows.append(
            Year(
                pool.year,
                pool.allocated,
                pool.free,
                pool.year < today().year,
                closed.get(pool.year),
            )
        )
    return sorted(rows, reverse=True)


def unused(year: int) -> dict[FundingSource, int]:
    """What each frame has free in the year, whole DKK: its part of what the pool did not use."""
    sources = FundingSource.objects.in_bulk()
    parts = {}
    for pool in book_queries.pools([year]):
        for frame in pool.frames:
            parts[sources[frame.source_id]] = frame.free
    return parts


def obstacles(year: int, *, but: Proposal | None = None) -> list[str]:
    """What must be settled before the year is closed, as sentences with the amount."""
    sentences = []
    planned = Instalment.objects.planned().filter(pool=year)
    rows = planned.sums_by("school__name")
    for row in sorted(rows, key=lambda row: alphabet.key(row["school__name"])):
        sentences.append(
            f"{row['school__name']}: {row['number']} rater for {year} på {kr(row['sum'])}"
            " er ikke betalt eller modregnet."
        )

    # Money that is agreed on tomorrow would come too late for the year.
    waiting = Proposal.objects.waiting().filter(lines__year=year).distinct()
    if but:
        waiting = waiting.exclude(pk=but.pk)
    if waiting.exists():
        sentences.append(f"Der venter et forslag om penge i {year}. Besvar det først.")
    return sentences


def is_waiting(year: int) -> bool:
    """Whether a proposal to close or open the year waits for its answer."""
    closings = YearClosing.objects.filter(pool=year)
    return closings.filter(proposal__status=ProposalStatus.PROPOSED).exists()
