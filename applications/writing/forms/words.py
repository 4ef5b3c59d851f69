"""What the forms of an application are made of: text that is never cut off, days, hours, and a step's cards."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms

from applications.writing.forms.merging import (
    Conflict,
    as_read,
    in_field,
    mark,
    plain,
    read_marks,
)
from skolefleks.textfields import Words, holds_cpr

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from django.forms import BoundField


class Section(NamedTuple):
    """A card of the page: its heading, a sentence on it, and its fields; those in a tuple stand side by side."""

    title: str
    text: str
    fields: tuple[str | tuple[str, ...], ...]


class Together(NamedTuple):
    """Fields that stand side by side, and what the committee asks of them: (place, question)."""

    fields: list[BoundField]
    asked: list[tuple[str, str]]


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    """One step. A field that the page did not send keeps what it had."""

    optional_fields: ClassVar[frozenset[str]] = frozenset()
    sections: ClassVar[tuple[Section, ...]] = ()
    block: ClassVar[str]  # what `changes` calls this part of the application
    period: ClassVar[tuple[str, str] | None] = None  # two days, the second never before the first
    same_day: ClassVar[bool] = True  # whether the period may be one day

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [line for section in self.sections for line in section.fields]
        self.order_fields(
            [name for line in lines for name in ((line,) if isinstance(line, str) else line)]
        )
        self.stored = {
            name: getattr(self.instance, name)
            for name in self._meta.fields or ()
            if name in self.fields
        }
        self.sent = read_marks(self.data.get(self.add_prefix("was"), "")) if self.is_bound else {}
        self.conflicts: list[Conflict] = []
        self.asked: dict[str, tuple[str, str]] = {}

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = self.cleaned_data
        if self.period:
            first, last = (
                cleaned.get(name) if name in self.fields else self.stored[name]
                for name in self.period
            )
            if first and last and (last < first or (last == first and not self.same_day)):
                at = self.period[1] if self.period[1] in self.fields else self.period[0]
                self.add_error(at, "Slutter, før det begynder. Se de to datoer efter.")
        return cleaned

    @property
    def is_empty(self) -> bool:
        names = self._meta.fields or ()
        return all(self.cleaned_data.get(name) in {None, "", False} for name in names)

    # -- saved while typing, and by two ------------------------------------------------------------------------------

    def narrow(self, names: Collection[str]) -> bool:
        """Leave only the fields that the page sent as typed in; whether there are any."""
        for name, field in list(self.fields.items()):
            if self.add_prefix(name) not in names and not field.widget.is_hidden:
                del self.fields[name]
        return any(not field.widget.is_hidden for field in self.fields.values())

    def merge(self) -> None:
        """After validation: what the other wrote stays where this page did not touch it; the rest are `conflicts`."""
        shared = (
            {} if self.instance._state.adding else self._well_formed()
        )  # with what is not stored yet nobody collides
        for name, value in shared.items():
            base, theirs = self.sent.get(name), self.stored[name]
            if (
                self.instance._state.adding
                or base in {None, mark(self.instance, name, theirs)}
                or plain(value) == plain(theirs)
            ):
                continue
            setattr(self.instance, name, theirs)
            if base != mark(self.instance, name, value):
                self.conflicts.append(self._conflict(name, value))
        for name in self._spoilt():
            setattr(self.instance, name, self.stored[name])

    @property
    def changed(self) -> list[str]:
        """The fields whose value is another than the stored one."""
        return [
            name
            for name, value in self.stored.items()
            if plain(getattr(self.instance, name)) != plain(value)
        ]

    @property
    def was(self) -> str:
        """The marks of what this page shows: hidden in it, and sent back by it."""
        marks = {
            name: mark(self.instance, name, value)
            for name, value in self.stored.items()
            if name in self.fields
        }
        told = {conflict.name.rpartition("-")[2]: conflict.mark for conflict in self.conflicts}
        return json.dumps(
            marks | {name: sent for name, sent in self.sent.items() if name in marks} | told
        )

    @property
    def now(self) -> dict[str, str]:
        """The marks of what was stored as it was typed."""
        told = {conflict.name.rpartition("-")[2] for conflict in self.conflicts} | set(
            self._spoilt()
        )
        stored = {name: value for name, value in self._well_formed().items() if name not in told}
        at = {name: mark(self.instance, name, value) for name, value in stored.items()}
        return {
            name: value
            for name, value in at.items()
            if plain(getattr(self.instance, name)) == plain(stored[name])
        }

    def holds(self, name: str) -> str:
        """What the field would hold if the page were opened now."""
        return in_field(self.fields[name], self.stored[name])

    def take(self, name: str) -> None:
        """The page takes the stored text of `name` over what was typed there."""
        data: Any = self.data
        data = data.copy()
        data[self.add_prefix(name)] = self.holds(name)
        self.data = data
        self.sent[name] = mark(self.instance, name, self.stored[name])

    def _well_formed(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name in self.stored}

    def _spoilt(self) -> list[str]:
        """What is not stored because of an error: the field itself, and the other day of its period."""
        wrong = set(self.errors)
        if self.period and wrong & set(self.period):
            wrong |= set(self.period)
        return [name for name in wrong if name in self.stored]

    def _conflict(self, name: str, mine: Any) -> Conflict:
        field, theirs = self.fields[name], self.stored[name]
        return Conflict(
            self.add_prefix(name),
            str(field.label),
            as_read(field, mine),
            as_read(field, theirs),
            in_field(field, theirs),
            mark(self.instance, name, theirs),
        )

    # -- shown --------------------------------------------------------------------------------------------------------

    def ask(self, asks: Mapping[str, str]) -> None:
        """Show what the committee asks at a field, above it; `asks` by place, as `asking` names them."""
        names = {f"{self.place}.{name}": name for name in self.fields}
        self.asked = {names[key]: (key, text) for key, text in asks.items() if key in names}

    @property
    def place(self) -> str:
        return self.block

    @property
    def cards(self) -> Iterator[tuple[str, str, list[Together]]]:
        """Title, text and lines of fields of each section that has any."""
        for title, text, lines in self.sections:
            shown = [self._line(line if isinstance(line, tuple) else (line,)) for line in lines]
            if any(line.fields for line in shown):
                yield title, text, [line for line in shown if line.fields]

    @property
    def seems_to_hold_cpr(self) -> list[str]:
        """The labels of texts in which something has the shape of a CPR number with a real date."""
        texts = [self[name] for name, field in self.fields.items() if isinstance(field, Words)]
        return [str(text.label) for text in texts if holds_cpr(str(text.value() or ""))]

    def _line(self, names: tuple[str, ...]) -> Together:
        there = [name for name in names if name in self.fields]
        return Together(
            [self[name] for name in there],
            [self.asked[name] for name in there if name in self.asked],
        )
