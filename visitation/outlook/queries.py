"""What a grant takes from the pool, and what a school has got of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.utils import timezone

from budget.books import queries as books_queries
from visitation.models import Grant

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from django.db.models import QuerySet


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


def own_years(schools: Collection[int]) -> list[books_queries.DistrictYear]:
    """Places, days and money of the schools' released grants by fiscal year: what is not released is not told."""
    return books_queries.spent_on(_released_of(schools).values("pk"))


def _released_of(schools: Collection[int]) -> QuerySet[Grant]:
    return (
        Grant.objects.standing()
        .known()
        .filter(decision__pupil_case__application__school__in=schools)
    )
