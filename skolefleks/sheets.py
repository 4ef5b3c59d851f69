"""The pages' tables as files: spreadsheets with typed cells, and CSV. Nothing that somebody typed becomes a formula."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from django.utils import timezone

MOST_ROWS = 50_000  # of one file; more is chosen by year


_FORMATS = {
    "kr": '#,##0 "kr."',
    "number": "0.0",
    "whole": "0",
    "day": "d. mmm yyyy",
    "moment": "dd-mm-yyyy hh:mm",
}


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
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
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
    for cells in (
        [column.head for column in table.columns],
        *([*map(_in_danish, row)] for row in table.rows),
    ):
        out.writerow(cells)
        yield line.getvalue()
        line.seek(0)
        line.truncate()


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
