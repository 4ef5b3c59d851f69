"""What an index of prices would do to every grant that it touches, before anything changes. Writes nothing.

It touches the grants that run on the day before and on the day itself. One that begins on the day or later keeps the
tariff that the committee set for just that period.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models.functions import Coalesce

from budget.models import Standing
from budget.tariff import Later, by_fiscal_year, raised
from visitation.lifecycle import GrantStatus
from visitation.models import Grant

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from applications.models import Application
    from visitation.models import PriceIndex, TariffVersion


class YearCost(NamedTuple):
    """What one fiscal year costs, whole DKK, before and after."""

    year: int
    before: int
    after: int

    @property
    def more(self) -> int:
        return self.after - self.before


class YearInAll(NamedTuple):
    """All grants of the index in one fiscal year, and what is free of its pool; whole DKK."""

    year: int
    before: int
    after: int
    free: int

    @property
    def free_after(self) -> int:
        return self.free - (self.after - self.before)


@dataclass(frozen=True)
class Line:
    """One grant: its yearly tariff before and after, and its cost in each fiscal year from the day's on."""

    grant: Grant
    number: str
    district: str
    before: int
    after: int
    years: Sequence[YearCost]


@dataclass(frozen=True)
class Preview:
    """The whole index, by case number. `set_until` is the last day that one of the grants has got a tariff from already."""

    percent: Decimal
    from_on: date
    lines: Sequence[Line]
    years: Sequence[YearInAll]

    @property
    def rows(self) -> list[tuple[Line, list[YearCost]]]:
        """Each line with a cost for each of `years`, nothing where it does not run."""
        found = [
            (line, {cost.year: cost for cost in line.years}) for line in self.lines
        ]
        return [
            (line, [costs.get(y.year, YearCost(y.year, 0, 0)) for y in self.years])
            for line, costs in found
        ]

    @property
    def set_until(self) -> date | None:
        return max(
            (line.grant.later[-1].from_on for line in self.lines if line.grant.later),
            default=None,
        )

    @property
    def fingerprint(self) -> str:
        """The same while every line is: what is approved is what was seen."""
        told = [
            (str(line.grant.pk), line.before, line.after, line.years)
            for line in self.lines
        ]
        return hashlib.sha256(
            repr((self.percent.normalize(), self.from_on, told)).encode()
        ).hexdigest()


def touched(from_on: date) -> QuerySet[Any]:
    """The grants that run on the day before `from_on` and on it, by case number."""
    rows = Grant.objects.exclude(status=GrantStatus.ANNULLED).annotate(
        last=Coalesce("ended_on", "ends_on")
    )
    rows = rows.filter(starts_on__lt=from_on, last__gte=from_on)
    return rows.order_by("decision__pupil_case__application__number", "pk")


def preview(percent: Decimal, from_on: date) -> Preview:
    """Two queries, however many grants there are."""
    grants = touched(from_on).select_related(
        "district", "decision__pupil_case__application__school"
    )
    lines = [
        line
        for grant in grants
        if (line := _line(grant, percent, from_on)).after > line.before
    ]
    years = sorted({cost.year for line in lines for cost in line.years})
    free = Standing.objects.free(years) if years else {}
    return Preview(
        percent,
        from_on,
        lines,
        [_in_all(year, lines, free.get(year, 0)) for year in years],
    )


def done(index: PriceIndex) -> list[TariffVersion]:
    """The tariffs that an approved index has set, by case number."""
    rows = index.versions.select_related(
        "grant__district", "grant__decision__pupil_case__application"
    )
    return list(
        rows.order_by("grant__decision__pupil_case__application__number", "grant")
    )


def case_of(grant: Grant) -> Application:
    return grant.decision.application


def _line(grant: Grant, percent: Decimal, from_on: date) -> Line:
    before = grant.later[-1].tariff if grant.later else grant.tariff
    after = raised(before, percent)
    now = grant.by_fiscal_year()
    later = [*grant.later, Later(from_on, after)]
    then = by_fiscal_year(grant.tariff, grant.starts_on, grant.last_day, later)
    years = [
        YearCost(year, now[year].amount, then[year].amount)
        for year in then
        if year >= from_on.year
    ]
    return Line(grant, case_of(grant).number, grant.district.name, before, after, years)


def _in_all(year: int, lines: Sequence[Line], free: int) -> YearInAll:
    costs = [cost for line in lines for cost in line.years if cost.year == year]
    return YearInAll(
        year,
        sum(cost.before for cost in costs),
        sum(cost.after for cost in costs),
        free,
    )
