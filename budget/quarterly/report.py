"""A quarter's follow-up on one page: the figures as they stood on its last day, and the PDF. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils import timezone

from budget.books import queries as books_queries
from budget.dashboard import charts
from budget.figures import queries as figure_queries
from budget.models import QuarterlyText
from skolefleks.danish import day, kr, one_decimal, today
from skolefleks.pdf import render

if TYPE_CHECKING:
    from skolefleks.models import User


FIELDS = (("situation", "Sådan går det"), ("reasons", "Hvorfor"), ("next_steps", "Det gør vi nu"))


@dataclass(frozen=True)
class Quarter:
    year: int
    number: int

    @property
    def name(self) -> str:
        return f"{self.number}. kvartal {self.year}"

    @property
    def first_day(self) -> date:
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def last_day(self) -> date:
        return self.next.first_day - timedelta(days=1)

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def counted_on(self) -> date:
        """The day its figures are of: its last, or today while it runs."""
        return min(self.last_day, today())

    def text(self) -> QuarterlyText | None:
        """The latest version of what the chiefs wrote."""
        return (
            QuarterlyText.objects.filter(year=self.year, quarter=self.number)
            .select_related("made_by")
            .first()
        )


def quarters(count: int = 8) -> list[Quarter]:
    """This quarter and those before it, the newest first."""
    now = today()
    index = now.year * 4 + (now.month - 1) // 3
    return [Quarter(number // 4, number % 4 + 1) for number in range(index, index - count, -1)]


def pool_on(year: int, last: date) -> books_queries.PoolYear:
    """The pool of `year` as its postings stood at the end of `last`. Three queries."""
    return books_queries.pools([year], last)[0]


def pdf(quarter: Quarter, *, reader: User) -> bytes:
    """One page, PDF/A-2a and PDF/UA-1, with what `reader` may see."""
    pool = books_queries.as_seen_by(pool_on(quarter.year, quarter.counted_on), reader)
    return render("quarterly", _data(quarter, pool, figure_queries.day_treatment()))


def _data(
    quarter: Quarter, pool: books_queries.PoolYear, figures: figure_queries.DayTreatment
) -> dict[str, Any]:
    """What the template is given: words, figures and pictures that are ready to print."""
    written = quarter.text()
    texts = [
        (label, getattr(written, name))
        for name, label in FIELDS
        if written and getattr(written, name)
    ]
    by = (
        f" · Teksten er skrevet af {written.made_by}, {day(timezone.localdate(written.made_at))}"
        if written
        else ""
    )
    return {
        "title": f"Kvartalsopfølgning: {quarter.name}",
        "counted_on": f"Opgjort {day(quarter.counted_on)}",
        "texts": texts,
        "written": by,
        **_pool(pool),
        **_districts(pool),
        **_day_treatment(figures),
    }


def _pool(pool: books_queries.PoolYear) -> dict[str, Any]:
    """The amounts, allocated first, then the parts as the bar has them, and the bar; none of a pool without money."""
    parts = [(part.label, part.text, part.tone) for part in charts.pool_bar(pool)]
    return {
        "year": str(pool.year),
        "pool": [("Tildelt", kr(pool.allocated), ""), *parts],
        "bar": _picture(charts.printed_pool(pool), f"Søjle: {charts.in_words(pool)}.")
        if parts
        else None,
    }


def _districts(pool: books_queries.PoolYear) -> dict[str, Any]:
    """Every district's row and the picture of their pupils; where they are too few to be shown, a sentence."""
    total, few, expected = pool.total, f"1-{settings.SMALL_COUNT - 1}", settings.PLACES_PER_DISTRICT
    counts = ", ".join(f"{row.name} {row.places}" for row in pool.districts)
    spoken = f"Søjlediagram: SkoleFleks-elever efter distrikt, forventet {_band(expected)} i hvert. {counts}."
    return {
        "districts": [_row(row) for row in pool.districts],
        "total": _row(total)
        if pool.shows_counts
        else [total.name, few, "–", kr(total.amount), "–"],
        "hidden": ""
        if pool.districts
        else f"Mindst ét distrikt har {few} elever; distrikterne vises derfor ikke.",
        "expected": f"Forventet: {_band(expected)} elever i hvert distrikt, {_band(settings.PLACES_IN_ALL)} i alt.",
        "places": _picture(charts.printed_places(pool, expected), spoken)
        if pool.districts
        else None,
    }


def _day_treatment(figures: figure_queries.DayTreatment) -> dict[str, Any]:
    """The total's picture, what it shows in words, and each level against the latest year."""
    if not figures.years or figures.latest is None:
        return {"chart": None, "targets": [], "latest": ""}
    now = figures.total.by_year[figures.latest]
    held = [
        (level, value)
        for level in figures.levels
        if (value := level.pupils_of(figures.total)) is not None
    ]
    chart = charts.total_chart(figures)
    spoken = (
        f"Søjlediagram: {chart.title}, {figures.years[0]} til {figures.years[-1]}. {chart.note}"
    )
    return {
        "chart": _picture(charts.printed_total(figures), spoken),
        "latest": f"{one_decimal(now)} helårspersoner i {figures.latest}",
        "targets": [
            (
                f"{level.year} ({level.level_of}-niveauet)",
                one_decimal(value),
                one_decimal(now - value, signed=True),
            )
            for level, value in held
        ],
    }


def _picture(svg: str, spoken: str) -> dict[str, str]:
    return {"svg": str(svg), "spoken": spoken}


def _row(row: books_queries.DistrictYear) -> list[str]:
    tariff = "–" if row.average_tariff is None else kr(row.average_tariff)
    return [
        row.name,
        str(row.places),
        one_decimal(row.full_year_pupils),
        kr(row.amount),
        tariff,
    ]


def _band(band: tuple[int, int]) -> str:
    return f"{band[0]}-{band[1]}"
