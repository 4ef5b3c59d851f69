"""A workbook's rows, read in the process where a stranger's file is opened (`skolefleks.workshop`).

A small file may hold hundreds of megabytes, or say that its second row is the
billionth: that costs this process its life, and nobody else anything.
"""

from __future__ import annotations

import io
import json
import math
from datetime import date
from itertools import islice
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Of a row, and letters of a cell; what is more is no line of a finance system.
MOST_CELLS = 200
MOST_LETTERS = 1_000

# Rows that are handed on at once.
BATCH = 1_000


def rows(content: bytes, shut: Callable[[], None], most: str) -> Iterator[bytes]:
    """The first `most` rows of the first sheet, as JSON: texts and numbers, days as texts."""
    import openpyxl

    # zipfile asks for it when it reads a name, and then nothing can be imported.
    "".encode("cp437")
    shut()
    # Values and not formulas; row by row and not all at once.
    workbook = openpyxl.load_workbook(
        io.BytesIO(content), read_only=True, data_only=True
    )
    sheet = workbook.worksheets[0]
    left = islice(sheet.iter_rows(values_only=True), int(most))
    while batch := list(islice(left, BATCH)):
        yield json.dumps([_plain_row(row) for row in batch]).encode()


def _plain_row(row: tuple[Any, ...]) -> list[str | int | float]:
    return [_plain(cell) for cell in row[:MOST_CELLS]]


def _plain(cell: Any) -> str | int | float:
    if cell is None:
        return ""
    # A moment is a day too.
    if isinstance(cell, date):
        return f"{cell:%d.%m.%Y}"
    # JSON knows no infinity.
    is_number = isinstance(cell, int | float) and math.isfinite(cell)
    if is_number and not isinstance(cell, bool):
        number: int | float = cell
        return number
    return str(cell)[:MOST_LETTERS]
