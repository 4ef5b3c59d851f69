"""Reads a file of figures: `;` or `,`, UTF-8 with or without a mark, Danish decimals. Says of each line what is wrong."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError

from budget.figures import rules
from skolefleks.danish import DayField, read_kr

if TYPE_CHECKING:
    from collections.abc import Sequence


MOST_LINES = 500


MOST_BYTES = 200_000


YEARS = range(2000, 2100)


_PUPILS = re.compile(r"[0-9]{1,4}(?:[,.][0-9])?")


_NAMES = {
    "district": ("distrikt", "district"),
    "year": ("år", "aar", "year"),
    "pupils": ("helårspersoner", "helårselever", "helaarspersoner", "full_year_pupils"),
    "amount": ("udgift", "beløb", "amount_dkk"),
    "counted_on": ("opgjort", "dato", "counted_on"),
    "source": ("kilde", "source"),
}


_IN_DANISH = {name: danish[0] for name, danish in _NAMES.items()}


_NEEDED = ("district", "year", "pupils")


class Unreadable(ValidationError):
    """The file as a whole cannot be read."""


@dataclass
class Sheet:
    """What was read: good lines, and (number of the line in the file, what is wrong with it)."""

    lines: list[rules.Line] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def decode(content: bytes) -> str:
    """The file's text. Raises Unreadable where it is not UTF-8: guessing would turn æøå into something else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Unreadable(
            "Filen er ikke i UTF-8. Gem den som »CSV UTF-8« i regnearket, og prøv igen."
        ) from error
    if "\x00" in text:
        raise Unreadable("Filen er ikke en CSV-fil. Gem regnearket som »CSV UTF-8«, og prøv igen.")
    return text


def read(
    text: str, *, places: Sequence[str], counted_on: date | None = None, source: str = ""
) -> Sheet:
    """Every line as a figure or as an error. `counted_on` and `source` hold where the file has none.

    Raises Unreadable where the columns are not there or there are too many lines.
    """
    first = text.partition("\n")[0]
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=";" if ";" in first else ",")
    try:
        columns = _columns(next(rows, []))
        sheet, seen = Sheet(), dict[tuple[str, int], int]()
        for cells in rows:
            if not any(cell.strip() for cell in cells):
                continue
            taken = _cells(columns, cells)
            _take(
                sheet,
                seen,
                rows.line_num,
                taken,
                places=places,
                counted_on=counted_on,
                source=source,
            )
    except csv.Error as error:
        raise Unreadable("Filen kan ikke læses som CSV. Se anførselstegnene efter.") from error
    if not sheet.lines and not sheet.errors:
        raise Unreadable("Der er ingen linjer i filen.")
    return sheet


def write(lines: Sequence[rules.Line]) -> str:
    """The lines as such a file."""
    text = io.StringIO()
    out = csv.writer(text, delimiter=";", lineterminator="\n")
    out.writerow(_IN_DANISH.values())
    for line in lines:
        amount = "" if line.amount is None else line.amount
        pupils = str(line.pupils).replace(".", ",")
        out.writerow(
            [line.district, line.year, pupils, amount, line.counted_on.isoformat(), line.source]
        )
    return text.getvalue()


def read_pupils(text: str) -> Decimal:
    """`55,8`: at most one decimal, as the figures are counted. Raises ValidationError."""
    if not _PUPILS.fullmatch(text.strip()):
        raise ValidationError("Skriv helårspersoner med højst én decimal, for eksempel 12,5.")
    return Decimal(text.strip().replace(",", ".")).quantize(Decimal("0.1"))


def read_year(text: str) -> int:
    """Raises ValidationError for what is no year."""
    typed = text.strip()
    if not re.fullmatch(r"[0-9]{4}", typed) or int(typed) not in YEARS:
        raise ValidationError("Skriv året med fire cifre, for eksempel 2021.")
    return int(typed)


