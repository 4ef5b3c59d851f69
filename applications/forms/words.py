"""What the forms of an application are made of: text that is never cut off, days, hours, and a step's cards."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, NamedTuple

from django import forms
from django.core.exceptions import ValidationError

from applications.models import LINE, TEXT
from skolefleks.danish import DayField, kr, read_cpr, today

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date

    from django.forms import BoundField

_LIKE_A_CPR = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")
_HOURS_MAX = 60  # a week: a typing error's limit, no rule
_YEARS_BACK, _YEARS_AHEAD = 10, 10  # a date outside is a typing error


class Words(forms.CharField):
    """Text with a limit that cuts nothing off: what is too long stays in the field, and one is told by how much."""

    def __init__(self, label: str, help_text: str = "", *, limit: int, widget: forms.Widget) -> None:
        self.limit = limit
        super().__init__(required=False, label=label, help_text=help_text, widget=widget)

    def to_python(self, value: Any) -> str:
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        if (over := len(value) - self.limit) > 0:
            limit = kr(self.limit).removesuffix("\N{NO-BREAK SPACE}kr.")
            raise ValidationError(f"Teksten er {over} tegn for lang. Der er plads til {limit} tegn.", code="max_length")


class LongText(Words):
    def __init__(self, label: str, help_text: str, *, rows: int = 5) -> None:
        widget = forms.Textarea(attrs={"rows": rows, "data-count": str(TEXT)})
        super().__init__(label, help_text, limit=TEXT, widget=widget)


class Line(Words):
    def __init__(self, label: str, help_text: str = "") -> None:
        super().__init__(label, help_text, limit=LINE, widget=forms.TextInput(attrs={"autocomplete": "off"}))


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
            widget=forms.TextInput(attrs={"inputmode": "decimal", "data-suffix": "timer", "class": "sf-tiny"}),
            error_messages={
                "invalid": "Skriv timerne som et tal, for eksempel 4 eller 4,5.",
                "min_value": "Timerne kan ikke være under 0.",
                "max_value": f"Timerne kan højst være {_HOURS_MAX} om ugen.",
                "max_decimal_places": "Skriv højst én decimal, for eksempel 4,5.",
            },
        )

    def prepare_value(self, value: Any) -> Any:
        return f"{value:f}".replace(".0", "").replace(".", ",") if isinstance(value, Decimal) else value


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


class StepForm(forms.ModelForm):  # type: ignore[type-arg]
    """One step. A field that the page did not send keeps what it had."""

    optional_fields: ClassVar[frozenset[str]] = frozenset()
    sections: ClassVar[tuple[Section, ...]] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        lines = [line for section in self.sections for line in section.fields]
        self.order_fields([name for line in lines for name in ((line,) if isinstance(line, str) else line)])

    @property
    def cards(self) -> Iterator[tuple[str, str, list[list[BoundField]]]]:
        """Title, text and lines of fields of each section that has any."""
        for title, text, lines in self.sections:
            shown = [self._bound(line if isinstance(line, tuple) else (line,)) for line in lines]
            if any(shown):
                yield title, text, [line for line in shown if line]

    @property
    def seems_to_hold_cpr(self) -> list[str]:
        """The labels of texts in which something has the shape of a CPR number with a real date."""
        texts = [self[name] for name, field in self.fields.items() if isinstance(field, Words)]
        return [str(text.label) for text in texts if _holds_cpr(str(text.value() or ""))]

    def _bound(self, names: tuple[str, ...]) -> list[BoundField]:
        return [self[name] for name in names if name in self.fields]


def _holds_cpr(text: str) -> bool:
    for match in _LIKE_A_CPR.finditer(text):
        try:
            read_cpr(match[0])
        except ValidationError:
            continue
        return True
    return False
