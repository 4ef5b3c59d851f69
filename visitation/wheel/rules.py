"""The annual wheel: twelve months, and what stands in each."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from skolefleks.calendar import (
    ONE_DAY,
    is_school_holiday,
    is_working_day,
)
from skolefleks.danish import day as in_words

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date

MONTHS = 12


class Entry(NamedTuple):
    """One thing that falls on a day; `url` is where it is done, '' for nothing to do."""

    day: date
    what: str
    url: str = ""
    note: str = ""


class Month(NamedTuple):
    first_day: date
    entries: list[Entry]


def first_of_month(day: date, later: int = 0) -> date:
    """The first day of the month of `day`, or of a month so many later."""
    years, month = divmod(day.month - 1 + later, 12)
    return day.replace(year=day.year + years, month=month + 1, day=1)


def span_from(day: date) -> tuple[date, date]:
    """The first and the last day of the wheel that begins with this month."""
    return first_of_month(day), first_of_month(day, MONTHS) - ONE_DAY


def by_month(entries: Iterable[Entry], first_day: date) -> list[Month]:
    """The twelve months from `first_day` on, each with its entries by day; empty ones too."""
    months = [Month(first_of_month(first_day, n), []) for n in range(MONTHS)]
    by_first = {month.first_day: month.entries for month in months}
    for entry in sorted(entries, key=lambda entry: entry.day):
        by_first[first_of_month(entry.day)].append(entry)
    return months


def holidays(first_day: date, last_day: date) -> list[Entry]:
    """The schools' holidays that begin in the span, or run when it begins."""
    rows = []
    begins: date | None = None
    day = first_day
    while day <= last_day + ONE_DAY:
        is_closed = is_school_holiday(day) or (
            begins is not None and not is_working_day(day)
        )
        if is_closed and begins is None:
            begins = day
        elif not is_closed and begins is not None:
            rows.append(_holiday(begins, day - ONE_DAY))
            begins = None
        day += ONE_DAY
    if begins is not None:
        rows.append(_holiday(begins, last_day))
    return rows


def _holiday(begins: date, ends: date) -> Entry:
    return Entry(
        begins,
        "Skolernes ferie",
        note=f"til og med {in_words(ends)}",
    )
