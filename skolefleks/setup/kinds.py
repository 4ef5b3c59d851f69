"""What kinds of settings there are: how each is read, bounded and written in Danish."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from enum import Enum
from typing import Any

from django.core.exceptions import ValidationError

from skolefleks.danish import read_kr, whole

# As it lies in the database and comes out of it.
Value = int | str | tuple[int, ...] | tuple[str, ...]


class Group(Enum):
    """Under which heading of the page a setting stands."""

    MONEY = "Penge"
    FORECAST = "Prognose"
    COMMITTEE = "Udvalget"
    FOLLOW_UP = "Opfølgning"
    CURVES = "Målingernes sætninger"
    SCHOOLS = "Skolerne"
    SAFETY = "Sikkerhed og opbevaring"
    # On a page of its own.
    MUNICIPALITY = "Kommunen"


class Weight(Enum):
    """Who changes it: one administrator, or two people."""

    ONE = ""
    # The second is another administrator.
    LAW = "jura"
    # The second is another administrator, or a centre chief.
    MONEY = "penge"


LAW = Weight.LAW
MONEY = Weight.MONEY

DKK = "kr. pr. år"
DAYS = "dage"
WEEKS = "uger"
PER_CENT = "procent"

_MONTHS = (
    "januar februar marts april maj juni juli"
    " august september oktober november december"
).split()
MONTHS = {str(number): name for number, name in enumerate(_MONTHS, start=1)}


@dataclass(frozen=True)
class Declaration:
    """What a setting is: its name on screen, what it means, its unit and its bounds.

    Both bounds are included. `count` is how many numbers belong to it (0: one
    number alone; None: any), and `options` what may be chosen, by value: `least` of them.
    """

    label: str
    meaning: str
    group: Group
    unit: str = ""
    least: int = 0
    most: int = 0
    weight: Weight = Weight.ONE
    count: int | None = 0
    options: Mapping[str, str] = field(default_factory=dict)
    takes_several: bool = False
    # As it was typed: `least` and `most` are characters.
    is_text: bool = False
    # Written without a full stop.
    is_year: bool = False
    default: Callable[[], Value] | None = None

    @property
    def is_choice(self) -> bool:
        return bool(self.options)

    @property
    def takes_two(self) -> bool:
        return self.weight is not Weight.ONE

    def in_words(self, value: Value) -> str:
        """`200.000 kr. pr. år`, `80 og 95 procent`, the chosen option's own words."""
        if self.is_text:
            return str(value) or "–"
        if self.options:
            return self._chosen_in_words(value)
        numbers = value if isinstance(value, tuple) else (value,)
        words = [self._number_in_words(number) for number in numbers]
        text = " og ".join([", ".join(words[:-1]), words[-1]])
        if len(words) == 1:
            text = words[0]
        return f"{text} {self.unit}".strip()

    def _chosen_in_words(self, value: Value) -> str:
        chosen = value if isinstance(value, tuple) else (value,)
        words = [self.options.get(str(one), str(one)) for one in chosen]
        return ", ".join(words) or "ingen"

    def as_typed(self, value: Value) -> Any:
        """What the form shows of a value: what somebody would type, or the chosen options."""
        if self.is_text:
            return value
        if self.options and self.takes_several and isinstance(value, tuple):
            return [str(one) for one in value]
        if self.options:
            return str(value)
        numbers = value if isinstance(value, tuple) else (value,)
        return ", ".join(self._number_in_words(number) for number in numbers)

    def _number_in_words(self, number: Any) -> str:
        if self.is_year:
            return str(number)
        return whole(number)

    def bounds_in_words(self) -> str:
        """Between what it may lie; nothing of a choice."""
        if self.options:
            return ""
        bounds = f"Fra {self._number_in_words(self.least)} til {self._number_in_words(self.most)}"
        if self.count == 0:
            return f"{bounds}."
        if self.count is None:
            return f"{bounds}, stigende, med komma imellem."
        return f"{self.count} tal fra {bounds[4:]}, stigende, med komma imellem."

    def read(self, typed: str) -> Value:
        """The numbers that were typed. Raises ValueError, in Danish, for what is none of them."""
        parts = [part.strip() for part in typed.replace(";", ",").split(",")]
        numbers = tuple(_read_number(part) for part in parts if part)
        if not numbers:
            raise ValueError("Skriv et tal.")
        self._require_count(len(numbers))
        for number in numbers:
            if not self.least <= number <= self.most:
                raise ValueError(self.bounds_in_words())
        if list(numbers) != sorted(numbers):
            raise ValueError("Skriv tallene i stigende orden.")
        if self.count == 0:
            return numbers[0]
        return numbers

    def _require_count(self, count: int) -> None:
        if self.count == 0 and count != 1:
            raise ValueError("Skriv ét tal, uden komma.")
        if self.count and count != self.count:
            raise ValueError(f"Skriv {self.count} tal med komma imellem.")

    def from_stored(self, stored: Any) -> Value:
        """A value as it lies in JSON, where a tuple is a list."""
        if isinstance(stored, list):
            return tuple(stored)
        return stored  # type: ignore[no-any-return]


def setting(
    group: Group, label: str, meaning: str, unit: str = "", **more: Any
) -> Any:
    """A field of the table: a value, and what it is."""
    return field(
        metadata={"declaration": Declaration(label, meaning, group, unit, **more)}
    )


def _read_number(text: str) -> int:
    sign = 1
    if text.startswith(("-", "\N{MINUS SIGN}")):
        sign = -1
        text = text[1:]
    try:
        return sign * read_kr(text)
    except ValidationError:
        raise ValueError("Skriv hele tal, for eksempel 200.000.") from None
