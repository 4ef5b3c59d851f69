"""The pages' tables as files: spreadsheets with typed cells, and CSV. Nothing that somebody typed becomes a formula."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from django.conf import settings

from budget.models import DayTreatmentProvider, Posting, Target
from budget.models.figures import IN_CARE
from skolefleks.spreadsheets import Column, Table

if TYPE_CHECKING:
    from budget.books import queries as books_queries
    from budget.figures import queries as figure_queries
    from budget.models import DayTreatmentFigure


def pool_tables(pools: Sequence[books_queries.PoolYear]) -> list[Table]:
    """The pools and the districts, as far as `pools` shows them (`queries.as_seen_by`)."""
    money = Column("Beløb", "kr")
    posts = Table(
        "Puljen", [Column("År", "whole"), Column("Post"), Column("Center"), money], _posts(pools)
    )
    columns = [
        Column("År", "whole"),
        Column("Distrikt"),
        Column("Elever", "whole"),
        Column("Helårselever", "number"),
        Column("Disponeret", "kr"),
        Column("Udbetalt", "kr"),
        Column("Gennemsnitstakst pr. helårselev", "kr"),
    ]
    districts = [_district(row, shown=True) for pool in pools for row in pool.districts]
    totals = [_district(pool.total, shown=pool.shows_counts) for pool in pools]
    return [posts, Table("Distrikter", columns, [*districts, *totals])]


def figure_tables(
    day_treatment: figure_queries.DayTreatment, rows: Iterable[DayTreatmentFigure]
) -> list[Table]:
    """Day treatment in all, every figure with its date and source, the targets, and where the pupils go."""
    demo = day_treatment.demo_years
    total = [
        (
            year,
            pupils,
            day_treatment.amounts.get(year),
            day_treatment.average_cost(year),
            "demodata" if year in demo else "",
        )
        for year, pupils in sorted(day_treatment.total.by_year.items())
    ]
    year, pupils, amount = (
        Column("År", "whole"),
        Column("Helårspersoner", "number"),
        Column("Udgift", "kr"),
    )
    levels = {level.year: level.pupils_of(day_treatment.total) for level in day_treatment.levels}
    targets = [
        (target.year, target.level_of, levels.get(target.year), target.source)
        for target in Target.objects.order_by("year")
    ]
    providers = [(row.name, row.pupils, row.source) for row in DayTreatmentProvider.objects.all()]
    dated = [Column("Opgjort", "day"), Column("Kilde"), Column("Bemærkning")]
    return [
        Table(
            "Dagbehandling i alt",
            [year, pupils, amount, Column("Pr. helårsperson", "kr"), Column("Bemærkning")],
            total,
        ),
        Table(
            "Dagbehandling",
            [Column("Distrikt"), year, pupils, amount, *dated],
            [_figure(row) for row in rows],
        ),
        Table("Måltal", [year, Column("Niveau fra", "whole"), pupils, Column("Kilde")], targets),
        Table(
            "Tilbud", [Column("Tilbud"), Column("Personer", "whole"), Column("Kilde")], providers
        ),
    ]


def posting_table(postings: Iterable[Posting]) -> Table:
    """The books line by line."""
    columns = [
        Column("Bogført", "moment"),
        Column("År", "whole"),
        Column("Art"),
        Column("Tekst"),
        Column("Distrikt"),
        Column("Ramme"),
        Column("Beløb", "kr"),
        Column("Af"),
    ]
    return Table("Posteringer", columns, (_posting(row) for row in postings))


def _posts(pools: Sequence[books_queries.PoolYear]) -> list[tuple[int, str, str, int]]:
    rows: list[tuple[int, str, str, int]] = []
    for pool in pools:
        rows += [(pool.year, frame.name, frame.centre, frame.amount) for frame in pool.frames]
        sums = (
            ("Tildelt i alt", pool.allocated),
            ("Disponeret", pool.committed),
            ("Udbetalt", pool.paid),
            ("Fri", pool.free),
        )
        rows += [(pool.year, name, "", amount) for name, amount in sums]
    return rows


def _district(row: books_queries.DistrictYear, *, shown: bool) -> tuple[Any, ...]:
    money = (row.committed, row.paid)
    if not shown:
        return (row.year, row.name, f"1-{settings.SMALL_COUNT - 1}", None, *money, None)
    return (
        row.year,
        row.name,
        row.places,
        round(row.full_year_pupils, 4),
        *money,
        row.average_tariff,
    )


def _figure(row: DayTreatmentFigure) -> tuple[Any, ...]:
    name = row.district.name if row.district else IN_CARE
    note = "demodata" if row.is_demo else ""
    return name, row.year, row.full_year_pupils, row.amount, row.counted_on, row.source, note


def _posting(row: Posting) -> tuple[Any, ...]:
    district, source = (
        (row.district.name if row.district else ""),
        (row.source.name if row.source else ""),
    )
    return (
        row.made_at,
        row.pool_id,
        row.get_kind_display(),
        row.text,
        district,
        source,
        row.amount,
        row.made_by.name,
    )
