"""Tables as files: XLSX with typed cells, and CSV as a Danish spreadsheet reads it.

No cell is ever a formula, whatever somebody typed into a field that ends up in it.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from django.http import HttpResponse
from django.utils import timezone

# Of one file; more is chosen by year.
MOST_ROWS = 50_000

XLSX_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

CSV_TYPE = "text/csv; charset=utf-8"

# A byte order mark first: by it Excel knows that the letters are UTF-8.
BOM = "\N{ZERO WIDTH NO-BREAK SPACE}"

# Characters; Excel's limit.
SHEET_NAME_LENGTH = 31

_FORMATS = {
    "kr": '#,##0 "kr."',
    "number": "0.0",
    "whole": "0",
    "day": "d. mmm yyyy",
    "moment": "dd-mm-yyyy hh:mm",
}

_WIDTHS = {"text": 34, "kr": 16, "number": 14, "whole": 10, "day": 14, "moment": 18}

# How a text begins that a spreadsheet takes for a formula (OWASP, "CSV Injection").
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


class FormConverter:
    """The part of an address that says which file is asked for: `hent.<sheet:form>`.

    It stands in the file's name, so that nobody else may choose it.
    """

    regex = "xlsx|csv"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


class Column(NamedTuple):
    """`kind`: text, kr (whole DKK), number (one decimal), whole, day, moment.

    A column of days takes moments too, and holds their Danish day.
    """

    head: str
    kind: str = "text"


class Table(NamedTuple):
    """A table of a file; its name is the sheet's. A row has a value a column, None for nothing."""

    name: str
    columns: Sequence[Column]
    rows: Iterable[Sequence[Any]]


def answer(form: str, file_name: str, table: Table) -> HttpResponse:
    """The table as an attachment `file_name.form`; `form` is `xlsx` or `csv`."""
    if form == "xlsx":
        response = HttpResponse(as_workbook([table]), content_type=XLSX_TYPE)
    else:
        response = HttpResponse("".join(as_csv(table)), content_type=CSV_TYPE)

    response["Content-Disposition"] = f'attachment; filename="{file_name}.{form}"'
    return response


def as_workbook(tables: Sequence[Table]) -> bytes:
    """An XLSX file with a sheet a table: figures are figures, days are days, text is text."""
    # Imported late: most processes never make a spreadsheet.
    import xlsxwriter

    # xlsxwriter would else guess from a text that it is a formula, a link or a
    # number.
    options = {
        "strings_to_formulas": False,
        "strings_to_urls": False,
        "strings_to_numbers": False,
        "in_memory": True,
    }
    file = io.BytesIO()

    with xlsxwriter.Workbook(file, options) as book:
        book.set_properties({"title": tables[0].name, "author": "SkoleFleks"})
        head = book.add_format(
            {"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"}
        )

        formats = {}
        for kind, number_format in _FORMATS.items():
            formats[kind] = book.add_format({"num_format": number_format})

        for table in tables:
            sheet = book.add_worksheet(table.name[:SHEET_NAME_LENGTH])
            _write_table(sheet, table, head, formats)

    return file.getvalue()


def as_csv(table: Table) -> Iterator[str]:
    """The lines of a CSV file, the head first: fields between `;`, decimals with a comma."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")

    writer.writerow([column.head for column in table.columns])
    yield BOM + line.getvalue()

    for row in table.rows:
        # The same line is written over and over, so that a long table does not
        # lie in memory.
        line.seek(0)
        line.truncate()
        cells = zip(table.columns, row, strict=True)
        writer.writerow([_in_danish(value, column.kind) for column, value in cells])
        yield line.getvalue()


def without_formula(text: str) -> str:
    """`text`, with an apostrophe in front where a spreadsheet would take it for a formula."""
    if text.startswith(_FORMULA):
        return f"'{text}"
    return text


def _write_table(sheet: Any, table: Table, head: Any, formats: dict[str, Any]) -> None:
    # The head stays in sight.
    sheet.freeze_panes(1, 0)
    for place, column in enumerate(table.columns):
        sheet.set_column(place, place, _WIDTHS[column.kind])
        sheet.write_string(0, place, column.head, head)

    for line, row in enumerate(table.rows, start=1):
        for place, (column, value) in enumerate(zip(table.columns, row, strict=True)):
            _write_cell(
                sheet,
                line,
                place,
                _as_kind(value, column.kind),
                formats.get(column.kind),
            )


def _write_cell(
    sheet: Any, line: int, place: int, value: Any, cell_format: Any
) -> None:
    if value is None or value == "":
        return

    if isinstance(value, str):
        sheet.write_string(line, place, value)
    elif isinstance(value, date):
        sheet.write_datetime(line, place, value, cell_format)
    else:
        sheet.write_number(line, place, value, cell_format)


def _in_danish(value: Any, kind: str) -> str:
    """The text of a CSV file's cell."""
    value = _as_kind(value, kind)

    if value is None:
        return ""
    if isinstance(value, str):
        return without_formula(value)
    if isinstance(value, datetime):
        return f"{value:%d-%m-%Y %H:%M}"
    if isinstance(value, date):
        return f"{value:%d.%m.%Y}"
    return str(value).replace(".", ",")


def _as_kind(value: Any, kind: str) -> Any:
    """A moment as the Danish clock shows it, without a zone: spreadsheets know none."""
    if not isinstance(value, datetime):
        return value

    local = timezone.localtime(value)
    if kind == "day":
        return local.date()
    return local.replace(tzinfo=None)
