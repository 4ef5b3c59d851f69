"""A yearly tariff over a period, in whole DKK, divided by days between the fiscal years.

Pure arithmetic (docs/decisions/0002). A year is counted from the first
day of the period: exactly one year costs exactly the tariff, leap year or
not. What has been used by a day is rounded once, and a fiscal year's part
is the difference between two such sums: the parts always add up to the
whole, and cutting a period short never changes what earlier years cost. A
tariff may be followed by others, each from a day inside the period on.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from skolefleks.calendar import ONE_DAY


class Part(NamedTuple):
    """One fiscal year's part of a period: whole DKK, and the period's days in that year."""

    amount: int
    days: int


NOTHING = Part(0, 0)


def less(parts: Mapping[int, Part], amounts: Mapping[int, int]) -> dict[int, Part]:
    """The parts with so many whole DKK taken out of each fiscal year; their days stay."""
    rest = dict(parts)
    for year, amount in amounts.items():
        before = rest.get(year, NOTHING)
        rest[year] = Part(before.amount - amount, before.days)
    return rest


class Later(NamedTuple):
    """The tariff, whole DKK a year, from a day on."""

    from_on: date
    tariff: int


def cost(
    tariff: int, starts_on: date, ends_on: date, later: Sequence[Later] = ()
) -> int:
    """Whole DKK for `tariff` a year from `starts_on` to `ends_on`, both included.

    0 when the period ends before it begins. From the day of each of
    `later` (ascending, all after `starts_on`) it is that tariff: its days
    cost what they would cost had it held from the first day, so no day
    before costs another krone, and the anniversaries stay.
    """
    total = 0
    last_counted = starts_on - ONE_DAY

    # Each tariff is counted from the first day of the period, not from
    # its own: a year of it then ends on the anniversary, and nothing
    # before its first day is rounded anew.
    for change in later:
        last = min(change.from_on - ONE_DAY, ends_on)
        total += used_between(tariff, starts_on, last_counted, last)
        tariff = change.tariff
        last_counted = last

    return total + used_between(tariff, starts_on, last_counted, ends_on)


def by_fiscal_year(
    tariff: int, starts_on: date, ends_on: date, later: Sequence[Later] = ()
) -> dict[int, Part]:
    """The part of each fiscal year (calendar year) that the period touches, ascending.

    Empty for an empty period.
    """
    parts = {}
    used_before = 0

    for year in range(starts_on.year, ends_on.year + 1):
        first = max(starts_on, date(year, 1, 1))
        last = min(ends_on, date(year, 12, 31))
        if last < first:
            continue
        # Never the year by itself: rounded alone, the parts would not add
        # up to the whole.
        used = cost(tariff, starts_on, last, later)
        parts[year] = Part(used - used_before, (last - first).days + 1)
        used_before = used
    return parts


class Share(NamedTuple):
    """Days of one fiscal year, and how many days the grant's own year has that they lie in."""

    year: int
    days: int
    of: int


def shares(starts_on: date, ends_on: date) -> list[Share]:
    """The days of a period by fiscal year and by the period's own years, in order.

    A year of the period is counted from its first day: so it has 366 days
    where 29 February lies in it, whichever fiscal year that is.
    """
    parts = []
    begins = starts_on
    years = 0
    while begins <= ends_on:
        years += 1
        next_begins = anniversary(starts_on, years)
        length = (next_begins - begins).days
        last = min(next_begins - ONE_DAY, ends_on)
        for year in range(begins.year, last.year + 1):
            first_here = max(begins, date(year, 1, 1))
            last_here = min(last, date(year, 12, 31))
            parts.append(Share(year, (last_here - first_here).days + 1, length))
        begins = next_begins
    return parts


def raised(tariff: int, percent: Decimal) -> int:
    """`tariff` and `percent` of it, to the nearest krone, half a krone up.

    The percent has two decimals.
    """
    # In whole numbers throughout: a float would turn half a krone the
    # wrong way now and then.
    hundredths = int(percent * 100)
    return (2 * tariff * (10_000 + hundredths) + 10_000) // 20_000


def days_in(year: int) -> int:
    """365 or 366: a full-year pupil's days."""
    return (date(year + 1, 1, 1) - date(year, 1, 1)).days


def used_between(tariff: int, starts_on: date, after: date, until: date) -> int:
    """What a tariff that counts its years from `starts_on` comes to after one day until another."""
    return used_by(tariff, starts_on, until) - used_by(tariff, starts_on, after)


def used_by(tariff: int, starts_on: date, ends_on: date) -> int:
    """What one tariff comes to by the end of a day: whole years, and the days of the year begun.

    Rounded once, to the nearest krone, half a krone up.
    """
    if ends_on < starts_on:
        return 0

    years = ends_on.year - starts_on.year
    # The day after the last completes a year where it is an anniversary.
    if anniversary(starts_on, years) > ends_on + ONE_DAY:
        years -= 1
    year_begins = anniversary(starts_on, years)
    year_ends = anniversary(starts_on, years + 1)

    days = (ends_on - year_begins).days + 1
    length = (year_ends - year_begins).days
    return tariff * years + (2 * tariff * days + length) // (2 * length)


def anniversary(day: date, years: int) -> date:
    """The same day `years` later; 29 February becomes 1 March where there is none."""
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return date(day.year + years, 3, 1)
