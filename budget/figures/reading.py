"""Reads and writes a CSV file of figures: UTF-8, `;` or `,` between the cells, Danish decimals."""

from __future__ import annotations

import csv
import io
import re
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, cast

from django.core.exceptions import ValidationError

from budget.figures import rules
from skolefleks.danish import DayField, one_decimal, read_kr
from skolefleks.textfields import without_cpr

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


MOST_LINES = 500
MOST_BYTES = 200_000
# Characters, as the database has room for.
LONGEST_SOURCE = 160
YEARS = range(2000, 2100)

PUPILS = re.compile(r"[0-9]{1,4}(?:[,.][0-9])?")

# What a column may be called; the first name of each is what we write and tell people.
COLUMN_NAMES = {
    "district": ("distrikt", "district"),
    "year": ("år", "aar", "year"),
    "pupils": (
        "helårspersoner",
        "helårselever",
        "helaarspersoner",
        "full_year_pupils",
    ),
    "amount": ("udgift", "beløb", "amount_dkk"),
    "counted_on": ("opgjort", "dato", "counted_on"),
    "source": ("kilde", "source"),
}
HEADINGS = {column: names[0] for column, names in COLUMN_NAMES.items()}
NECESSARY_COLUMNS = ("district", "year", "pupils")


class Unreadable(ValidationError):
    """The file as a whole cannot be read."""


@dataclass
class Sheet:
    """What was read: the good lines, and of each other its number in the file and what is wrong."""

    lines: list[rules.Line] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)

    # In which line of the file a figure stood first, by place and year.
    first_numbers: dict[tuple[str, int], int] = field(default_factory=dict)

    def add(self, line: rules.Line, number: int) -> None:
        """Take in a good line of the file; a figure that stood there before is an error."""
        first_number = self.first_numbers.setdefault(
            (line.district, line.year), number
        )
        if first_number == number:
            self.lines.append(line)
        else:
            message = (
                f"{line.district} {line.year} står allerede i linje {first_number}."
            )
            self.errors.append((number, message))


# -- the file ------------------------------------------------------------------------------------
def decode(content: bytes) -> str:
    """The file's text.

    Raises Unreadable where it is not UTF-8: to guess would turn æøå into something else.
    """
    try:
        # Excel puts a mark before the text; others do not.
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            "Filen er ikke i UTF-8. Gem den som »CSV UTF-8« i regnearket, og prøv igen."
        ) from error

    if "\x00" in text:
        raise Unreadable(
            "Filen er ikke en CSV-fil. Gem regnearket som »CSV UTF-8«, og prøv igen."
        )
    return text


def read(
    text: str,
    *,
    places: Sequence[str],
    counted_on: date | None = None,
    source: str = "",
) -> Sheet:
    """Every line as a figure or as an error.

    `counted_on` and `source` hold for lines that have none themselves. Raises Unreadable where a
    column is missing or there are too many lines.
    """
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter_of(text))
    sheet = Sheet()
    # The csv module reads while we loop, so it may stumble at any line.
    try:
        columns = find_columns(next(rows, []))
        for cells in rows:
            is_blank = not any(cell.strip() for cell in cells)
            if is_blank:
                continue
            if len(sheet.lines) + len(sheet.errors) >= MOST_LINES:
                raise Unreadable(
                    f"Filen har flere end {MOST_LINES} linjer. Del den i flere."
                )

            # As an editor counts: a cell in quotation marks may go over several lines.
            number = rows.line_num
            try:
                cells_by_name = name_cells(cells, columns)
                line = read_line(
                    cells_by_name, places=places, counted_on=counted_on, source=source
                )
            except ValidationError as error:
                sheet.errors.append((number, " ".join(error.messages)))
            else:
                sheet.add(line, number)
    except csv.Error as error:
        raise Unreadable(
            "Filen kan ikke læses som CSV. Kontrollér anførselstegnene."
        ) from error

    if not sheet.lines and not sheet.errors:
        raise Unreadable("Der er ingen linjer i filen.")
    return sheet


def delimiter_of(text: str) -> str:
    """What stands between the cells, by the first line: a Danish Excel writes `;`."""
    heading = text.partition("\n")[0]
    if ";" in heading:
        return ";"
    return ","


def write(lines: Sequence[rules.Line]) -> str:
    """The lines as such a file.

    It is read back by `read` alone and opened in no spreadsheet, so it guards against no formula.
    """
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\n")
    writer.writerow(HEADINGS.values())
    for line in lines:
        writer.writerow(
            [
                line.district,
                line.year,
                one_decimal(line.pupils),
                line.amount,  # nothing where it is None
                line.counted_on.isoformat(),
                line.source,
            ]
        )
    return text.getvalue()


