"""When money is paid out: Danish banking days, and the cost of a period cut into instalments. Pure arithmetic."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from budget.tariff import ONE_DAY, Later, by_fiscal_year

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

# The banks' own days off beside the public holidays (Finans Danmark, "Bankernes lukkedage"); (month, day).
_BANKS_OWN = ((6, 5), (12, 24), (12, 31))
_ASCENSION = "Kristi himmelfartsdag"


class Slice(NamedTuple):
    """One instalment: whole DKK of one fiscal year, the days it covers (both included), the banking day it is due."""

    year: int
    covers_from: date
    covers_to: date
    due_on: date
    amount: int


def slices(
    tariff: int,
    starts_on: date,
    ends_on: date,
    *,
    months: Collection[int],
    not_before: date,
    gone: Mapping[int, int] | None = None,
    later: Sequence[Later] = (),
) -> Iterator[Slice]:
    """What is to be paid for `tariff` a year over the period, in order; each fiscal year adds up to its part exactly.

    An instalment is due at the end of each of `months` (and of the year) and takes what has been used by then and is
    not paid before: so a period that ends early never has more paid for its days than they cost. `gone` is what has
    been paid already, whole DKK by fiscal year. What was due before the day `not_before` is due on it.
    """
    for year in by_fiscal_year(tariff, starts_on, ends_on, later):
        done = (gone or {}).get(year, 0)
        first = max(starts_on, date(year, 1, 1))
        for month in sorted({*months, 12}):
            month_ends = date(year, month, monthrange(year, month)[1])
            last = min(month_ends, ends_on)
            if last < first:
                continue
            used = by_fiscal_year(tariff, starts_on, last, later)[year].amount
            if used > done:
                due_on = banking_day_after(max(banking_day_before(month_ends), not_before))
                yield Slice(year, first, last, due_on, used - done)
            done, first = max(done, used), last + ONE_DAY


def is_banking_day(day: date) -> bool:
    """Whether Danish banks are open: no weekend, no public holiday, none of the banks' own days off."""
    return day.weekday() < 5 and day not in _closed(day.year)


def banking_day_before(day: date) -> date:
    """The day itself where the banks are open, else the last one before it."""
    while not is_banking_day(day):
        day -= ONE_DAY
    return day


def banking_day_after(day: date) -> date:
    """The day itself where the banks are open, else the first one after it."""
    while not is_banking_day(day):
        day += ONE_DAY
    return day


def banking_days_on(day: date, count: int) -> date:
    """The `count`th banking day after `day`."""
    for _ in range(count):
        day = banking_day_after(day + ONE_DAY)
    return day


@cache
def _closed(year: int) -> frozenset[date]:
    import holidays  # late: it is large, and most processes never ask

    public = holidays.country_holidays("DK", years=year, language="da")
    ascension = public.get_named(_ASCENSION)
    own = {date(year, month, day) for month, day in _BANKS_OWN}
    return frozenset({*public, *own, *(day + timedelta(days=1) for day in ascension)})
