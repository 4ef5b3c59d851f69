"""The pages' tables as files: spreadsheets with typed cells, and CSV. Nothing that somebody typed becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from budget.models import DayTreatmentProvider, Posting, Target
from budget.queries import IN_CARE

if TYPE_CHECKING:
    from budget.models import DayTreatmentFigure
    from budget.queries import DayTreatment, DistrictYear, PoolYear

__all__ = ("Column", "Table", "as_csv", "as_workbook", "figure_tables", "pool_tables", "posting_table")

MOST_ROWS = 50_000  # of one file; more is chosen by year
_FORMATS = {"kr": '#,##0 "kr."', "number": "0.0", "whole": "0", "day": "d. mmm yyyy", "moment": "dd-mm-yyyy hh:mm"}
_WIDTHS = {"text": 34, "kr": 16, "number": 14, "whole": 10, "day": 14, "moment": 18}
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Column(NamedTuple):
    """`kind`: text, kr (whole DKK), number (one decimal), whole, day, moment."""

    head: str
    kind: str = "text"


class Table(NamedTuple):
    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def as_workbook(tables: Sequence[Table]) -> bytes:
    """An XLSX file with a sheet a table: figures are figures, days are days, and text is text and nothing else."""
    import xlsxwriter

    file = io.BytesIO()
    options = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": tables[0].name, "author": "SkoleFleks"})
        head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
        formats = {kind: book.add_format({"num_format": text}) for kind, text in _FORMATS.items()}
        for table in tables:
            _sheet(book.add_worksheet(table.name[:31]), table, head, formats)
    return file.getvalue()


def as_csv(table: Table) -> Iterator[str]:
    """Lines of a CSV file as a Danish spreadsheet opens it: `;`, a mark first, decimals with a comma."""
    line = io.StringIO()
    out = csv.writer(line, delimiter=";", lineterminator="\r\n")
    line.write("\ufeff")
    for cells in ([column.head for column in table.columns], *([*map(_in_danish, row)] for row in table.rows)):
        out.writerow(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


def pool_tables(pools: Sequence[PoolYear]) -> list[Table]:
    """The pools and the districts, as far as `pools` shows them (`queries.as_seen_by`)."""
    money = Column("Beløb", "kr")
    posts = Table("Puljen", [Column("År", "whole"), Column("Post"), Column("Center"), money], _posts(pools))
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


def figure_tables(day_treatment: DayTreatment, rows: Iterable[DayTreatmentFigure]) -> list[Table]:
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
    year, pupils, amount = Column("År", "whole"), Column("Helårspersoner", "number"), Column("Udgift", "kr")
    levels = {level.year: level.of(day_treatment.total) for level in day_treatment.levels}
    targets = [
        (target.year, target.level_of, levels.get(target.year), target.source)
        for target in Target.objects.order_by("year")
    ]
    providers = [(row.name, row.pupils, row.source) for row in DayTreatmentProvider.objects.all()]
    dated = [Column("Opgjort", "day"), Column("Kilde"), Column("Bemærkning")]
    return [
        Table(
            "Dagbehandling i alt", [year, pupils, amount, Column("Pr. helårsperson", "kr"), Column("Bemærkning")], total
        ),
        Table("Dagbehandling", [Column("Distrikt"), year, pupils, amount, *dated], [_figure(row) for row in rows]),
        Table("Måltal", [year, Column("Niveau fra", "whole"), pupils, Column("Kilde")], targets),
        Table("Tilbud", [Column("Tilbud"), Column("Personer", "whole"), Column("Kilde")], providers),
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


def _posts(pools: Sequence[PoolYear]) -> list[tuple[int, str, str, int]]:
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


def _district(row: DistrictYear, *, shown: bool) -> tuple[Any, ...]:
    money = (row.committed, row.paid)
    if not shown:
        return (row.year, row.name, f"1-{settings.SMALL_COUNT - 1}", None, *money, None)
    return (row.year, row.name, row.places, round(row.full_year_pupils, 4), *money, row.average_tariff)


def _figure(row: DayTreatmentFigure) -> tuple[Any, ...]:
    name = row.district.name if row.district else IN_CARE
    note = "demodata" if row.is_demo else ""
    return name, row.year, row.full_year_pupils, row.amount, row.counted_on, row.source, note


def _posting(row: Posting) -> tuple[Any, ...]:
    district, source = (row.district.name if row.district else ""), (row.source.name if row.source else "")
    return row.made_at, row.pool_id, row.get_kind_display(), row.text, district, source, row.amount, row.made_by.name


def _sheet(sheet: Any, table: Table, head: Any, formats: dict[str, Any]) -> None:
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS[column.kind])
        sheet.write_string(0, place, column.head, head)
    for number, row in enumerate(table.rows, start=1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _cell(sheet, number, place, value, formats.get(column.kind))


def _cell(sheet: Any, row: int, place: int, value: Any, form: Any) -> None:
    if value is None or value == "":
        return
    if isinstance(value, str):
        sheet.write_string(row, place, value)
    elif isinstance(value, datetime):
        sheet.write_datetime(row, place, timezone.localtime(value).replace(tzinfo=None), form)
    elif hasattr(value, "isoformat"):
        sheet.write_datetime(row, place, value, form)
    else:
        sheet.write_number(row, place, value, form)


def _in_danish(value: Any) -> str:
    """A cell of a CSV file. Text that a spreadsheet would take for a formula gets an apostrophe in front."""
    if value is None:
        return ""
    if isinstance(value, datetime):
        return f"{timezone.localtime(value):%d-%m-%Y %H:%M}"
    if isinstance(value, str):
        return f"'{value}" if value.startswith(_FORMULA) else value
    return str(value).replace(".", ",")
