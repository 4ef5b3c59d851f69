"""What the forms of an application are made of: text that is never cut off, days, hours, and a step's cards."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from applications.models import LINE, TEXT
from applications.writing.forms.merging import Conflict, as_read, in_field, mark, plain, read_marks
from skolefleks.danish import DayField, kr, read_cpr, today

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping
    from datetime import date

    from django.forms import BoundField


_LIKE_A_CPR = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")


_HOURS_MAX = 60  # a week: a typing error's limit, no rule


_YEARS_BACK, _YEARS_AHEAD = 10, 10  # a date outside is a typing error


class Words(forms.CharField):
    """Text with a limit that cuts nothing off: what is too long stays in the field, and one is told by how much."""

    def __init__(
        self, label: str, help_text: str = "", *, limit: int, widget: forms.Widget
    ) -> None:
        self.limit = limit
        super().__init__(required=False, label=label, help_text=help_text, widget=widget)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if (over := len(value) - self.limit) > 0:
            limit = kr(self.limit).removesuffix("\N{NO-BREAK SPACE}kr.")
            raise ValidationError(
                f"Teksten er {over} tegn for lang. Der er plads til {limit} tegn.",
                code="max_length",
            )


class LongText(Words):
    def __init__(self, label: str, help_text: str, *, rows: int = 5) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "data-count": str(TEXT)})
        super().__init__(label, help_text, limit=TEXT, widget=widget)


class Line(Words):
    def __init__(self, label: str, help_text: str = "") -> None:
        super().__init__(
            label, help_text, limit=LINE, widget=forms.TextInput(attrs={"autocomplete": "off"})
        )


class Hours(forms.DecimalField):
    """Hours of 60 minutes a week, with one decimal: `4,5`."""

    def __init__(self, label: str, help_text: str = "") -> None:
        super().__init__(
            required=False,
            label=label,
            help_text=help_text,
            min_value=0,
            max_value=_HOURS_MAX,
            decimal_places=1,
            localize=True,
            widget=forms.TextInput(
                attrs={"inputmode": "decimal", "data-suffix": "timer", "class": "sf-tiny"}
            ),
            error_messages={
                "invalid": "Skriv timerne som et tal, for eksempel 4 eller 4,5.",
                "min_value": "Timerne kan ikke være under 0.",
                "max_value": f"Timerne kan højst være {_HOURS_MAX} om ugen.",
                "max_decimal_places": "Skriv højst én decimal, for eksempel 4,5.",
            },
        )

    def prepare_value(self, value: Any) -> Any:
        return (
            f"{value:f}".replace(".0", "").replace(".", ",")
            if isinstance(value, Decimal)
            else value
        )


class Day(DayField):
    """A date near enough to now to be meant."""

    def __init__(self, label: str, *, past: bool = False) -> None:
        self.past = past
        super().__init__(
            required=False,
            label=label,
            help_text="For eksempel 01.08.2026",
            error_messages={"invalid": "Skriv datoen som 01.08.2026."},
        )

    def validate(self, value: date | None) -> None:
        super().validate(value)
        if value and not today().year - _YEARS_BACK <= value.year <= today().year + _YEARS_AHEAD:
            raise ValidationError("Se årstallet efter.", code="invalid")
        if value and self.past and value > today():
            raise ValidationError("Datoen ligger i fremtiden.", code="invalid")


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


def holds_cpr(text: str) -> bool:
    for match in _LIKE_A_CPR.finditer(text):
        try:
            read_cpr(match[0])
        except ValidationError:
            continue
        return True
    return False


def text_area(rows: int) -> forms.Textarea:
    return forms.Textarea(attrs={"rows": rows, "data-count": str(TEXT)})


def without_cpr(text: str) -> str:
    if holds_cpr(text):
        raise ValidationError(
            "Teksten ser ud til at indeholde et CPR-nummer. Tag det ud af teksten."
        )
    return text
