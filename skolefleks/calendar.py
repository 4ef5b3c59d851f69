"""Danish public holidays, working days, banking days and the schools' holidays."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta
from functools import cache

from django.conf import settings

ONE_DAY = timedelta(days=1)

# As `date.weekday` counts.
SATURDAY = 5

# The banks' own days off beside the public holidays, as (month, day), and the day
# after Ascension (Finans Danmark, "Bankernes lukkedage").
_BANKS_OWN = ((6, 5), (12, 24), (12, 31))

_ASCENSION = "Kristi himmelfartsdag"

_EASTER_MONDAY = "Anden påskedag"


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


def banking_days_before(day: date, count: int) -> date:
    """The `count`th banking day before `day`; the day itself for 0."""
    for _ in range(count):
        day = banking_day_before(day - ONE_DAY)
    return day


def banking_days_on(day: date, count: int) -> date:
    """The `count`th banking day after `day`."""
    for _ in range(count):
        day = banking_day_after(day + ONE_DAY)
    return day


def months_after(day: date, months: int) -> date:
    """The same day of a later month, or the last day of that month where it has no such day."""
    # January is 0 here, so that twelve months are a year.
    years, months_into_year = divmod(day.month - 1 + months, 12)
    year = day.year + years
    month = months_into_year + 1
    _, days_in_month = monthrange(year, month)
    return date(year, month, min(day.day, days_in_month))


def is_school_holiday(day: date) -> bool:
    """Whether the schools are closed: summer, autumn, Christmas, winter, or the week of Easter."""
    summer_begins, summer_ends = settings.SCHOOLS_SUMMER
    christmas_begins, christmas_ends = settings.SCHOOLS_CHRISTMAS
    month_and_day = (day.month, day.day)

    if summer_begins <= month_and_day <= summer_ends:
        return True
    # Christmas goes on into the new year.
    if month_and_day >= christmas_begins or month_and_day < christmas_ends:
        return True
    if day.isocalendar().week in settings.SCHOOL_HOLIDAY_WEEKS:
        return True
    return _is_in_easter_week(day)


def school_day_after(day: date) -> date:
    """The day itself where the schools are open, else the first one after it."""
    while is_school_holiday(day) or not is_working_day(day):
        day += ONE_DAY
    return day


def school_day_before(day: date) -> date:
    """The day itself where the schools are open, else the last one before it."""
    while is_school_holiday(day) or not is_working_day(day):
        day -= ONE_DAY
    return day


def _is_in_easter_week(day: date) -> bool:
    """From the Monday before Easter to Easter Monday."""
    for holiday_day, name in _holidays(day.year).items():
        if name == _EASTER_MONDAY:
            return holiday_day - timedelta(days=7) <= day <= holiday_day
    return False


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
