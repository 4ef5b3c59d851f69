"""A yearly tariff over a period, in whole DKK, divided by days between the fiscal years. Pure arithmetic.

A year is counted from the first day of the period: exactly one year costs exactly the tariff, leap year or not. What
has been used by a day is rounded once, and a fiscal year's part is the difference between two such sums: the parts
always add up to the whole, and cutting a period short never changes what earlier years cost. A tariff may be followed
by others, each from a day inside the period on.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from skolefleks.calendar import ONE_DAY


class Part(NamedTuple):
    """One fiscal year's part of a period: whole DKK, and days of which the period holds that many in the year."""

    amount: int
    days: int


class Later(NamedTuple):
    """The tariff, whole DKK a year, from a day on."""

    from_on: date
    tariff: int


def cost(tariff: int, starts_on: date, ends_on: date, later: Sequence[Later] = ()) -> int:
    """Whole DKK for `tariff` a year from `starts_on` to `ends_on`, both included; 0 when it ends before it begins.

    From the day of each of `later` (ascending, all after `starts_on`) it is that tariff: its days cost what they would
    cost had it held from the first day, so no day before costs another krone, and the anniversaries stay.
    """
    total, before = 0, starts_on - ONE_DAY
    for change in later:
        last = min(change.from_on - ONE_DAY, ends_on)
        total += _used(tariff, starts_on, last) - _used(tariff, starts_on, before)
        tariff, before = change.tariff, last
    return total + _used(tariff, starts_on, ends_on) - _used(tariff, starts_on, before)


def by_fiscal_year(
    tariff: int, starts_on: date, ends_on: date, later: Sequence[Later] = ()
) -> dict[int, Part]:
    """The part of each fiscal year (calendar year) that the period touches, ascending; empty for an empty period."""
    parts, used = {}, 0
    for year in range(starts_on.year, ends_on.year + 1):
        first, last = max(starts_on, date(year, 1, 1)), min(ends_on, date(year, 12, 31))
        if last < first:
            continue
        total = cost(tariff, starts_on, last, later)
        parts[year] = Part(total - used, (last - first).days + 1)
        used = total
    return parts


def raised(tariff: int, percent: Decimal) -> int:
    """`tariff` and `percent` of it, to the nearest krone, half a krone up; a percent has two decimals."""
    hundredths = int(percent * 100)
    return (2 * tariff * (10_000 + hundredths) + 10_000) // 20_000


def days_in(year: int) -> int:
    """365 or 366: a full-year pupil's days."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def _used(tariff: int, starts_on: date, ends_on: date) -> int:
    """What one tariff comes to, rounded once: whole years, and the days of the year that has begun."""
    if ends_on < starts_on:
        return 0
    years = ends_on.year - starts_on.year
    if _anniversary(starts_on, years) > ends_on + ONE_DAY:
        years -= 1
    began, ends = _anniversary(starts_on, years), _anniversary(starts_on, years + 1)
    days, length = (ends_on - began).days + 1, (ends - began).days
    return tariff * years + (2 * tariff * days + length) // (2 * length)


def _anniversary(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
