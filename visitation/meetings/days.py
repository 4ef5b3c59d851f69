"""On which days meetings are suggested: every so many weeks, not on holidays, not in the schools' summer."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings

from skolefleks.calendar import holiday, is_banking_day

if TYPE_CHECKING:
    from collections.abc import Collection


MOST = 60  # days suggested at once


class Suggestion(NamedTuple):
    """A day on which there could be a meeting, and what speaks against it ('' for nothing)."""

    day: date
    against: str

    @property
    def value(self) -> str:
        return self.day.isoformat()


def suggestions(
    first: date, *, weeks: int, until: date, taken: Collection[str]
) -> list[Suggestion]:
    """`first` and every `weeks` weeks after it, up to and with `until`; `taken` are days (ISO) that have a meeting."""
    count = min((until - first).days // (7 * weeks) + 1, MOST)
    days = [first + timedelta(weeks=weeks * number) for number in range(count)]
    return [
        Suggestion(day, "Der er allerede et møde" if day.isoformat() in taken else against(day))
        for day in days
    ]


def against(day: date) -> str:
    """Why no meeting is held on the day, '' where nothing speaks against it."""
    first, last = settings.SCHOOLS_SUMMER
    if name := holiday(day):
        return name
    if first <= (day.month, day.day) <= last:
        return "Skolernes sommerferie"
    if day.weekday() >= 5:
        return "Weekend"
    return "" if is_banking_day(day) else "Lukkedag"
