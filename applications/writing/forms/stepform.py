"""A form of the application: its cards, what two wrote at once, and what is asked at a field."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms

from applications.writing import rules
from applications.writing.forms.merging import (
    Conflict,
    as_read,
    in_field,
    mark,
    plain,
    read_marks,
)
from skolefleks.forms import Form

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from django.forms import BoundField


@dataclass(frozen=True)
class Section:
    """A card of the page: its heading, a sentence on it, and its fields.

    Fields that stand side by side are a tuple.
    """

    title: str
    text: str
    fields: tuple[str | tuple[str, ...], ...]

    @property
    def lines(self) -> list[tuple[str, ...]]:
        """The names of the fields, line by line."""
        lines: list[tuple[str, ...]] = []
        for names in self.fields:
            if isinstance(names, str):
                lines.append((names,))
            else:
                lines.append(names)
        return lines


class FieldLine(NamedTuple):
    """Fields that stand side by side, and what the committee asks of them: (place, question)."""

    fields: list[BoundField]
    questions: list[tuple[str, str]]


class StepForm(forms.ModelForm, Form):  # type: ignore[type-arg]
    """One step of the application, or a row of one, as it is written and stored.

    A field that the page did not send keeps what is stored. The page sends
    back a mark of every value that it was opened with (see `merging`), so
    that `merge` can tell what somebody else changed meanwhile.
    """

    # Optional to the page. None is required: a draft may be half-written.
    optional_fields: ClassVar[frozenset[str]] = frozenset()
    sections: ClassVar[tuple[Section, ...]] = ()

    # The kind of block of the application's text that the form writes.
    block: ClassVar[str]

    # The names of a first and a last day; whether both may be the same day.
    period: ClassVar[tuple[str, str] | None] = None
    same_day: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._order_by_sections()

        # What the row holds before anything that was typed is put on it.
        self.stored: dict[str, Any] = {}
        for name in self._meta.fields or ():
            if name in self.fields:
                self.stored[name] = getattr(self.instance, name)

        # The marks that the page was opened with, by field.
        self.opened_with: dict[str, str] = {}
        if self.is_bound:
            self.opened_with = read_marks(self.data.get(self.add_prefix("was"), ""))

        self.conflicts: dict[str, Conflict] = {}
        self.questions: dict[str, tuple[str, str]] = {}

    def _order_by_sections(self) -> None:
        names: list[str] = []
        for section in self.sections:
            for line in section.lines:
                names += line
        self.order_fields(names)

    def arguments(self) -> dict[str, Any]:
        """Nothing: what was typed is on the row already, which the act is given."""
        return {}

    def clean(self) -> dict[str, Any]:
        # Without ModelForm's own `clean`, which asks the database what its
        # constraints refuse.
        if self.period:
            self._check_period(*self.period)
        cleaned: dict[str, Any] = self.cleaned_data
        return cleaned

    def _check_period(self, first_name: str, last_name: str) -> None:
        first = self._day(first_name)
        last = self._day(last_name)
        if not rules.is_period_reversed(first, last, may_be_one_day=self.same_day):
            return

        # While somebody types, the form may hold only one of the two days.
        field = last_name
        if last_name not in self.fields:
            field = first_name
        self.add_error(field, "Slutter, før det begynder. Se de to datoer efter.")

    def _day(self, name: str) -> Any:
        """The day that was typed, or the stored one where the form does not hold the field."""
        if name in self.fields:
            return self.cleaned_data.get(name)
        return self.stored[name]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in any field of the row."""
        values = [self.cleaned_data.get(name) for name in self._meta.fields or ()]
        return all(value in {None, "", False} for value in values)

    # -- saved while typing, and by two --

    def narrow(self, names: Collection[str]) -> bool:
        """Leave only the fields that the page sent as typed in; returns whether there are any.

        Hidden fields stay: they say which row it is.
        """
        for name, field in list(self.fields.items()):
            if self.add_prefix(name) not in names and not field.widget.is_hidden:
                del self.fields[name]
        return any(not field.widget.is_hidden for field in self.fields.values())

    def merge(self) -> None:
        """Sort out, after validation, what somebody else wrote since the page was opened.

        What only the other changed stays; what both changed is in
        `conflicts`, and theirs stays until the person has seen both.
        """
        # What is not stored yet nobody else can have changed.
        if not self.instance._state.adding:
            for name, value in self._well_formed().items():
                self._merge_field(name, value)

        for name in self._refused():
            setattr(self.instance, name, self.stored[name])

    def _merge_field(self, name: str, mine: Any) -> None:
        theirs = self.stored[name]
        opened_with = self.opened_with.get(name)

        is_unchanged_by_others = opened_with in {
            None,
            mark(self.instance, name, theirs),
        }
        if is_unchanged_by_others or plain(mine) == plain(theirs):
            return

        setattr(self.instance, name, theirs)
        is_changed_here = opened_with != mark(self.instance, name, mine)
        if is_changed_here:
            self.conflicts[name] = self._conflict(name, mine)

    def _conflict(self, name: str, mine: Any) -> Conflict:
        field = self.fields[name]
        theirs = self.stored[name]
        return Conflict(
            name=self.add_prefix(name),
            label=str(field.label),
            mine=as_read(field, mine),
            theirs=as_read(field, theirs),
            value=in_field(field, theirs),
            mark=mark(self.instance, name, theirs),
        )

    @property
    def changed(self) -> list[str]:
        """The fields whose value is another than the stored one."""
        names = []
        for name, value in self.stored.items():
            if plain(getattr(self.instance, name)) != plain(value):
                names.append(name)
        return names

    @property
    def was(self) -> str:
        """The marks of what this page shows: hidden in it, and sent back by it."""
        marks = {}
        for name, value in self.stored.items():
            if name not in self.fields:
                continue

            if name in self.conflicts:
                # The page shows both texts: theirs has been seen next time.
                marks[name] = self.conflicts[name].mark
            elif name in self.opened_with:
                # A page that comes back with an error still tells what it was
                # first opened with.
                marks[name] = self.opened_with[name]
            else:
                marks[name] = mark(self.instance, name, value)
        return json.dumps(marks)

    @property
    def now(self) -> dict[str, str]:
        """The marks of the fields that were stored as they were typed."""
        marks = {}
        not_stored = {*self.conflicts, *self._refused()}
        for name, value in self._well_formed().items():
            if name in not_stored:
                continue

            # Where only the other changed the field, it holds their text and
            # not the typed one.
            if plain(getattr(self.instance, name)) == plain(value):
                marks[name] = mark(self.instance, name, value)
        return marks

    def holds(self, name: str) -> str:
        """What the field would hold if the page were opened now."""
        return in_field(self.fields[name], self.stored[name])

    def take(self, name: str) -> None:
        """Put the stored text of the field in place of what was typed there."""
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix(name)] = self.holds(name)
        self.data = data
        self.opened_with[name] = mark(self.instance, name, self.stored[name])

    def _well_formed(self) -> dict[str, Any]:
        """What was typed and is no error, by field."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.stored
        }

    def _refused(self) -> set[str]:
        """The fields that an error keeps from being stored; of a period both days."""
        names = set(self.errors)
        if self.period and names.intersection(self.period):
            names.update(self.period)
        return names.intersection(self.stored)

    # -- shown --

    @property
    def place(self) -> str:
        """What the committee's questions call this part of the application."""
        return self.block

    def ask(self, asks: Mapping[str, str]) -> None:
        """Show what the committee asks at a field, above it; `asks` by place."""
        for name in self.fields:
            place = f"{self.place}.{name}"
            if place in asks:
                self.questions[name] = (place, asks[place])

    @property
    def cards(self) -> Iterator[tuple[str, str, list[FieldLine]]]:
        """Title, text and lines of fields of each section that has any."""
        for section in self.sections:
            lines = [self._field_line(names) for names in section.lines]
            shown_lines = [line for line in lines if line.fields]
            if shown_lines:
                yield section.title, section.text, shown_lines

    def _field_line(self, names: tuple[str, ...]) -> FieldLine:
        names_here = [name for name in names if name in self.fields]
        fields = [self[name] for name in names_here]
        questions = [
            self.questions[name] for name in names_here if name in self.questions
        ]
        return FieldLine(fields, questions)
