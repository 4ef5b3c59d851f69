"""Reads the figures of day treatment, and what new ones would change. Writes nothing."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple

from budget.figures import past, rules
from budget.models import DayTreatmentFigure, DayTreatmentTotal, Target
from budget.models.figures import IN_CARE
from skolefleks.models import District

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date


# -- day treatment -------------------------------------------------------------------------------
@dataclass(frozen=True)
class Series:
    """Full-year pupils in day treatment by year, with one decimal.

    They are those of one district, of those in care, or of all.
    """

    name: str
    by_year: Mapping[int, Decimal]

    def change(self, since: int, until: int) -> Decimal | None:
        """How many more they are in `until` than in `since`; None where a year is not known."""
        before = self.by_year.get(since)
        after = self.by_year.get(until)
        if before is None or after is None:
            return None
        return after - before


@dataclass(frozen=True)
class Level:
    """A level to be back at: `year` is when, `level_of` the year whose level it is."""

    year: int
    level_of: int

    def pupils_of(self, series: Series) -> Decimal | None:
        """The full-year pupils that `series` is to be back at."""
        return series.by_year.get(self.level_of)


@dataclass(frozen=True)
class DayTreatment:
    """The figures of day treatment, and the levels they are held against."""

    # A series a district, in the districts' order, and last those in care.
    series: Sequence[Series]

    # As it is printed; the districts' sum where none is printed.
    total: Series

    # DKK a year; a year is missing while an amount of it is not known.
    amounts: Mapping[int, Decimal]

    # By the year that they are due.
    levels: Sequence[Level]

    # Made up for the demo.
    demo_years: frozenset[int]

    # The printed total is not the districts' sum.
    differing_years: Sequence[int]

    # Of the real figures, each once.
    sources: Sequence[str]

    # The districts that a year's figures are missing of, where no total is printed. Such a year has
    # no total: what some districts add up to is no figure of them all.
    missing: Mapping[int, Sequence[str]]

    @cached_property
    def years(self) -> list[int]:
        """The years that are whole: every district, or a printed total."""
        return sorted(self.total.by_year)

    @cached_property
    def all_years(self) -> list[int]:
        """Those too of which a district is missing."""
        return sorted({*self.total.by_year, *self.missing})

    @cached_property
    def whole_series(self) -> list[Series]:
        """Each place's figures of the whole years alone: what a chart can hold beside the total."""
        series = []
        for each in self.series:
            by_year = {
                year: each.by_year[year] for year in self.years if year in each.by_year
            }
            if by_year:
                series.append(Series(each.name, by_year))
        return series

    @cached_property
    def latest(self) -> int | None:
        """The last year with real figures."""
        real_years = [year for year in self.years if year not in self.demo_years]
        return max(real_years, default=None)

    @cached_property
    def base(self) -> int | None:
        """The year that change is counted from: the earliest level to be back at."""
        return min((level.level_of for level in self.levels), default=None)

    @cached_property
    def levels_of_total(self) -> list[tuple[Level, Decimal]]:
        """Each level with the full-year pupils in all that it means, where they are known."""
        levels = []
        for level in self.levels:
            pupils = level.pupils_of(self.total)
            if pupils is not None:
                levels.append((level, pupils))
        return levels

    def average_cost(self, year: int) -> int | None:
        """Whole DKK per full-year pupil."""
        pupils = self.total.by_year.get(year)
        amount = self.amounts.get(year)
        if not pupils or not amount:
            return None
        return round(amount / pupils)


def day_treatment(*, on: date | None = None) -> DayTreatment:
    """All years, every district in its order and those in care last.

    As it stands, or as it stood at the end of the day `on` (two queries more). Four queries.
    """
    figures, targets = figures_on(on)
    printed_totals = DayTreatmentTotal.objects.in_bulk()
    district_names = list(District.objects.values_list("name", flat=True))

    figures_by_year = defaultdict(list)
    demo_years = set()
    sources = []
    for figure in figures:
        figures_by_year[figure.year].append(figure)
        if figure.is_demo:
            demo_years.add(figure.year)
        elif figure.source not in sources:
            sources.append(figure.source)

    pupils_by_year = {}
    amounts = {}
    differing_years = []
    missing = {}
    for year in sorted(figures_by_year.keys() | printed_totals.keys()):
        missing_names = districts_without(figures_by_year[year], district_names)
        if missing_names and year not in printed_totals:
            missing[year] = missing_names
            continue
        total = total_of(figures_by_year[year], printed_totals.get(year))
        pupils_by_year[year] = total.pupils
        if total.amount is not None:
            amounts[year] = total.amount
        if total.differs:
            differing_years.append(year)

    return DayTreatment(
        series=series_by_place(figures),
        total=Series("I alt", pupils_by_year),
        amounts=amounts,
        levels=[Level(target.year, target.level_of) for target in targets],
        demo_years=frozenset(demo_years),
        differing_years=differing_years,
        sources=sources,
        missing=missing,
    )


