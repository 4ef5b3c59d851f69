"""The what-if table as it stands in the address: `t0`, `f0`, `l0` and `m0` of the pupil in place 0. Nothing is stored."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.core.exceptions import ValidationError

from skolefleks.danish import DayField, KrField
from visitation.decisions import forms as decision_forms
from visitation.room.whatif import Supposed

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from applications.models import PupilCase
    from visitation.room import queries


LONGEST_FIELD = 24  # characters: an amount, or a date in words


_NAME = re.compile("s|[tflm][0-9]{1,3}")


_TARIFF = KrField(maximum=settings.TARIFF_MAX)


_DAY = DayField()


class Row(NamedTuple):
    """One pupil's line: what is typed, or asked for where nothing is; `error` says why it is not counted."""

    place: int
    pupil: queries.AtHand
    tariff: str
    starts_on: str
    ends_on: str
    is_in: bool
    supposed: Supposed | None
    error: str


def rows(pupils: Iterable[queries.AtHand], typed: Mapping[str, str]) -> list[Row]:
    """A line for each pupil who is not decided; without a word in `typed`'s `s` as the schools ask."""
    return [_row(pupil, typed) for pupil in pupils if not pupil.is_settled]


def kept(typed: Mapping[str, str]) -> dict[str, str]:
    """What of `typed` belongs to the table: for the screens that follow."""
    return {name: text[:LONGEST_FIELD] for name, text in typed.items() if _NAME.fullmatch(name)}


def _row(pupil: queries.AtHand, typed: Mapping[str, str]) -> Row:
    place, case = pupil.place, pupil.case
    texts = (
        [typed.get(f"{letter}{place}", "")[:LONGEST_FIELD] for letter in "tfl"]
        if typed.get("s")
        else _wish(case)
    )
    is_in = f"m{place}" in typed if typed.get("s") else True
    supposed, error = _supposed(pupil, texts) if is_in else (None, "")
    tariff, first, last = texts
    return Row(place, pupil, tariff, first, last, is_in, supposed, error)


def _wish(case: PupilCase) -> list[str]:
    days = [f"{day:%d.%m.%Y}" if day else "" for day in (case.starts_on, case.ends_on)]
    return [str(_TARIFF.prepare_value(case.requested_tariff) or ""), *days]


def _supposed(pupil: queries.AtHand, texts: list[str]) -> tuple[Supposed | None, str]:
    try:
        tariff, first, last = _TARIFF.clean(texts[0]), _DAY.clean(texts[1]), _DAY.clean(texts[2])
    except ValidationError as error:
        return None, error.messages[0]
    if last <= first:
        return None, "Perioden skal slutte efter den dag, den begynder."
    if last.year - first.year > decision_forms.LONGEST_PERIOD_YEARS:
        return None, f"Perioden må højst vare {decision_forms.LONGEST_PERIOD_YEARS} år."
    return Supposed(pupil.case.pupil_id or pupil.case.pk, pupil.district, tariff, first, last), ""
