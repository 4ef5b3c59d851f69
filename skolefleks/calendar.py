"""Danish public holidays, working days and banking days. Pure arithmetic."""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

ONE_DAY = timedelta(days=1)

SATURDAY = 5  # as `date.weekday` counts

# The banks' own days off beside the public holidays, as (month, day), and the day after Ascension
# (Finans Danmark, "Bankernes lukkedage").
_BANKS_OWN = ((6, 5), (12, 24), (12, 31))

_ASCENSION = "Kristi himmelfartsdag"


def holiday(day: date) -> str:
    """The name of the Danish public holiday on the day, '' where it is none."""
    return _holidays(day.year).get(day, "")


def is_working_day(day: date) -> bool:
    """Monday to Friday, and no Danish public holiday."""
    return day.weekday() < SATURDAY and not holiday(day)


def is_banking_day(day: date) -> bool:
    """Whether Danish banks are open: a working day, and none of the banks' own days off."""
    return is_working_day(day) and day not in _banks_own_days(day.year)


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
def _banks_own_days(year: int) -> frozenset[date]:
    days = {date(year, month, day) for month, day in _BANKS_OWN}
    for day, name in _holidays(year).items():
        if name == _ASCENSION:
            days.add(day + ONE_DAY)
    return frozenset(days)


@cache
def _holidays(year: int) -> dict[date, str]:
    # Imported late: the package is large, and most requests never ask.
    from holidays import country_holidays

    return dict(country_holidays("DK", years=year, language="da"))
