"""Danish public holidays and banking days. Pure arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

# The banks' own days off beside the public holidays (Finans Danmark, "Bankernes lukkedage"); (month, day).
_BANKS_OWN = ((6, 5), (12, 24), (12, 31))


ONE_DAY = timedelta(days=1)

_ASCENSION = "Kristi himmelfartsdag"


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