def find_columns(heading: Sequence[str]) -> dict[str, int]:
    """The place of each column. Raises Unreadable with those that are missing."""
    names = [name.strip().lower() for name in heading]
    columns = {}
    for column, spellings in COLUMN_NAMES.items():
        # A file with two spellings of one column is read by the last of them.
        for spelling in spellings:
            if spelling in names:
                columns[column] = names.index(spelling)

    missing = [
        HEADINGS[column] for column in NECESSARY_COLUMNS if column not in columns
    ]
    if missing:
        raise Unreadable(
            f"Første linje skal være overskrifter, og disse mangler: {', '.join(missing)}."
            f" Kolonnerne hedder {', '.join(HEADINGS.values())}; de tre sidste må mangle."
        )
    return columns


# -- a line --------------------------------------------------------------------------------------
def name_cells(cells: Sequence[str], columns: dict[str, int]) -> dict[str, str]:
    """The line's cells by the names of their columns.

    Raises ValidationError where they are too few or too many.
    """
    width = max(columns.values()) + 1
    is_too_short = len(cells) < width
    is_too_long = any(cell.strip() for cell in cells[width:])
    if is_too_short or is_too_long:
        raise ValidationError(
            "Linjen har ikke lige så mange kolonner som overskrifterne."
        )

    cells_by_name = {}
    for column, place in columns.items():
        cells_by_name[column] = " ".join(cells[place].split())
    return cells_by_name


def read_line(
    cells: dict[str, str],
    *,
    places: Sequence[str],
    counted_on: date | None,
    source: str,
) -> rules.Line:
    """The figure of a line. Raises ValidationError with all that is wrong with it."""
    # Each cell is tried for itself: the person is to see every error at once. What could not be
    # read has a message, and is asked for no more.
    messages: list[str] = []
    with collect(messages):
        district = read_place(cells["district"], places)
    with collect(messages):
        year = read_year(cells["year"])
    with collect(messages):
        pupils = read_pupils(cells["pupils"])
    with collect(messages):
        amount = read_amount(cells.get("amount", ""))
    with collect(messages):
        line_day = read_day(cells.get("counted_on", ""), otherwise=counted_on)
    with collect(messages):
        line_source = read_source(cells.get("source", ""), otherwise=source)

    if messages:
        raise ValidationError(messages)
    return rules.Line(district, year, pupils, amount, line_day, line_source)


@contextmanager
def collect(messages: list[str]) -> Iterator[None]:
    """Go on after a ValidationError, with what it says among `messages`."""
    try:
        yield
    except ValidationError as error:
        messages += error.messages


def read_place(text: str, places: Sequence[str]) -> str:
    """The place as we write it, however it was typed. Raises ValidationError for an unknown one."""
    for place in places:
        if place.lower() == text.lower():
            return place
    raise ValidationError(
        f"Distriktet »{text[:40]}« findes ikke. Kendte navne: {', '.join(places)}."
    )


def read_year(text: str) -> int:
    """Raises ValidationError for what is no year."""
    typed = text.strip()
    if not re.fullmatch(r"[0-9]{4}", typed) or int(typed) not in YEARS:
        raise ValidationError("Skriv året med fire cifre, for eksempel 2021.")
    return int(typed)


def read_pupils(text: str) -> Decimal:
    """`55,8`: at most one decimal, as the figures are counted. Raises ValidationError."""
    typed = text.strip()
    # Not `Decimal(text)`: it reads `1e3` and digits of other alphabets too.
    if not PUPILS.fullmatch(typed):
        raise ValidationError(
            "Skriv helårspersoner med højst én decimal, for eksempel 12,5."
        )
    return Decimal(typed.replace(",", ".")).quantize(Decimal("0.1"))


def read_amount(text: str) -> int | None:
    """Whole DKK, None for nothing. An amount in øre, as the papers have it, is rounded.

    `9033262,2` is 9,033,262. Raises ValidationError for what is no amount.
    """
    if not text:
        return None

    # `read_kr` knows whole amounts only and reads `9.033.262` too.
    kroner, _, decimals = text.partition(",")
    has_decimals = decimals.isdigit() and len(decimals) <= 2
    if not has_decimals:
        return read_kr(text)

    amount = read_kr(kroner)
    if decimals[0] >= "5":
        amount += 1
    return amount


def read_day(text: str, *, otherwise: date | None) -> date:
    """The line's own day, else the form's.

    Raises ValidationError for what is no day, and where there is none.
    """
    if text:
        return cast("date", DayField().clean(text))
    if otherwise is None:
        raise ValidationError("Der mangler en dato for, hvornår tallet er opgjort.")
    return otherwise


def read_source(text: str, *, otherwise: str) -> str:
    """The line's own source, else the form's.

    Raises ValidationError for one that is too long, and where there is none.
    """
    source = text or otherwise
    if not source:
        raise ValidationError("Der mangler en kilde.")
    if len(source) > LONGEST_SOURCE:
        raise ValidationError(f"Kilden må højst fylde {LONGEST_SOURCE} tegn.")
    return without_cpr(source)
