"""Danish ways of writing amounts, dates and CPR numbers: read from forms, shown on pages."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils import timezone
from stdnum.dk import cpr as cpr_number
from stdnum.exceptions import ValidationError as NotACpr

if TYPE_CHECKING:
    from collections.abc import Sequence

# Whole DKK: digits alone or in groups of three, then `,-` or `kr.` or nothing. The first group is
# the digits that are read.
_AMOUNT = re.compile(
    r"([0-9]{1,9}|[1-9][0-9]{0,2}(?:[. \u00a0\u202f][0-9]{3}){1,2})(?:,-|\s*kr\.?)?",
    re.IGNORECASE,
)

# A CPR number as documents write it: with any dash or space before the last four digits, or none.
# In running text `skolefleks.cpr` finds more.
_GAP = "[ \u00a0\u2009\u202f]?"
_CPR = re.compile(f"([0-9]{{6}}){_GAP}[\u2010-\u2015\u2212-]?{_GAP}([0-9]{{4}})")

_DAY_IN_WORDS = re.compile(r"([0-9]{1,2})\. ?([a-z]+) ([0-9]{4})", re.IGNORECASE)

_MONTHS = (
    "januar",
    "februar",
    "marts",
    "april",
    "maj",
    "juni",
    "juli",
    "august",
    "september",
    "oktober",
    "november",
    "december",
)

# `12.345` or `12.345,5`: full stops between the thousands, and nowhere else.
_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}(?:\.[0-9]{3})+(?:,[0-9]*)?")

_KR = "\N{NO-BREAK SPACE}kr."

DATE_INPUTS = [
    "%d.%m.%Y",
    "%d-%m-%Y",
    "%d/%m/%Y",
    "%Y-%m-%d",
    "%d.%m.%y",
    "%d-%m-%y",
    "%d/%m/%y",
]

# `010826` and `01082026`.
_DAY_IN_DIGITS = re.compile(r"([0-9]{2})([0-9]{2})((?:20)?[0-9]{2})")

# A replacement number has 60 added to its day, so that it begins with 61 to 91: 6 is added to the
# first digit.
TENS_ADDED = 6

REPLACEMENT_TENS = ("6", "7", "8", "9")

# A day outside is a typing error: all dates here are of pupils and their schooling.
FIRST_DAY = date(2000, 1, 1)

LAST_DAY = date(2099, 12, 31)


def whole(number: int) -> str:
    """`1.234.567`, with a real minus sign."""
    return f"{number:,}".replace(",", ".").replace("-", "−")


def kr(amount: int) -> str:
    """`1.234.567 kr.`, whole DKK, with a real minus sign and a space that does not break."""
    return f"{whole(amount)}{_KR}"


def one_decimal(value: Decimal | float, *, signed: bool = False) -> str:
    """`12,5`, with a real minus sign; `signed` puts a plus before what is above zero."""
    text = f"{value:.1f}"
    if signed and value:
        text = f"{value:+.1f}"
    return text.replace(".", ",").replace("-", "−")


def decimal(value: Decimal) -> str:
    """All decimals there are, and none that are zero: `12,25`, `12`."""
    return f"{value.normalize():f}".replace(".", ",").replace("-", "−")


def without_thousands(text: str) -> str:
    """The typed number without the full stops between its thousands: `12345,5` for `12.345,5`."""
    if _THOUSANDS.fullmatch(text.strip()):
        return text.replace(".", "")
    return text


def read_kr(text: str) -> int:
    """Whole DKK from `200000`, `200.000`, `200 000` or `200.000 kr.`.

    Raises ValidationError for what is ambiguous or no amount.
    """
    match = _AMOUNT.fullmatch(text.strip())
    if not match:
        raise ValidationError(
            "Skriv beløbet i hele kroner, for eksempel 200.000.", code="invalid"
        )
    return int("".join(filter(str.isdigit, match[1])))


def enumeration(names: Sequence[str]) -> str:
    """`Nord, Midt og Syd`."""
    if len(names) < 2:
        return "".join(names)
    return f"{', '.join(names[:-1])} og {names[-1]}"


def inside(label: str) -> str:
    """A label as it stands inside a sentence: `eleven` for `Eleven`, and `PPR` as it is."""
    first_word = label.split(" ", maxsplit=1)[0]
    # A word in capitals is an abbreviation, and keeps them.
    if first_word.isupper() and len(first_word) > 1:
        return label
    return label[:1].lower() + label[1:]


def _in_denmark(value: date) -> date:
    """The day in Denmark at that moment; a plain date as it is."""
    if isinstance(value, datetime):
        return timezone.localdate(value)
    return value


def day(value: date) -> str:
    """`1. august 2026`."""
    value = _in_denmark(value)
    # Not by Django's own `j. F Y`, which looks up the language and the zone for each date.
    return f"{value.day}. {_MONTHS[value.month - 1]} {value.year}"


def short_day(value: date) -> str:
    """`1.8.2026`, for a narrow column."""
    value = _in_denmark(value)
    return f"{value.day}.{value.month}.{value.year}"


def moment(value: datetime) -> str:
    """`1. august 2026 kl. 10.42`, in Danish time."""
    local = timezone.localtime(value)
    return f"{day(local)} kl. {local:%H.%M}"


def days_since(value: datetime) -> int:
    """Whole days from then until today."""
    return (today() - timezone.localdate(value)).days


def today() -> date:
    """The day in Denmark."""
    return timezone.localdate()


def read_cpr(text: str) -> str:
    """The ten digits of a CPR number whose date exists, a replacement number's too.

    Raises ValidationError, whose message never repeats what was typed.
    """
    match = _CPR.fullmatch(text.strip())
    if not match:
        raise ValidationError(
            "Skriv CPR-nummeret som seks cifre, bindestreg og fire cifre.",
            code="invalid",
        )
    try:
        cpr_number.validate(_without_replacement(match[1] + match[2]))
    except NotACpr as error:
        raise ValidationError(
            "CPR-nummerets dato findes ikke. Se cifrene efter.", code="invalid"
        ) from error
    return match[1] + match[2]


def is_replacement(cpr: str) -> bool:
    """Whether it is a replacement number (erstatningsnummer): its day has 60 added (cpr.dk)."""
    return cpr[:1] in REPLACEMENT_TENS


def _without_replacement(cpr: str) -> str:
    """A replacement number with the day of birth as it is, without the 60; another unchanged."""
    if is_replacement(cpr):
        return f"{int(cpr[0]) - TENS_ADDED}{cpr[1:]}"
    return cpr


def born_on(cpr: str) -> date:
    """The date of birth in a CPR number of ten digits, by the century rule."""
    birth_date: date = cpr_number.get_birth_date(_without_replacement(cpr))
    return birth_date


def age_on(born: date, at: date) -> int:
    """The age in whole years on the day `at`."""
    years = at.year - born.year
    had_birthday = (at.month, at.day) >= (born.month, born.day)
    if not had_birthday:
        years -= 1
    return years


def masked(cpr: str) -> str:
    """`010115-xxxx`: how a CPR number is shown unless somebody asks for all of it."""
    if not cpr:
        return ""
    return f"{cpr[:6]}-xxxx"


class KrField(forms.Field):
    """A whole amount in DKK, typed the Danish way; `minimum` and `maximum` in whole DKK."""

    def __init__(self, *, minimum: int = 1, maximum: int, **kwargs: Any) -> None:
        self.minimum = minimum
        self.maximum = maximum
        widget = forms.TextInput(attrs={"inputmode": "numeric", "data-suffix": "kr."})
        super().__init__(widget=widget, **kwargs)

    def prepare_value(self, value: Any) -> Any:
        # What was typed comes back as it was typed; only a stored amount is written anew.
        if isinstance(value, int):
            return whole(value)
        return value

    def to_python(self, value: Any) -> int | None:
        if value in self.empty_values:
            return None

        amount = read_kr(str(value))
        if not self.minimum <= amount <= self.maximum:
            # No full stop at the end: `kr.` has one.
            message = (
                f"Beløbet skal være mellem {kr(self.minimum)} og {kr(self.maximum)}"
            )
            raise ValidationError(message, code="range")
        return amount


class DayField(forms.DateField):
    """A date, typed as `01.08.2026`, `1/8/26`, `010826` or `1. august 2026`, or picked."""

    def __init__(self, **kwargs: Any) -> None:
        kwargs.setdefault("help_text", "Dag, måned og år, for eksempel 01.08.2026")
        widget = forms.DateInput(
            format="%d.%m.%Y",
            attrs={"inputmode": "numeric", "autocomplete": "off", "data-date": ""},
        )
        super().__init__(input_formats=DATE_INPUTS, widget=widget, **kwargs)

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, str):
            value = _month_in_figures(value)
            value = _with_full_stops(value)

        typed_day = super().to_python(value)
        if typed_day and not FIRST_DAY <= typed_day <= LAST_DAY:
            raise ValidationError("Skriv en dag mellem 2000 og 2099.", code="range")
        return typed_day


class CprField(forms.CharField):
    """A CPR number. Its errors never repeat what was typed."""

    def __init__(self, **kwargs: Any) -> None:
        widget = forms.TextInput(
            attrs={
                "inputmode": "numeric",
                "autocomplete": "off",
                "spellcheck": "false",
            }
        )
        super().__init__(max_length=20, widget=widget, **kwargs)

    def clean(self, value: Any) -> str:
        text = super().clean(value)
        if not text:
            return ""
        return read_cpr(text)


def _month_in_figures(text: str) -> str:
    """`1.8.2026` for `1. august 2026`; any other text as it is."""
    match = _DAY_IN_WORDS.fullmatch(text.strip())
    if not match:
        return text

    day_of_month, month, year = match.groups()
    if month.lower() not in _MONTHS:
        return text
    return f"{day_of_month}.{_MONTHS.index(month.lower()) + 1}.{year}"


def _with_full_stops(text: str) -> str:
    """`01.08.26` for `010826`; any other text as it is."""
    match = _DAY_IN_DIGITS.fullmatch(text.strip())
    if not match:
        return text
    return ".".join(match.groups())
