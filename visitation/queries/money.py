"""What a grant takes from the pool, and what a school has got of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from budget.models import Standing
from budget.queries import DistrictYear, spent_on
from budget.tariff import by_fiscal_year
from visitation.models import Grant

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet


class Cost(NamedTuple):
    """What a grant takes from one fiscal year; `before` and `after` are free whole DKK, None without a pool."""

    year: int
    days: int
    amount: int
    before: int | None
    after: int | None


def effect(tariff: int, starts_on: date, ends_on: date) -> list[Cost]:
    """What a grant on these terms would take of each fiscal year it touches, and what it would leave."""
    parts = by_fiscal_year(tariff, starts_on, ends_on)
    free = Standing.objects.free(parts)
    return [
        Cost(year, part.days, part.amount, free.get(year), free[year] - part.amount if year in free else None)
        for year, part in parts.items()
    ]


@dataclass(frozen=True)
class OwnGrant:
    """A released grant of the school, with what a list may show of the pupil."""

    number: str
    initials: str
    tariff: int
    starts_on: date
    last_day: date


def own_grants(schools: Collection[int]) -> list[OwnGrant]:
    """The schools' released grants that run today or later, the one that ends first at the top."""
    rows = _released_of(schools).select_related("decision__pupil_case__application")
    grants = [
        OwnGrant(
            grant.decision.pupil_case.application.number,
            grant.decision.pupil_case.initials,
            grant.tariff_on(timezone.localdate()),
            grant.starts_on,
            grant.last_day,
        )
        for grant in rows
        if grant.last_day >= timezone.localdate()
    ]
    return sorted(grants, key=lambda grant: (grant.last_day, grant.number))


def own_years(schools: Collection[int]) -> list[DistrictYear]:
    """Places, days and money of the schools' released grants by fiscal year: what is not released is not told."""
    return spent_on(_released_of(schools).values("pk"))


def _released_of(schools: Collection[int]) -> QuerySet[Grant]:
    return Grant.objects.standing().known().filter(decision__pupil_case__application__school__in=schools)
