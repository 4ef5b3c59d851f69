"""A table as a file: XLSX with typed cells, CSV as a Danish Excel reads it. No cell is ever a formula."""

from __future__ import annotations

import csv
from datetime import date, datetime
from io import BytesIO, StringIO
from typing import TYPE_CHECKING, Any

import xlsxwriter
from django.http import HttpResponse
from django.utils import timezone

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence


FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


TYPES = {
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv; charset=utf-8",
}


def answer(
    form: str, name: str, columns: Sequence[str], lines: Iterable[Sequence[Any]]
) -> HttpResponse:
    """The table as an attachment `name.form`; `form` is `xlsx` or `csv`."""
    content = _xlsx(columns, lines) if form == "xlsx" else _csv(columns, lines)
    headers = {"Content-Disposition": f'attachment; filename="{name}.{form}"'}
    return HttpResponse(content, content_type=TYPES[form], headers=headers)


def _xlsx(columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    made = BytesIO()
    book = xlsxwriter.Workbook(
        made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    sheet, bold = book.add_worksheet("Ansøgninger"), book.add_format({"bold": True})
    day, amount = (
        book.add_format({"num_format": "d. mmmm yyyy"}),
        book.add_format({"num_format": "#,##0"}),
    )
    sheet.write_row(0, 0, columns, bold)
    sheet.freeze_panes(1, 1)
    sheet.set_column(0, len(columns) - 1, 18)
    for at, line in enumerate(lines, start=1):
        for column, cell in enumerate(line):
            if isinstance(cell, date):
                sheet.write_datetime(at, column, _day(cell), day)
            elif isinstance(cell, int):
                sheet.write_number(at, column, cell, amount)
            elif cell is not None:
                sheet.write_string(at, column, str(cell))
    book.close()
    return made.getvalue()


def _csv(columns: Sequence[str], lines: Iterable[Sequence[Any]]) -> bytes:
    made = StringIO()
    writer = csv.writer(made, delimiter=";", lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_text(cell) for cell in line] for line in lines)
    return made.getvalue().encode("utf-8-sig")


def _text(cell: Any) -> str:
    """A text that could be read as a formula gets an apostrophe before it."""
    if isinstance(cell, date):
        return f"{_day(cell):%d.%m.%Y}"
    text = "" if cell is None else str(cell)
    return f"'{text}" if text.startswith(FORMULA) and not isinstance(cell, int) else text


def _day(value: date) -> date:
    """The Danish day of a moment, a day as it is."""
    return timezone.localdate(value) if isinstance(value, datetime) else value
