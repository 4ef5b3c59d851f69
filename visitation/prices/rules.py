"""What an index of prices does to the grants that it touches.

It touches the grants that run on the day before and on the day itself. One that begins on the day
or later keeps the tariff that the committee set for just that period.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from budget.tariff import Later, by_fiscal_year, raised
from skolefleks.calendar import ONE_DAY
from visitation.models import Grant


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
    def more(self) -> int:
        return self.after - self.before

    @property
    def free_after(self) -> int:
        return self.free - self.more


@dataclass(frozen=True)
class Line:
    """One grant: its yearly tariff before and after, whole DKK.

    `years` is its cost in each fiscal year from the day's on.
    """

    grant: Grant
    number: str
    district: str
    before: int
    after: int
    years: Sequence[YearCost]


@dataclass(frozen=True)
class Preview:
    """The whole index, by case number and by fiscal year."""

    percent: Decimal
    from_on: date
    lines: Sequence[Line]
    years: Sequence[YearInAll]
    # The last day from which an index has raised one of the grants already.
    last_raised_on: date | None = None

    @property
    def rows(self) -> list[tuple[Line, list[YearCost]]]:
        """Each line with a cost for each of `years`, nothing where it does not run."""
        rows = []
        for line in self.lines:
            cost_of = {cost.year: cost for cost in line.years}
            costs = []
            for total in self.years:
                nothing = YearCost(total.year, 0, 0)
                costs.append(cost_of.get(total.year, nothing))
            rows.append((line, costs))
        return rows

    @property
    def fingerprint(self) -> str:
        """A hash of every line, in hex: what is approved is what was looked through."""
        lines = []
        for line in self.lines:
            lines.append((str(line.grant.pk), line.before, line.after, line.years))
        # 2.5 and 2.50 are the same percentage, and only one of them comes from the database.
        content = (self.percent.normalize(), self.from_on, lines)
        return hashlib.sha256(repr(content).encode()).hexdigest()


def line_of(grant: Grant, percent: Decimal, from_on: date) -> Line:
    """What the index does to one grant: a second one comes on top of the first."""
    before = grant.tariff_on(from_on - ONE_DAY)
    after = raised(before, percent)
    # A step down from just that day on has the tariff that was set for just those days.
    for step in grant.later:
        if step.from_on == from_on and step.tariff < before:
            after = before

    # Of the whole period: a tariff's years are counted from its first day (budget/tariff.py).
    parts = grant.by_fiscal_year()
    # In order: a step down may come later in the grant.
    tariffs = sorted([*grant.later, Later(from_on, after)])
    new_parts = by_fiscal_year(grant.tariff, grant.starts_on, grant.last_day, tariffs)
    years = []
    for year, new_part in new_parts.items():
        # The years before the day cost what they did.
        if year >= from_on.year:
            years.append(YearCost(year, parts[year].amount, new_part.amount))

    return Line(
        grant,
        number=grant.decision.application.number,
        district=grant.district.name,
        before=before,
        after=after,
        years=years,
    )


def fiscal_years_of(lines: Sequence[Line]) -> list[int]:
    """The fiscal years in which the index costs something, ascending."""
    years = set()
    for line in lines:
        years |= {cost.year for cost in line.years}
    return sorted(years)


def totals_of(lines: Sequence[Line], free: Mapping[int, int]) -> list[YearInAll]:
    """What all lines cost in each fiscal year; `free` is what the pools have left, whole DKK."""
    totals = []
    for year in fiscal_years_of(lines):
        before = 0
        after = 0
        for line in lines:
            for cost in line.years:
                if cost.year == year:
                    before += cost.before
                    after += cost.after
        totals.append(YearInAll(year, before, after, free.get(year, 0)))
    return totals
