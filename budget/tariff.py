"""A yearly tariff over a period, in whole DKK, divided by days between the fiscal years. Pure arithmetic.

A year is counted from the first day of the period: exactly one year costs exactly the tariff, leap year or not. What
has been used by a day is rounded once, and a fiscal year's part is the difference between two such sums: the parts
always add up to the whole, and cutting a period short never changes what earlier years cost.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import NamedTuple

ONE_DAY = timedelta(days=1)


class Part(NamedTuple):
    """One fiscal year's part of a period: whole DKK, and days of which the period holds that many in the year."""

    amount: int
    days: int


def cost(tariff: int, starts_on: date, ends_on: date) -> int:
    """Whole DKK for `tariff` a year from `starts_on` to `ends_on`, both included; 0 when it ends before it begins."""
    if ends_on < starts_on:
        return 0
    years = ends_on.year - starts_on.year
    if _anniversary(starts_on, years) > ends_on + ONE_DAY:
        years -= 1
    began, ends = _anniversary(starts_on, years), _anniversary(starts_on, years + 1)
    days, length = (ends_on - began).days + 1, (ends - began).days
    return tariff * years + (2 * tariff * days + length) // (2 * length)


def by_fiscal_year(tariff: int, starts_on: date, ends_on: date) -> dict[int, Part]:
    """The part of each fiscal year (calendar year) that the period touches, ascending; empty for an empty period."""
    parts, used = {}, 0
    for year in range(starts_on.year, ends_on.year + 1):
        first, last = max(starts_on, date(year, 1, 1)), min(ends_on, date(year, 12, 31))
        if last < first:
            continue
        total = cost(tariff, starts_on, last)
        parts[year] = Part(total - used, (last - first).days + 1)
        used = total
    return parts


def days_in(year: int) -> int:
    """365 or 366: a full-year pupil's days."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _anniversary(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
