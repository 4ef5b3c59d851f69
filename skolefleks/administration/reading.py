"""People as a file: CSV with a line a role, read whole before anything is done."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from skolefleks import cpr
from skolefleks.administration import rules
from skolefleks.models import Centre, Role, School
from skolefleks.refusals import Refusal
from skolefleks.textfields import CPR_IN_TEXT, as_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MOST_BYTES = 200_000

MOST_LINES = 500

HEADS = ("navn", "e-mail", "rolle", "skole", "center", "titel")

NEEDED = HEADS[:3]

# Characters; the columns of the database.
LONGEST_NAME = 120
LONGEST_TITLE = 80


class Unreadable(ValidationError):
    """The file as a whole is no list of people."""


@dataclass(frozen=True)
class Line:
    """One role of one person, as it stands in the file."""

    number: int
    name: str
    email: str
    role: Role
    school: School | None
    centre: str
    title: str

    @property
    def school_id(self) -> int | None:
        if self.school is None:
            return None
        return self.school.pk

    @property
    def label(self) -> str:
        place = self.centre
        if self.school is not None:
            place = self.school.name
        return ", ".join(
            part for part in (self.title or self.role.label, place) if part
        )


@dataclass(frozen=True)
class Sheet:
    lines: list[Line] = field(default_factory=list)
    errors: list[tuple[int, str]] = field(default_factory=list)


def decode(content: bytes) -> str:
    """The text of a file from Excel or an editor. Raises Unreadable for a NUL in it."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    if "\x00" in text:
        raise Unreadable("Filen er ikke en CSV-fil.")
    return text


def read(text: str) -> Sheet:
    """Every line, or what is wrong with it. Takes two queries.

    Raises Unreadable where the heads are missing, or there are no lines or too many.
    """
    rows = _rows(text)
    if not rows:
        raise Unreadable("Der er ingen linjer under overskrifterne.")
    if len(rows) > MOST_LINES:
        raise Unreadable(f"Der er plads til {MOST_LINES} linjer i én fil.")

    schools = {school.name.casefold(): school for school in School.objects.all()}
    centres = list(Centre.objects.open().values_list("key", flat=True))
    sheet = Sheet()
    earlier: set[tuple[object, ...]] = set()
    names: dict[str, str] = {}
    for number, row in rows:
        try:
            line = _line_of(number, row, schools, centres)
            _require_new(line, earlier, names)
        except (ValidationError, Refusal) as error:
            sheet.errors.append((number, _words_of(error)))
        else:
            sheet.lines.append(line)
    return sheet


def _rows(text: str) -> list[tuple[int, dict[str, str]]]:
    """(line of the file, {head: value}) of every line that is not empty."""
    first_line = text.split("\n", 1)[0]
    delimiter = max(";,\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text), delimiter=delimiter)
    try:
        # The heads too: csv refuses what is longer than it takes for one cell.
        heads = [head.strip().casefold() for head in next(reader, [])]
        lines = [(reader.line_num, values) for values in reader]
    except csv.Error as error:
        raise Unreadable(f"Linje {reader.line_num} kan ikke læses.") from error
    if "email" in heads:
        heads[heads.index("email")] = "e-mail"

    missing = [head for head in NEEDED if head not in heads]
    if missing:
        raise Unreadable(
            f"Overskrifterne mangler: {', '.join(missing)}."
            f" Første linje skal være {';'.join(HEADS)}."
        )
    rows = []
    for number, values in lines:
        if any(value.strip() for value in values):
            rows.append((number, dict(zip(heads, values, strict=False))))
    return rows


def _line_of(
    number: int,
    row: Mapping[str, str],
    schools: Mapping[str, School],
    centres: Sequence[str],
) -> Line:
    values = {head: as_line(row.get(head, "")) for head in HEADS}
    for value in values.values():
        if cpr.is_held_in(value):
            raise ValidationError(CPR_IN_TEXT)
    if not values["navn"]:
        raise ValidationError("Navnet mangler.")
    if len(values["navn"]) > LONGEST_NAME or len(values["titel"]) > LONGEST_TITLE:
        raise ValidationError("Navnet eller titlen er for lang.")

    line = Line(
        number=number,
        name=values["navn"],
        email=_email_of(values["e-mail"]),
        role=_role_of(values["rolle"]),
        school=_school_of(values["skole"], schools),
        centre=_centre_of(values["center"], centres),
        title=values["titel"],
    )
    rules.require_place(line.role, line.school, line.centre)
    return line


def _email_of(text: str) -> str:
    try:
        validate_email(text)
    except ValidationError:
        raise ValidationError(f"»{text}« er ikke en e-mail.") from None
    return text.lower()


def _role_of(text: str) -> Role:
    for role in Role:
        if text.casefold() in {role.value, str(role.label).casefold()}:
            return role
    labels = ", ".join(str(role.label) for role in Role)
    raise ValidationError(f"»{text}« er ikke en rolle. Vælg mellem {labels}.")


def _school_of(text: str, schools: Mapping[str, School]) -> School | None:
    if not text:
        return None
    school = schools.get(text.casefold())
    if school is None:
        raise ValidationError(f"Der er ingen skole, der hedder »{text}«.")
    return school


def _centre_of(text: str, centres: Sequence[str]) -> str:
    if text and text.upper() not in centres:
        raise ValidationError(f"»{text}« er ikke et center: {', '.join(centres)}.")
    return text.upper()


def _require_new(
    line: Line, earlier: set[tuple[object, ...]], names: dict[str, str]
) -> None:
    """Raise ValidationError where the file says the same twice, or two names of one address."""
    key = (line.email, line.role, line.school_id, line.centre)
    if key in earlier:
        raise ValidationError("Den samme rolle står to gange i filen.")
    name = names.setdefault(line.email, line.name)
    if name.casefold() != line.name.casefold():
        raise ValidationError(f"E-mailen står også ved {name}.")
    earlier.add(key)


def _words_of(error: Exception) -> str:
    if isinstance(error, ValidationError):
        return " ".join(error.messages)
    return str(error)