def _columns(head: Sequence[str]) -> dict[str, int]:
    """Where each column stands."""
    names = [name.strip().lower() for name in head]
    found = {
        key: names.index(name) for key, known in _NAMES.items() for name in known if name in names
    }
    missing = [_IN_DANISH[key] for key in _NEEDED if key not in found]
    if missing:
        raise Unreadable(
            f"Første linje skal være overskrifter, og disse mangler: {', '.join(missing)}."
            f" Kolonnerne hedder {', '.join(_IN_DANISH.values())}; de tre sidste må mangle."
        )
    return found


def _cells(columns: dict[str, int], cells: Sequence[str]) -> dict[str, str] | None:
    """The line's cells by the names of their columns; None where it is too short or too long."""
    wanted = max(columns.values()) + 1
    if len(cells) < wanted or any(cell.strip() for cell in cells[max(wanted, len(columns)) :]):
        return None
    return {name: " ".join(cells[place].split()) for name, place in columns.items()}


def _take(
    sheet: Sheet,
    seen: dict[tuple[str, int], int],
    number: int,
    cells: dict[str, str] | None,
    **otherwise: Any,
) -> None:
    """Add one line to the sheet, or what is wrong with it."""
    if len(sheet.lines) + len(sheet.errors) >= MOST_LINES:
        raise Unreadable(f"Filen har flere end {MOST_LINES} linjer. Del den i flere.")
    if cells is None:
        sheet.errors.append((number, "Linjen har ikke lige så mange kolonner som overskrifterne."))
        return
    try:
        line = _line(cells, **otherwise)
    except ValidationError as error:
        sheet.errors.append((number, " ".join(error.messages)))
        return
    before = seen.setdefault((line.district, line.year), number)
    if before == number:
        sheet.lines.append(line)
    else:
        sheet.errors.append(
            (number, f"{line.district} {line.year} står allerede i linje {before}.")
        )


def _line(
    cells: dict[str, str], places: Sequence[str], counted_on: date | None, source: str
) -> rules.Line:
    """The figure of a line. Raises ValidationError with all that is wrong with it."""
    wrong: list[str] = []

    def taken(read: object, *given: object) -> object:
        try:
            return read(*given)  # type: ignore[operator]
        except ValidationError as error:
            wrong.extend(error.messages)
            return None

    district = taken(_place, cells["district"], places)
    year = taken(read_year, cells["year"])
    pupils = taken(read_pupils, cells["pupils"])
    amount = taken(_amount, cells.get("amount", ""))
    counted = taken(_day, cells.get("counted_on", ""), counted_on)
    said = taken(_source, cells.get("source", "") or source)
    if wrong:
        raise ValidationError(wrong)
    return rules.Line(district, year, pupils, amount, counted, said)  # type: ignore[arg-type]


def _place(text: str, places: Sequence[str]) -> str:
    named = {place.lower(): place for place in places}.get(text.lower())
    if not named:
        raise ValidationError(
            f"Distriktet »{text[:40]}« findes ikke. Kendte navne: {', '.join(places)}."
        )
    return named


def _amount(text: str) -> int | None:
    """Whole DKK; an amount in øre as the papers print it (`9033262,2`) is rounded."""
    if not text:
        return None
    whole, _, rest = text.partition(",")
    amount = read_kr(whole if rest.isdigit() and len(rest) <= 2 else text)
    return amount + (rest[:1] >= "5" if rest.isdigit() else 0)


def _day(text: str, otherwise: date | None) -> date:
    if not text:
        if otherwise is None:
            raise ValidationError("Der mangler en dato for, hvornår tallet er opgjort.")
        return otherwise
    return DayField().clean(text)  # type: ignore[no-any-return]


def _source(text: str) -> str:
    if not text:
        raise ValidationError("Der mangler en kilde.")
    if len(text) > 160:
        raise ValidationError("Kilden må højst fylde 160 tegn.")
    return text
