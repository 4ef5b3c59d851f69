"""The tables of the money's pages, as spreadsheets have them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from budget.dashboard import sentences
from budget.models import DayTreatmentProvider, Posting, Target
from skolefleks.spreadsheets import Column, Table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from budget.books import queries as books_queries
    from budget.figures import queries as figure_queries
    from budget.models import DayTreatmentFigure


Row = tuple[Any, ...]


# -- the pool ------------------------------------------------------------------------------------
def pool_tables(pools: Sequence[books_queries.PoolYear]) -> list[Table]:
    """The pools and the districts, as far as `pools` shows them (`queries.as_seen_by`)."""
    frames: list[Row] = []
    districts: list[Row] = []
    totals: list[Row] = []
    for pool in pools:
        frames += pool_rows(pool)
        decimals = decimals_of(pool)
        districts += [district_row(row, decimals) for row in pool.districts]
        totals.append(total_row(pool))

    frame_columns = [
        Column("År", "whole"),
        Column("Post"),
        Column("Center"),
        Column("Beløb", "kr"),
    ]
    district_columns = [
        Column("År", "whole"),
        Column("Distrikt"),
        Column("Elever i årets løb", "whole"),
        Column("Helårselever", "number"),
        Column("Disponeret", "kr"),
        Column("Udbetalt", "kr"),
        Column("Beløb pr. helårselev", "kr"),
    ]
    return [
        Table("Puljen", frame_columns, frames),
        # The totals last: what stands above them can be added up.
        Table("Distrikter", district_columns, districts + totals),
    ]


def pool_rows(pool: books_queries.PoolYear) -> list[Row]:
    """What each frame has put in, and what has become of it."""
    rows: list[Row] = []
    for frame in pool.frames:
        rows.append((pool.year, frame.name, frame.centre, frame.amount))
    rows.append((pool.year, "Tildelt i alt", "", pool.allocated))
    if pool.is_public:
        rows.append((pool.year, pool.publication, "", None))
    if not pool.shows_counts:
        return rows

    rows += [
        (pool.year, "Disponeret", "", pool.committed),
        (pool.year, "Udbetalt", "", pool.paid),
        (pool.year, "Fri", "", pool.free),
    ]
    return rows


def decimals_of(pool: books_queries.PoolYear) -> int:
    """Of full-year pupils: with four of them they are days, which not everybody may know."""
    # A day is 0.0027 of a full-year pupil.
    if pool.is_public:
        return 1
    return 4


def district_row(row: books_queries.DistrictYear, decimals: int) -> Row:
    return (
        row.year,
        row.name,
        row.places,
        round(row.full_year_pupils, decimals),
        row.committed,
        row.paid,
        row.average_tariff,
    )


def total_row(pool: books_queries.PoolYear) -> Row:
    """All districts together; nothing of what comes of pupils where it may not be shown."""
    total = pool.total
    if pool.shows_counts:
        return district_row(total, decimals_of(pool))
    return (total.year, total.name, sentences.NOT_SHOWN, None, None, None, None)


# -- day treatment -------------------------------------------------------------------------------
def figure_tables(
    day_treatment: figure_queries.DayTreatment, figures: Iterable[DayTreatmentFigure]
) -> list[Table]:
    """Day treatment in all, every figure with its source, the targets, and where the pupils go."""
    return [
        total_table(day_treatment),
        figure_table(figures),
        target_table(day_treatment),
        provider_table(),
    ]


def total_table(day_treatment: figure_queries.DayTreatment) -> Table:
    """One line a year."""
    columns = [
        Column("År", "whole"),
        Column("Helårspersoner", "number"),
        Column("Udgift", "kr"),
        Column("Pr. helårsperson", "kr"),
        Column("Bemærkning"),
    ]
    rows: list[Row] = []
    for year in day_treatment.years:
        rows.append(
            (
                year,
                day_treatment.total.by_year[year],
                day_treatment.amounts.get(year),
                day_treatment.average_cost(year),
                remark(is_demo=year in day_treatment.demo_years),
            )
        )
    return Table("Dagbehandling i alt", columns, rows)


def figure_table(figures: Iterable[DayTreatmentFigure]) -> Table:
    """One line a district and year, with what the figure was taken from."""
    columns = [
        Column("Distrikt"),
        Column("År", "whole"),
        Column("Helårspersoner", "number"),
        Column("Udgift", "kr"),
        Column("Opgjort", "day"),
        Column("Kilde"),
        Column("Bemærkning"),
    ]
    rows: list[Row] = []
    for figure in figures:
        rows.append(
            (
                figure.place_name,
                figure.year,
                figure.full_year_pupils,
                figure.amount,
                figure.counted_on,
                figure.source,
                remark(is_demo=figure.is_demo),
            )
        )
    return Table("Dagbehandling", columns, rows)


def target_table(day_treatment: figure_queries.DayTreatment) -> Table:
    """One line a level to be back at."""
    columns = [
        Column("År", "whole"),
        Column("Niveau fra", "whole"),
        Column("Helårspersoner", "number"),
        Column("Kilde"),
    ]
    rows: list[Row] = []
    for target in Target.objects.order_by("year"):
        pupils = day_treatment.total.by_year.get(target.level_of)
        rows.append((target.year, target.level_of, pupils, target.source))
    return Table("Måltal", columns, rows)


def provider_table() -> Table:
    """Where the pupils go: persons, not full-year persons."""
    columns = [Column("Tilbud"), Column("Personer", "whole"), Column("Kilde")]
    providers = DayTreatmentProvider.objects.all()
    rows = [
        (provider.name, provider.pupils, provider.source) for provider in providers
    ]
    return Table("Tilbud", columns, rows)


def remark(*, is_demo: bool) -> str:
    if is_demo:
        return "demodata"
    return ""


# -- postings ------------------------------------------------------------------------------------
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
        # Last, so that sheets made from earlier files go on finding their columns.
        Column("Nr.", "whole"),
        Column("Reference"),
        Column("Retter nr.", "whole"),
    ]
    return Table("Posteringer", columns, posting_rows(postings))


def posting_rows(postings: Iterable[Posting]) -> Iterator[Row]:
    """One at a time: there may be 50,000 of them, and they need not all lie in memory."""
    for posting in postings:
        district_name = ""
        if posting.district:
            district_name = posting.district.name
        source_name = ""
        if posting.source:
            source_name = posting.source.name
        reference = ""
        if posting.reference:
            reference = str(posting.reference)

        yield (
            posting.made_at,
            posting.pool_id,
            posting.get_kind_display(),
            posting.text,
            district_name,
            source_name,
            posting.amount,
            posting.made_by.name,
            posting.pk,
            reference,
            posting.reverses_id,
        )
