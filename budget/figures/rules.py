"""Figures of day treatment as they are to be, held against those that stand."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from budget.models import DayTreatmentFigure
from skolefleks.danish import day, kr, one_decimal

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence


class Line(NamedTuple):
    """One figure as it is to be.

    `district` is the name of a district, or "Anbragt" for those placed in care. `pupils` are
    full-year pupils; `amount` is in whole DKK, None where it is not known.
    """

    district: str
    year: int
    pupils: Decimal
    amount: int | None
    counted_on: date
    source: str


class Difference(NamedTuple):
    """What one field of a figure was and what it becomes, in words."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class Change:
    """A line and the figure that stands in its place, if there is one."""

    line: Line
    before: Line | None

    @property
    def is_new(self) -> bool:
        return self.before is None

    @property
    def is_same(self) -> bool:
        return self.before == self.line

    @property
    def is_changed(self) -> bool:
        return not self.is_new and not self.is_same

    @property
    def differences(self) -> list[Difference]:
        """Old and new of each field that changes; of a new figure all that it holds."""
        # Of a new figure nothing stood before: every field differs.
        before: dict[str, str] = {}
        if self.before:
            before = in_words(self.before)

        differences = []
        for label, text in in_words(self.line).items():
            if text != before.get(label):
                differences.append(Difference(label, before.get(label, ""), text))
        return differences


def line_of(figure: DayTreatmentFigure) -> Line:
    """A figure that stands, to be compared with one that is to be."""
    return Line(
        district=figure.place_name,
        year=figure.year,
        pupils=figure.full_year_pupils,
        amount=figure.amount,
        counted_on=figure.counted_on,
        source=figure.source,
    )


def fingerprint(changes: Iterable[Change]) -> str:
    """A hash of changes that were looked through, in hex.

    Another hash of the same lines means that somebody else changed the figures meanwhile.
    """
    # A named tuple says all of its values in its repr, so nothing is left out of the hash.
    pairs = [(change.line, change.before) for change in changes]
    return hashlib.sha256(repr(pairs).encode()).hexdigest()


def counts_of(changes: Iterable[Change]) -> dict[str, int]:
    """How many figures are new, changed and unchanged, by the receipt's names for them."""
    counts = {"new": 0, "changed": 0, "unchanged": 0}
    for change in changes:
        if change.is_new:
            counts["new"] += 1
        elif change.is_changed:
            counts["changed"] += 1
        else:
            counts["unchanged"] += 1
    return counts


def in_words(line: Line) -> dict[str, str]:
    """The fields of a figure by their Danish labels, as they are shown."""
    amount = "ukendt"
    if line.amount is not None:
        amount = kr(line.amount)

    return {
        "Helårspersoner": one_decimal(line.pupils),
        "Udgift": amount,
        "Opgjort": day(line.counted_on),
        "Kilde": line.source,
    }


def incomplete_years(missing: Mapping[int, Sequence[str]]) -> list[str]:
    """A sentence for each year of which districts are missing: no total is made of the others."""
    sentences = []
    for year, names in sorted(missing.items()):
        sentences.append(
            f"For {year} mangler {', '.join(names)}: der vises intet tal i alt for året."
        )
    return sentences
