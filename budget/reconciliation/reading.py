"""Reads what the finance system has booked: CSV or XLSX, with the columns that a profile names.

The real formats are not known here. What differs between systems is the profile's; a day and an
amount are read as Danish systems write them.
"""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError

from budget.models.payments import ACCOUNT, account_string
from budget.reconciliation import rules
from skolefleks import confined, cpr
from skolefleks.danish import DayField, today

MOST_BYTES = 5_000_000
MOST_LINES = 50_000
# Faulty lines that are shown. It is read no further: nothing of such a file is kept.
MOST_ERRORS = 20
# Days that are remembered while lines are read: to read one is most of a line's time.
MOST_DAYS = 4_000
VOUCHER = 40
# DKK; the column's room.
TOO_LARGE = Decimal(10) ** 10

# The fields whose columns no file may lack.
NECESSARY = ("booked_on", "amount", "account", "text")

_AMOUNT = re.compile(r"-?\d{1,3}(\.\d{3})+(,\d{1,2})?|-?\d+([,.]\d{1,2})?")

UNREADABLE = "Filen kan ikke læses. Gem den igen som CSV eller XLSX."


class Unreadable(ValidationError):
    """The file as a whole cannot be read."""


class Line(NamedTuple):
    """One line as it is kept."""

    number: int
    booked_on: date
    amount: Decimal
    account: str
    run_number: str
    case_number: str
    voucher: str


@dataclass
class Sheet:
    """What was read: the good lines, and of the others the number and what is wrong."""

    lines: list[Line] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def read(content: bytes, columns: Mapping[str, str]) -> Sheet:
    """Every line of the file. `columns` says what the file calls each field.

    Raises Unreadable where it is neither CSV nor XLSX, a column is missing, or it is too long.
    """
    sheet = Sheet()
    try:
        rows = _rows(content)
        places = _places(next(rows, []), columns)
        for number, cells in enumerate(rows, start=2):
            if number > MOST_LINES:
                raise Unreadable(
                    f"Filen har flere end {MOST_LINES} linjer. Del den i flere."
                )
            if any(str(cell or "").strip() for cell in cells):
                _take_in(sheet, number, cells, places)
            if len(sheet.errors) == MOST_ERRORS:
                break
    except csv.Error as error:
        raise Unreadable(UNREADABLE) from error

    if not sheet.lines and not sheet.errors:
        raise Unreadable("Der er ingen linjer i filen.")
    return sheet


def _take_in(
    sheet: Sheet, number: int, cells: Sequence[Any], places: Mapping[str, int]
) -> None:
    values = {}
    for name, place in places.items():
        values[name] = ""
        if place < len(cells):
            values[name] = cells[place]
    try:
        sheet.lines.append(_line(number, values))
    except ValidationError as error:
        sheet.errors.append((number, " ".join(error.messages)))


def _line(number: int, values: Mapping[str, Any]) -> Line:
    account = str(values["account"] or "").strip()
    if not account or len(account) > ACCOUNT:
        raise ValidationError("Kontostrengen mangler eller er for lang.")
    # Nothing is struck from it: ten digits of an account look like a CPR number, and are none.
    account_string(account)

    # Nothing else of the text is kept: it may name a person.
    run_number, case_number = rules.numbers_in(str(values["text"] or ""))
    voucher = str(values.get("voucher") or "").strip()[:VOUCHER]
    return Line(
        number=number,
        booked_on=read_day(values["booked_on"]),
        amount=read_amount(values["amount"]),
        account=account,
        run_number=run_number,
        case_number=case_number,
        voucher=cpr.struck_from(voucher),
    )


def read_day(value: Any) -> date:
    """A cell's day. Raises ValidationError."""
    return _day_of(str(value or "").strip(), today())


@lru_cache(MOST_DAYS)
def _day_of(text: str, _now: date) -> date:
    day: date | None = DayField(required=True).clean(text)
    if day is None:
        raise ValidationError("Datoen mangler.")
    return day


def read_amount(value: Any) -> Decimal:
    """A cell's amount: `1.234,50`, `-1234,5`, `1234`. Raises ValidationError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return _in_oere(Decimal(str(value)))

    text = str(value or "")
    text = text.replace(" ", "").replace("\N{NO-BREAK SPACE}", "")
    text = text.removesuffix("kr.")
    # Some systems write the sign of a credit behind it.
    if text.endswith("-"):
        text = f"-{text[:-1]}"
    if not _AMOUNT.fullmatch(text):
        raise ValidationError(
            f"Beløbet kan ikke læses: {cpr.struck_from(str(value))[:40]}"
        )
    if "," in text or _has_thousands(text):
        text = text.replace(".", "").replace(",", ".")
    return _in_oere(Decimal(text))


def _in_oere(amount: Decimal) -> Decimal:
    """Two decimals. Raises ValidationError for more than the column holds."""
    # One less: rounding may add to it.
    if abs(amount) >= TOO_LARGE - 1:
        raise ValidationError("Beløbet er for stort.")
    return round(amount, 2)


def _has_thousands(text: str) -> bool:
    return bool(re.fullmatch(r"-?\d{1,3}(\.\d{3})+", text))


def _places(heading: Sequence[Any], columns: Mapping[str, str]) -> dict[str, int]:
    names = [str(cell or "").strip().lower() for cell in heading]
    places = {}
    missing = []
    for field_name, name in columns.items():
        sought = name.strip().lower()
        if sought in names:
            places[field_name] = names.index(sought)
        elif field_name in NECESSARY:
            missing.append(name)
    if missing:
        raise Unreadable(
            f"Første linje skal være overskrifter, og disse mangler: {', '.join(missing)}."
        )
    return places


def _rows(content: bytes) -> Iterator[Sequence[Any]]:
    # A spreadsheet is a zip file, and begins as one.
    if content.startswith(b"PK"):
        return _rows_of_workbook(content)
    return _rows_of_text(content)


def _rows_of_text(content: bytes) -> Iterator[Sequence[Any]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        # What Danish finance systems wrote for decades; every byte is a letter in it.
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Unreadable("Filen er hverken CSV eller XLSX.")

    heading = text.partition("\n")[0]
    delimiter = ","
    if ";" in heading:
        delimiter = ";"
    return iter(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))


def _rows_of_workbook(content: bytes) -> Iterator[Sequence[Any]]:
    """The rows, the head and one too many included; whatever else is wrong is Unreadable."""
    outcome = confined.run(
        "budget.reconciliation.workbooks.rows",
        content,
        MOST_LINES + 2,
        cpu_seconds=settings.WORKBOOK_CPU_SECONDS,
    )
    if not outcome.is_whole:
        raise Unreadable(UNREADABLE)
    for part in outcome.parts:
        yield from json.loads(part)