def figures_on(
    on: date | None,
) -> tuple[list[DayTreatmentFigure], list[Target]]:
    """The figures and the targets as they stand, or as they stood at the end of a day."""
    rows = DayTreatmentFigure.objects.select_related("district")
    figures = list(rows.order_by("district__sort_key", "year"))
    targets = list(Target.objects.order_by("year"))
    if on is None:
        return figures, targets

    changes = past.changes_since(on)
    districts = list(District.objects.all())
    return (
        past.figures_before(figures, changes, districts),
        past.targets_before(targets, changes),
    )


def districts_without(
    figures: Iterable[DayTreatmentFigure], district_names: Iterable[str]
) -> list[str]:
    """The districts that none of `figures` is of, in their order."""
    places_of_figures = {figure.place_name for figure in figures}
    return [name for name in district_names if name not in places_of_figures]


def series_by_place(figures: Iterable[DayTreatmentFigure]) -> list[Series]:
    """One series a district, and one of those in care, in the order of `figures`."""
    pupils_by_place: dict[str, dict[int, Decimal]] = defaultdict(dict)
    for figure in figures:
        by_year = pupils_by_place[figure.place_name]
        by_year[figure.year] = figure.full_year_pupils
    return [Series(name, by_year) for name, by_year in pupils_by_place.items()]


class Total(NamedTuple):
    """Full-year pupils and DKK of one year; whether the districts' sum is another."""

    pupils: Decimal
    amount: Decimal | None
    differs: bool


def total_of(
    figures: Sequence[DayTreatmentFigure],
    printed: DayTreatmentTotal | None,
) -> Total:
    """The total of one year: as printed, else the sum of its `figures`.

    A sum has no amount while one of its amounts is not known.
    """
    pupils = sum((figure.full_year_pupils for figure in figures), start=Decimal(0))
    if printed:
        # Without a figure of a district there is nothing to differ from.
        differs = pupils not in {0, printed.full_year_pupils}
        return Total(printed.full_year_pupils, printed.amount, differs)

    amount = Decimal(0)
    for figure in figures:
        if figure.amount is None:
            return Total(pupils, None, differs=False)
        amount += figure.amount
    return Total(pupils, amount, differs=False)


# -- what new figures would change ---------------------------------------------------------------
def changes(lines: Sequence[rules.Line]) -> list[rules.Change]:
    """What `lines` would change, in their order. One query."""
    # By whole years, so that a file of 500 lines takes no more queries than one of a single line.
    years = {line.year for line in lines}
    figures = DayTreatmentFigure.objects.filter(year__in=years).select_related(
        "district"
    )

    standing = {}
    for figure in figures:
        standing[figure.place_name, figure.year] = rules.line_of(figure)
    return [
        rules.Change(line, standing.get((line.district, line.year))) for line in lines
    ]


def printed_years(changes: Iterable[rules.Change]) -> list[int]:
    """The years among what changes whose total is printed and does not follow. One query."""
    years = {change.line.year for change in changes if not change.is_same}
    totals = DayTreatmentTotal.objects.filter(year__in=years)
    return sorted(totals.values_list("year", flat=True))


def places() -> list[str]:
    """The names a figure can stand under: the districts in their order, and those in care."""
    districts = District.objects.values_list("name", flat=True)
    return [*districts, IN_CARE]


def level_due_in(year: int) -> int | None:
    """The year whose level is to be reached in `year`; None where none is set. One query."""
    return Target.objects.filter(year=year).values_list("level_of", flat=True).first()
