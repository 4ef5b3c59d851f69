"""How a text reads: `wording.now().say("brev-overskrift", elev="Sofie Holm")`.

All versions are read at once, and once in a request or a task, however many
texts there are.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from skolefleks.danish import today
from skolefleks.models import TextVersion
from skolefleks.setup import trade
from skolefleks.texts import declarations, rules
from skolefleks.written_once import rows_written_once

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from django.db.models import QuerySet


class Reading(NamedTuple):
    """One text as it reads: 0 is the number of the standard."""

    text: str
    number: int = 0
    starts_on: date | None = None
    is_signed: bool = False
    signed_by: str = ""


def reading_of(version: TextVersion) -> Reading:
    """How a version reads, whether it holds or not."""
    signer = ""
    if version.signed_by:
        signer = version.signed_by.name
    return Reading(
        version.text,
        version.number,
        version.starts_on,
        is_signed=version.signed_at is not None,
        signed_by=signer,
    )


# By the text, the first that begins first.
Readings = dict[str, list[Reading]]


class Wording:
    """The texts as they hold on a day; it remembers which version of each was used.

    `instead` are texts that do not hold yet: what a preview shows.
    """

    def __init__(
        self, day: date, instead: Mapping[str, Reading] | None = None
    ) -> None:
        self.day = day
        self.used: dict[str, int] = {}
        self._instead = dict(instead or {})
        self._readings = trade.once("texts", _read)

    def reading(self, key: str) -> Reading:
        """How one text reads on the day."""
        declaration = declarations.every()[key]
        if key in self._instead:
            return self._instead[key]

        reading = Reading(declaration.default, is_signed=declaration.is_signed)
        for later in self._readings.get(key, ()):
            # What was written for an older version of the system may not fit
            # any more: the one before it counts, and the page says so.
            fits = not rules.problem_in(declaration, later.text)
            if later.starts_on is not None and later.starts_on <= self.day and fits:
                reading = later
        return reading

    def say(self, key: str, **values: str) -> str:
        """The text with the values in their places; what it does not use is left out."""
        reading = self.reading(key)
        self.used[key] = reading.number
        return rules.fill(reading.text, values).strip()

    def items(self, key: str, **values: str) -> list[str]:
        """The lines of a list."""
        reading = self.reading(key)
        self.used[key] = reading.number
        return [rules.fill(line, values) for line in rules.items_of(reading.text)]


def now() -> Wording:
    """The texts as they hold today."""
    return Wording(today())


@rows_written_once
def _versions() -> QuerySet[Any, Any]:
    versions = TextVersion.objects.standing().order_by("starts_on", "number")
    return versions.values_list(
        "key", "text", "number", "starts_on", "signed_by__name"
    )


def _read() -> Readings:
    readings: Readings = {}
    for key, text, number, starts_on, signer in _versions():
        reading = Reading(text, number, starts_on, bool(signer), signer or "")
        readings.setdefault(key, []).append(reading)
    return readings
