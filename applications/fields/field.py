"""What is declared of a field of the application, and of the block of text that it stands in.

The declarations themselves stand in `declarations`.
"""

from __future__ import annotations

from dataclasses import KW_ONLY, dataclass
from enum import Enum, auto
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db import models


class When(Enum):
    """When a field is on the checklist; what each means is in `rules`."""

    ALWAYS = auto()
    SEVERAL_PUPILS = auto()
    PARENTS_INFORMED = auto()
    PARENTS_NOT_INFORMED = auto()
    OTHER_TARIFF = auto()


class AgeGroup(NamedTuple):
    """Pupils from `first` to `last`, whole years, both included."""

    first: int
    last: int

    def includes(self, age: int) -> bool:
        return self.first <= age <= self.last


# The age groups of the day-treatment report: 6-13 and 14-17 years.
YOUNGER = AgeGroup(6, 13)
OLDER = AgeGroup(14, 17)


class Card(NamedTuple):
    """A part of a step's page: its heading, and a sentence beneath it."""

    title: str
    text: str = ""


class SummaryPlace(NamedTuple):
    """Where the one-page summary shows a field: a section, and the label in it."""

    section: str
    label: str = ""


class CaseLine(NamedTuple):
    """A line of the case page: its label, and what stands there for nothing, '' for no line."""

    label: str
    when_empty: str = ""


@dataclass(frozen=True)
class Field:
    """One field: how it is asked for, when it must be there, and how it reads.

    How it is called in texts (case page, frozen copy, differences) is the
    `verbose_name` of the model's field of the same name.
    """

    name: str
    label: str
    help: str = ""
    _: KW_ONLY

    # On the form. It stands on the line of the field `beside`, or right above the
    # field `above` though the text has it later. `rows` is the height of a long
    # text, `prompt` the empty choice of a list (radio buttons have none),
    # `choices` stand in place of the model's own.
    card: Card
    beside: str = ""
    above: str = ""
    rows: int = 5
    prompt: str = ""
    choices: tuple[tuple[str, str], ...] = ()
    is_optional: bool = False
    is_past: bool = False
    ages: AgeGroup | None = None

    # On the checklist: what it is called there, '' for what is never on it. It
    # comes where the text has it, or right after the field `checked_after`.
    check: str = ""
    when: When = When.ALWAYS
    is_advised: bool = False
    zero_is_an_answer: bool = False
    checked_after: str = ""

    # To a reader. `told_by` names the field whose line in the text tells this one
    # too. `on_case` is its place in a list of the case page, None where the
    # page's template has placed it itself.
    told_by: str = ""
    may_be_asked_about: bool = True
    on_case: CaseLine | None = None
    summary: SummaryPlace | None = None


@dataclass(frozen=True)
class BlockKind:
    """A kind of block of the application's text, and the fields in it, in the order of the text.

    Of a kind that `has_rows` there is a block for every row, and the committee
    asks about the row as a whole. `check` is what the checklist calls the first
    row that says what it should, `summary` the rows' section in the one-page
    summary.
    """

    kind: str
    step: str
    title: str
    model: type[models.Model]
    fields: tuple[Field, ...]
    _: KW_ONLY
    has_rows: bool = False
    check: str = ""
    summary: str = ""

    def field(self, name: str) -> Field:
        """The declaration of the field `name`; KeyError where none is declared."""
        for field in self.fields:
            if field.name == name:
                return field
        raise KeyError(name)

    @property
    def cards(self) -> list[tuple[Card, list[list[Field]]]]:
        """The form: each card with its lines, and in a line the fields that stand side by side."""
        # A card stands where its first field stands.
        lines: dict[Card, list[list[Field]]] = {}
        for field in self._fields_of_the_form():
            of_card = lines.setdefault(field.card, [])
            if field.beside:
                of_card[-1].append(field)
            else:
                of_card.append([field])
        return list(lines.items())

    @property
    def checked(self) -> list[Field]:
        """The fields that the checklist knows, in its order."""
        fields = [
            field for field in self.fields if field.check and not field.checked_after
        ]
        for field in self.fields:
            if field.checked_after:
                before = self.field(field.checked_after)
                fields.insert(fields.index(before) + 1, field)
        return fields

    def _fields_of_the_form(self) -> Sequence[Field]:
        fields = [field for field in self.fields if not field.above]
        for field in self.fields:
            if field.above:
                after = self.field(field.above)
                fields.insert(fields.index(after), field)
        return fields
