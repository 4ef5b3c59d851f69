"""What the dashboard and the list of postings read: few rows, added up by the database beforehand. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING

from budget.models import DayTreatmentFigure, DayTreatmentTotal, Target
from budget.models.figures import IN_CARE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


# -- day treatment ----------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Series:
    """Full-year pupils in day treatment by year, one decimal, of one district, of those in care, or of all."""

    name: str
    by_year: Mapping[int, Decimal]

    def change(self, since: int, until: int) -> Decimal | None:
        if since in self.by_year and until in self.by_year:
            return self.by_year[until] - self.by_year[since]
        return None


@dataclass(frozen=True)
class Level:
    """A level to be back at: `year` is when, `level_of` the year whose level it is."""

    year: int
    level_of: int

    def of(self, series: Series) -> Decimal | None:
        return series.by_year.get(self.level_of)


@dataclass(frozen=True)
class DayTreatment:
    """The figures of day treatment, as the papers have them, and the levels they are held against.

    `total` is as printed where a total is printed, else the districts' sum. `demo_years` are made up for the demo.
    """

    series: Sequence[Series]
    total: Series
    amounts: Mapping[int, Decimal]  # DKK a year
    levels: Sequence[Level]  # by the year they are due
    demo_years: frozenset[int]
    differing_years: Sequence[int]  # printed total and districts' sum are not the same
    sources: Sequence[str]

    @cached_property
    def years(self) -> list[int]:
        return sorted(self.total.by_year)

    @cached_property
    def latest(self) -> int | None:
        """The last year with real figures."""
        return max((year for year in self.years if year not in self.demo_years), default=None)

    @cached_property
    def base(self) -> int | None:
        """The year that change is counted from: the earliest level to be back at."""
        return min((level.level_of for level in self.levels), default=None)

    def average_cost(self, year: int) -> int | None:
        """Whole DKK per full-year pupil."""
        pupils, amount = self.total.by_year.get(year), self.amounts.get(year)
        return round(amount / pupils) if pupils and amount else None


def day_treatment() -> DayTreatment:
    """All years, every district in its order and those in care last. Three queries."""
    figures = list(
        DayTreatmentFigure.objects.select_related("district").order_by("district__sort_key", "year")
    )
    printed = {total.year: total for total in DayTreatmentTotal.objects.all()}
    targets = Target.objects.order_by("year")
    years = sorted({figure.year for figure in figures} | printed.keys())
    sums = {year: _sum_of(figures, year) for year in years}
    pupils = {
        year: printed[year].full_year_pupils if year in printed else sums[year][0] for year in years
    }
    return DayTreatment(
        series=_series(figures),
        total=Series("I alt", pupils),
        amounts={
            year: amount
            for year in years
            if (amount := printed[year].amount if year in printed else sums[year][1]) is not None
        },
        levels=[Level(target.year, target.level_of) for target in targets],
        demo_years=frozenset(figure.year for figure in figures if figure.is_demo),
        differing_years=[
            year for year in years if year in printed and sums[year][0] not in {0, pupils[year]}
        ],
        sources=list(dict.fromkeys(figure.source for figure in figures if not figure.is_demo)),
    )


def _series(figures: Iterable[DayTreatmentFigure]) -> list[Series]:
    found: dict[str, dict[int, Decimal]] = {}
    for figure in figures:
        name = figure.district.name if figure.district else IN_CARE
        found.setdefault(name, {})[figure.year] = figure.full_year_pupils
    return [Series(name, by_year) for name, by_year in found.items()]


def _sum_of(figures: Iterable[DayTreatmentFigure], year: int) -> tuple[Decimal, Decimal | None]:
    """Full-year pupils and DKK of all districts; no amount while one of them is not known."""
    of_year = [figure for figure in figures if figure.year == year]
    pupils = sum((figure.full_year_pupils for figure in of_year), start=Decimal(0))
    known = [figure.amount for figure in of_year if figure.amount is not None]
    return pupils, Decimal(sum(known)) if len(known) == len(of_year) else None
