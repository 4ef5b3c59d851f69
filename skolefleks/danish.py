"""Danish ways of writing amounts, dates and CPR numbers: read from forms, shown on pages."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import formats, timezone
from stdnum.dk import cpr as cpr_number
from stdnum.exceptions import ValidationError as NotACpr

_AMOUNT = re.compile(
    r"([0-9]{1,9}|[1-9][0-9]{0,2}(?:\.[0-9]{3}){1,2})(?:,-|\s*kr\.?)?", re.IGNORECASE
)


_CPR = re.compile(r"[0-9]{6}[- ]?[0-9]{4}")


_DAY_IN_WORDS = re.compile(r"\s*([0-9]{1,2})\. ?([a-z]+) ([0-9]{4})\s*", re.IGNORECASE)


_MONTHS = (
    "januar februar marts april maj juni juli august september oktober november december".split()
)


DATE_INPUTS = ["%d.%m.%Y", "%d-%m-%Y", "%d/%m/%Y", "%Y-%m-%d"]


FIRST_DAY, LAST_DAY = (
    date(2000, 1, 1),
    date(2099, 12, 31),
)  # a typing error's limits: everybody here is a school pupil


def kr(amount: int) -> str:
    """`1.234.567 kr.`, whole DKK, with a real minus sign and spaces that do not break."""
    sign = "−" if amount < 0 else ""
    return f"{sign}{abs(amount):,}".replace(",", ".") + "\N{NO-BREAK SPACE}kr."


def one_decimal(value: Decimal | float, *, signed: bool = False) -> str:
    """`12,5`, with a real minus sign; `signed` puts a plus before what is above zero."""
    text = f"{value:.1f}"
    if signed and value:
        text = f"{value:+.1f}"
    return text.replace(".", ",").replace("-", "−")


def read_kr(text: str) -> int:
    """Whole DKK from `200000`, `200.000` or `200.000 kr.`; raises ValidationError for what is ambiguous or no amount."""
    match = _AMOUNT.fullmatch(text.strip())
    if not match:
        raise ValidationError("Skriv beløbet i hele kroner, for eksempel 200.000.", code="invalid")
    return int(match[1].replace(".", ""))


def is_working_day(value: date) -> bool:
    """Monday to Friday, and no Danish holiday."""
    return value.weekday() < 5 and not holiday(value)


def holiday(value: date) -> str:
    """The name of the Danish public holiday on the day, '' where it is none."""
    return _holidays(value.year).get(value, "")


@cache
def _holidays(year: int) -> dict[date, str]:
    from holidays import country_holidays  # slow to import, and most requests never ask

    return dict(country_holidays("DK", years=year, language="da"))


def day(value: date) -> str:
    """`1. august 2026`."""
    return formats.date_format(value, "j. F Y")


def today() -> date:
    return timezone.localdate()


def read_cpr(text: str) -> str:
    """Ten digits of a CPR number whose date exists; raises ValidationError that does not repeat what was typed."""
    typed = text.strip()
    if not _CPR.fullmatch(typed):
        raise ValidationError(
            "Skriv CPR-nummeret som seks cifre, bindestreg og fire cifre.", code="invalid"
        )
    try:
        return str(cpr_number.validate(typed.replace(" ", "-")))
    except NotACpr as error:
        raise ValidationError(
            "CPR-nummerets dato findes ikke. Se cifrene efter.", code="invalid"
        ) from error


def born_on(cpr: str) -> date:
    """The date of birth in a CPR number of ten digits, by the century rule."""
    born: date = cpr_number.get_birth_date(cpr)
    return born


def age_on(born: date, at: date) -> int:
    """Whole years."""
    return at.year - born.year - ((at.month, at.day) < (born.month, born.day))


def masked(cpr: str) -> str:
    """`010115-xxxx`: the only way a CPR number is shown unasked."""
    return f"{cpr[:6]}-xxxx" if cpr else ""


class KrField(forms.Field):
    """A whole amount in DKK, typed the Danish way; `minimum` and `maximum` in whole DKK."""

    def __init__(self, *, minimum: int = 1, maximum: int, **kwargs: Any) -> None:
        self.minimum, self.maximum = minimum, maximum
        super().__init__(
            widget=forms.TextInput(attrs={"inputmode": "numeric", "data-suffix": "kr."}), **kwargs
        )

    def prepare_value(self, value: Any) -> Any:
        return kr(value).removesuffix("\N{NO-BREAK SPACE}kr.") if isinstance(value, int) else value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None
        amount = read_kr(str(value))
        if not self.minimum <= amount <= self.maximum:
            raise ValidationError(
                f"Beløbet skal være mellem {kr(self.minimum)} og {kr(self.maximum)}", code="range"
            )
        return amount

    def has_changed(self, initial: Any, data: Any) -> bool:
        return super().has_changed(self.prepare_value(initial), data)


class DayField(forms.DateField):
    """A date, typed as `01.08.2026` or `1. august 2026`, or picked."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Dag, måned og år, for eksempel 01.08.2026")
        widget = forms.DateInput(
            format="%d.%m.%Y",
            attrs={"inputmode": "numeric", "autocomplete": "off", "data-date": ""},
        )
        super().__init__(input_formats=DATE_INPUTS, widget=widget, **kwargs)

    def to_python(self, value: Any) -> date | None:
        typed = super().to_python(_month_in_figures(value) if isinstance(value, str) else value)
        if typed and not FIRST_DAY <= typed <= LAST_DAY:
            raise ValidationError("Skriv en dag mellem 2000 og 2099.", code="range")
        return typed


class CprField(forms.CharField):
    """A CPR number; what is typed is shown back only in its own field."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={"inputmode": "numeric", "autocomplete": "off", "spellcheck": "false"}
        )
        super().__init__(max_length=20, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        return read_cpr(text) if text else ""


def _month_in_figures(text: str) -> str:
    """`1.8.2026` for `1. august 2026`; anything else as it is."""
    match = _DAY_IN_WORDS.fullmatch(text)
    if not match or match[2].lower() not in _MONTHS:
        return text
    return f"{match[1]}.{_MONTHS.index(match[2].lower()) + 1}.{match[3]}"
