"""Form fields for what people write: text that is never cut off, hours and days."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError

from skolefleks import cpr
from skolefleks.danish import DayField, decimal, kr, today, without_thousands

if TYPE_CHECKING:
    from datetime import date

# Characters in one text field.
TEXT = 6_000
# Characters in a text of one line.
LINE = 200

# What a column of whole numbers holds. A field of a form goes no further: the
# database would answer with an error.
LARGEST = 2**31 - 1

# A week: a typing error's limit, no rule.
HOURS_MAX = 60

# A date further from this year is a typing error.
YEARS_BACK = 10
YEARS_AHEAD = 10

CPR_IN_TEXT = "Teksten ser ud til at indeholde et CPR-nummer. Tag det ud af teksten."


# What no keyboard writes: control characters but tab, the ends of a line and
# NUL, which Django refuses; and what turns the direction of the text after it.
_UNWRITTEN = re.compile(
    "[\x01-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]"
)
_LINE_ENDS = re.compile("[\t\r\n\u2028\u2029]+")


def as_typed(text: str) -> str:
    """The text without characters that nobody wrote: they hide or turn what others read."""
    return _UNWRITTEN.sub("", text)


def as_line(text: str) -> str:
    """The same in one line: a browser's own field for it would send no other."""
    return _LINE_ENDS.sub(" ", as_typed(text)).strip()


def without_cpr(text: str) -> str:
    """The text as it is. Raises ValidationError where it seems to hold a CPR number."""
    if cpr.is_held_in(text):
        raise ValidationError(CPR_IN_TEXT, code="cpr")
    return text


def text_area(rows: int) -> forms.Textarea:
    """A box of so many rows that counts the characters left (front/skolefleks.js)."""
    return forms.Textarea(attrs={"rows": rows, "data-count": str(TEXT)})


class FreeText(forms.CharField):
    """What people write in their own words, of any length: a CPR number in it is refused.

    Every text field of every form is of this type, or on the short list in
    tests/house/test_free_text.py with its reason.
    """

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs: dict[str, Any] = super().widget_attrs(widget)
        # A box is known by itself (front/drafts.js).
        if isinstance(widget, forms.TextInput):
            attrs["data-draft"] = True
        return attrs

    def to_python(self, value: Any) -> str:
        text = super().to_python(value) or ""
        if isinstance(self.widget, forms.TextInput):
            return as_line(text)
        return as_typed(text)

    def validate(self, value: str) -> None:
        super().validate(value)
        without_cpr(value)


class Words(FreeText):
    """Text of at most `limit` characters.

    What is too long is never cut off: it stays in the field, and the error says
    by how much.
    """

    def __init__(
        self, label: str, help_text: str = "", *, limit: int, widget: forms.Widget
    ) -> None:
        # Not `max_length`: it would let the browser cut off what is pasted.
        self.limit = limit
        super().__init__(
            required=False, label=label, help_text=help_text, widget=widget
        )

    def to_python(self, value: Any) -> str:
        # A browser sends a line break as two characters; it counts as one.
        return str(super().to_python(value)).replace("\r\n", "\n")

    def validate(self, value: str) -> None:
        super().validate(value)
        too_many = len(value) - self.limit
        if too_many <= 0:
            return

        limit = kr(self.limit).removesuffix("\N{NO-BREAK SPACE}kr.")
        raise ValidationError(
            f"Teksten er {too_many} tegn for lang. Der er plads til {limit} tegn.",
            code="max_length",
        )


class LongText(Words):
    """Text of several lines."""

    def __init__(self, label: str, help_text: str, *, rows: int = 5) -> None:
        super().__init__(label, help_text, limit=TEXT, widget=text_area(rows))


class Line(Words):
    """Text of one line."""

    def __init__(self, label: str, help_text: str = "") -> None:
        widget = forms.TextInput(attrs={"autocomplete": "off"})
        super().__init__(label, help_text, limit=LINE, widget=widget)


class OneDecimal(forms.DecimalField):
    """A number that is never negative, with at most one decimal: `4` or `4,5`."""

    def __init__(self, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(
            required=False,
            label=label,
            help_text=help_text,
            min_value=0,
            decimal_places=1,
            localize=True,
            **kwargs,
        )

    def prepare_value(self, value: Any) -> Any:
        # What was typed comes back as it was typed; only a stored number is
        # written anew.
        if not isinstance(value, Decimal):
            return value
        return decimal(value)

    def to_python(self, value: Any) -> Any:
        if isinstance(value, str):
            value = without_thousands(value)
        return super().to_python(value)


class Hours(OneDecimal):
    """Hours of 60 minutes a week."""

    def __init__(self, label: str, help_text: str = "") -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "decimal", "data-suffix": "timer", "class": "sf-tiny"}
        )
        super().__init__(
            label,
            help_text,
            max_value=HOURS_MAX,
            widget=widget,
            error_messages={
                "invalid": "Skriv timerne som et tal, for eksempel 4 eller 4,5.",
                "min_value": "Timerne kan ikke være under 0.",
                "max_value": f"Timerne kan højst være {HOURS_MAX} om ugen.",
                "max_decimal_places": "Skriv højst én decimal, for eksempel 4,5.",
            },
        )


class Day(DayField):
    """A date near enough to now to be meant; with `past`, none after today."""

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
        if not value:
            return

        this_year = today().year
        if not this_year - YEARS_BACK <= value.year <= this_year + YEARS_AHEAD:
            raise ValidationError("Kontrollér årstallet.", code="invalid")
        if self.past and value > today():
            raise ValidationError("Datoen ligger i fremtiden.", code="invalid")
