"""A closed fiscal year takes no more postings: what comes later belongs to an open one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from budget.models import Pool
from skolefleks.danish import day
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable


class ClosedYear(Refusal):
    """A fiscal year that would be posted to is closed."""

    def __init__(self, pool: Pool) -> None:
        super().__init__(sentence_of(pool))


def sentence_of(pool: Pool) -> str:
    """Why nothing is posted to a closed year, and the ways out."""
    closed_on = ""
    if pool.closed_at:
        closed_on = f" {day(timezone.localtime(pool.closed_at).date())}"
    return (
        f"Regnskabsåret {pool.fiscal_year} blev lukket{closed_on}. Vælg dage og år derefter, eller"
        " bed centercheferne genåbne det under Økonomi, Regnskabsår."
    )


def closed_pools(years: Collection[int]) -> list[Pool]:
    """Those of `years` that are closed, ascending."""
    pools = Pool.objects.filter(pk__in=years, closed_at__isnull=False)
    return list(pools.order_by("pk"))


def require_open(years: Collection[int]) -> None:
    """Raise ClosedYear where one of `years` is closed. The pools are locked by whoever calls."""
    require_each_open(closed_pools(years))


def require_each_open(pools: Iterable[Pool]) -> None:
    """The same, of pools that were read as they were locked."""
    # The first is named: it is what the one who asks must get past.
    for pool in pools:
        if pool.closed_at:
            raise ClosedYear(pool)
