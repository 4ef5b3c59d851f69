"""The what-if table as it is typed: `t0`, `f0`, `l0` and `m0` for the pupil in place 0.

The names stand in addresses and in the scenario of a meeting: tariff, first
day, last day, and whether the pupil is counted. `s` says that the table was
sent; else the schools' wishes stand.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError

from skolefleks.danish import DayField, KrField
from skolefleks.refusals import Refusal
from visitation.decisions import rules as decision_rules
from visitation.room.whatif import Supposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date

    from applications.models import PupilCase
    from visitation.room import queries

# Characters: an amount, or a date in words.
LONGEST_FIELD = 24
FIELD_NAME = re.compile("s|[tflm][0-9]{1,3}")
# Two fields for all lines: a form a pupil would cost more than the whole answer.
TARIFF = KrField(maximum=settings.TARIFF_MAX)
DAY = DayField()


class Terms(NamedTuple):
    """One pupil's terms as text, as they stand in the fields."""

    tariff: str
    starts_on: str
    ends_on: str


class Row(NamedTuple):
    """One pupil's line: what is typed, or asked for where nothing is.

    `supposed` is None where the line is not counted; `error` says why, in words.
    """

    place: int
    pupil: queries.AtHand
    terms: Terms
    is_in: bool
    supposed: Supposed | None
    error: str


def rows(pupils: Iterable[queries.AtHand], typed: Mapping[str, str]) -> list[Row]:
    """A line for each pupil who is not decided."""
    return [_row(pupil, typed) for pupil in pupils if not pupil.is_settled]


def fields_of_table(typed: Mapping[str, str]) -> dict[str, str]:
    """What of `typed` belongs to the table, each cut to the longest a field holds."""
    fields = {}
    for name, text in typed.items():
        if FIELD_NAME.fullmatch(name):
            fields[name] = text[:LONGEST_FIELD]
    return fields


def _row(pupil: queries.AtHand, typed: Mapping[str, str]) -> Row:
    # Until something is typed the line shows what the school asks for.
    terms = _wish(pupil.pupil_case)
    is_in = True
    if typed.get("s"):
        terms = _typed_terms(pupil.place, typed)
        is_in = f"m{pupil.place}" in typed

    supposed, error = None, ""
    if is_in:
        try:
            supposed = _supposed(pupil, terms)
        except ValidationError as refusal:
            error = refusal.messages[0]
    return Row(pupil.place, pupil, terms, is_in, supposed, error)


def _typed_terms(place: int, typed: Mapping[str, str]) -> Terms:
    texts = [typed.get(f"{letter}{place}", "")[:LONGEST_FIELD] for letter in "tfl"]
    return Terms(*texts)


def _wish(pupil_case: PupilCase) -> Terms:
    """What the school asks for, written as it would be typed."""
    tariff = TARIFF.prepare_value(pupil_case.requested_tariff) or ""
    return Terms(
        str(tariff), _day_text(pupil_case.starts_on), _day_text(pupil_case.ends_on)
    )


def _day_text(day: date | None) -> str:
    if day is None:
        return ""
    return f"{day:%d.%m.%Y}"


def _supposed(pupil: queries.AtHand, terms: Terms) -> Supposed:
    """The terms as values; raises ValidationError with the first sentence that is wrong."""
    tariff = TARIFF.clean(terms.tariff)
    starts_on = DAY.clean(terms.starts_on)
    ends_on = DAY.clean(terms.ends_on)

    try:
        decision_rules.require_period(starts_on, ends_on)
    except Refusal as refusal:
        raise ValidationError(str(refusal)) from None

    # A pupil whose number is not known yet is counted by their case.
    pupil_id = pupil.pupil_case.pupil_id or pupil.pupil_case.pk
    return Supposed(pupil_id, pupil.district, tariff, starts_on, ends_on)
