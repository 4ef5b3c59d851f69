"""A form of the application: its cards, what two wrote at once, and the questions at its fields."""

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

    A field that the page did not send keeps what is stored. The page sends back
    a mark of every value that it was opened with (see `merging`), so that
    `merge` can tell what somebody else changed meanwhile.
    """

    # The page says "(valgfrit)" at these. No field is required: a draft may be
    # half-written.
    optional_fields: ClassVar[frozenset[str]] = frozenset()
    sections: ClassVar[tuple[Section, ...]] = ()

    # The kind of block of the application's text that the form writes.
    block: ClassVar[str]

    # The fields of a first and a last day, and whether the two may be the same day.
    period: ClassVar[tuple[str, str] | None] = None
    same_day: ClassVar[bool] = True

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._order_by_sections()

        # What the database holds. Kept here, since validation puts what was typed
        # on the instance.
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
        """Nothing: the act is given the row itself, which holds what was typed."""
        return {}

    def clean(self) -> dict[str, Any]:
        # ModelForm's own `clean` is left out: it would have the database's
        # constraints checked.
        if self.period:
            self._check_period(*self.period)
        cleaned: dict[str, Any] = self.cleaned_data
        return cleaned

    def _check_period(self, first_name: str, last_name: str) -> None:
        first_day = self._typed_or_stored(first_name)
        last_day = self._typed_or_stored(last_name)
        is_reversed = rules.is_period_reversed(
            first_day, last_day, may_be_one_day=self.same_day
        )
        if not is_reversed:
            return

        # At the last day, unless only the first was typed in: then `narrow` has
        # left no other.
        error_field = last_name
        if last_name not in self.fields:
            error_field = first_name
        self.add_error(
            error_field, "Slutter, før det begynder. Se de to datoer efter."
        )

    def _typed_or_stored(self, name: str) -> Any:
        """What was typed, or what is stored where the form does not have the field."""
        if name in self.fields:
            return self.cleaned_data.get(name)
        return self.stored[name]

    @property
    def is_empty(self) -> bool:
        """Whether nothing was typed in any field of the row."""
        names = self._meta.fields or ()
        values = [self.cleaned_data.get(name) for name in names]
        # A box that is not ticked says nothing; the number 0 is an answer.
        return all(value is False or value in (None, "") for value in values)

    # -- saved while somebody types, and by two people at once --

    def narrow(self, names: Collection[str]) -> bool:
        """Drop the fields whose names on the page are not in `names`; returns whether any is left.

        Hidden fields are neither dropped nor counted: they say which row it is.
        """
        is_any_left = False
        # A copy, since fields are deleted on the way.
        for name, field in list(self.fields.items()):
            if field.widget.is_hidden:
                continue
            if self.add_prefix(name) in names:
                is_any_left = True
            else:
                del self.fields[name]
        return is_any_left

    def merge(self) -> None:
        """Decide for each field, after validation, whether the row gets what was typed.

        A field that somebody else changed since the page was opened keeps their
        text. Where it was changed here too, it is put in `conflicts`, for the
        person to see both texts and choose.
        """
        # A row that is not stored yet cannot have been changed by anybody else.
        is_stored_row = not self.instance._state.adding
        if is_stored_row:
            for name, value in self._valid_values().items():
                self._merge_field(name, value)

        for name in self._refused_names():
            setattr(self.instance, name, self.stored[name])

    def _merge_field(self, name: str, mine: Any) -> None:
        """Keep `mine`, what was typed, on the row, or put back what somebody else stored there."""
        theirs = self.stored[name]
        if plain(mine) == plain(theirs):
            return

        # Without a mark from the page nothing can be compared, and what was typed
        # counts.
        opened_with = self.opened_with.get(name)
        if opened_with is None:
            return
        is_changed_by_others = opened_with != mark(self.instance, name, theirs)
        if not is_changed_by_others:
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
    def changed_names(self) -> list[str]:
        """The fields whose value on the row is another than the stored one."""
        names = []
        for name, stored_value in self.stored.items():
            if plain(getattr(self.instance, name)) != plain(stored_value):
                names.append(name)
        return names

    @property
    def opening_marks(self) -> str:
        """The marks that go out with the page in a hidden field, and come back as `opened_with`."""
        marks = {}
        for name in self.stored:
            if name in self.fields:
                marks[name] = self._opening_mark(name)
        return json.dumps(marks)

    def _opening_mark(self, name: str) -> str:
        # The page shows both texts, so from now on it is opened with theirs.
        if name in self.conflicts:
            return self.conflicts[name].mark

        # A page that comes back with an error still tells what it was first
        # opened with.
        if name in self.opened_with:
            return self.opened_with[name]
        return mark(self.instance, name, self.stored[name])

    @property
    def marks_as_typed(self) -> dict[str, str]:
        """The marks of the fields that were stored as they were typed."""
        marks = {}
        not_stored = {*self.conflicts, *self._refused_names()}
        for name, typed_value in self._valid_values().items():
            if name in not_stored:
                continue

            # Where only somebody else changed the field, the row holds their text
            # instead.
            is_as_typed = plain(getattr(self.instance, name)) == plain(typed_value)
            if is_as_typed:
                marks[name] = mark(self.instance, name, typed_value)
        return marks

    def take_stored(self, name: str) -> None:
        """Put the stored text of the field in place of what was typed there."""
        # What a request sent cannot be changed; a copy of it can.
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix(name)] = in_field(self.fields[name], self.stored[name])
        self.data = data
        self.opened_with[name] = mark(self.instance, name, self.stored[name])

    def _valid_values(self) -> dict[str, Any]:
        """What was typed without an error in the fields of the row, by name."""
        return {
            name: value
            for name, value in self.cleaned_data.items()
            if name in self.stored
        }

    def _refused_names(self) -> set[str]:
        """The fields that an error keeps from being stored: of a period both days."""
        names = set(self.errors)
        if self.period and names.intersection(self.period):
            names.update(self.period)
        return names.intersection(self.stored)

    # -- shown --

    @property
    def place(self) -> str:
        """The name of this part of the application in the committee's questions."""
        return self.block

    def ask(self, asks: Mapping[str, str]) -> None:
        """Show the committee's questions above their fields; `asks` holds them by place.

        The place of a field is the form's `place`, a full stop and the field's name.
        """
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
