"""Public holidays, working days and banking days are told apart."""

from __future__ import annotations

from datetime import date

import pytest

from skolefleks import calendar


def test_a_public_holiday_has_its_danish_name():
    assert calendar.holiday(date(2026, 5, 14)) == "Kristi himmelfartsdag"
    assert calendar.holiday(date(2026, 5, 15)) == ""


@pytest.mark.parametrize(
    ("day", "is_working_day", "is_banking_day"),
    [
        (date(2026, 8, 3), True, True),
        (date(2026, 8, 1), False, False),
        (date(2026, 12, 25), False, False),
        (date(2026, 12, 24), True, False),
        (date(2026, 5, 15), True, False),
        (date(2026, 6, 5), True, False),
    ],
    ids=["monday", "saturday", "christmas", "christmas eve", "after ascension", "5 june"],
)
def test_banks_are_closed_on_more_days_than_offices(day, is_working_day, is_banking_day):
    assert calendar.is_working_day(day) is is_working_day
    assert calendar.is_banking_day(day) is is_banking_day


@pytest.mark.parametrize(
    ("day", "months", "expected"),
    [
        (date(2027, 7, 31), 6, date(2028, 1, 31)),
        (date(2027, 8, 31), 6, date(2028, 2, 29)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 12, 31), 12, date(2027, 12, 31)),
    ],
)
def test_months_are_months_of_the_calendar(day, months, expected):
    assert calendar.months_after(day, months) == expected
