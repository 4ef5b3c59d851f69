"""A period's cost cut into instalments: it adds up to the krone in each fiscal year, and falls on banking days."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.payments.rules import slices
from budget.tariff import Later, by_fiscal_year
from skolefleks.calendar import (
    banking_day_after,
    banking_day_before,
    banking_days_on,
    is_banking_day,
)

QUARTERS = (3, 6, 9, 12)


LONG_AGO = date(2020, 1, 1)


days = st.dates(date(2021, 1, 1), date(2031, 12, 31))


tariffs = st.integers(1, 1_000_000)


month_sets = st.sampled_from([QUARTERS, (12,), (1, 7), tuple(range(1, 13)), (6,)])


# -- the plan ---------------------------------------------------------------------------------------------------------
@given(tariffs, days, st.integers(1, 1100), month_sets, days)
@settings(max_examples=300, deadline=None)
def test_a_plan_adds_up_to_each_fiscal_years_part_exactly(
    tariff, first, length, months, not_before
):
    last = first + timedelta(days=length)
    plan = list(slices(tariff, first, last, months=months, not_before=not_before))
    for year, part in by_fiscal_year(tariff, first, last).items():
        assert sum(row.amount for row in plan if row.year == year) == part.amount
    assert all(row.amount > 0 and isinstance(row.amount, int) for row in plan)
    assert all(is_banking_day(row.due_on) and row.due_on >= not_before for row in plan)
    assert all(row.covers_from.year == row.covers_to.year == row.year for row in plan)


@given(tariffs, days, st.integers(2, 1100), st.data())
@settings(max_examples=200, deadline=None)
def test_a_period_cut_short_after_an_instalment_has_not_been_paid_too_much(
    tariff, first, length, data
):
    plan = list(
        slices(tariff, first, first + timedelta(days=length), months=QUARTERS, not_before=LONG_AGO)
    )
    paid = plan[: data.draw(st.integers(0, len(plan)))]
    last = max([first, *(row.covers_to for row in paid)])
    gone = {row.year: sum(other.amount for other in paid if other.year == row.year) for row in paid}
    rest = list(slices(tariff, first, last, months=QUARTERS, not_before=LONG_AGO, gone=gone))
    for year, part in by_fiscal_year(tariff, first, last).items():
        assert (
            gone.get(year, 0) + sum(row.amount for row in rest if row.year == year) == part.amount
        )


@given(tariffs, days, st.integers(2, 1100), month_sets, st.data())
@settings(max_examples=200, deadline=None)
def test_a_plan_follows_a_tariff_that_is_raised_on_the_way_and_moves_nothing_before_it(
    tariff, first, length, months, data
):
    last, day = (
        first + timedelta(days=length),
        first + timedelta(days=data.draw(st.integers(1, length))),
    )
    later = [Later(day, tariff + data.draw(st.integers(1, 100_000)))]
    before = list(slices(tariff, first, last, months=months, not_before=LONG_AGO))
    plan = list(slices(tariff, first, last, months=months, not_before=LONG_AGO, later=later))
    for year, part in by_fiscal_year(tariff, first, last, later).items():
        assert sum(row.amount for row in plan if row.year == year) == part.amount
    assert [row for row in plan if row.covers_to < day] == [
        row for row in before if row.covers_to < day
    ]


CLOSED = "2026-01-01 2026-04-02 2026-04-03 2026-04-06 2026-05-14 2026-05-15 2026-05-25 2026-06-05 2026-12-24 2026-12-25"


CLOSED += " 2026-12-31 2023-05-05 2023-05-19 2026-11-22 2026-11-21"


@pytest.mark.parametrize("day", CLOSED.split())
def test_banks_are_closed_on_weekends_holidays_and_their_own_days_off(day):
    closed = date.fromisoformat(day)
    assert not is_banking_day(closed)
    assert banking_day_before(closed) < closed < banking_day_after(closed)


@pytest.mark.parametrize(
    "day", ["2026-05-01", "2026-01-02", "2026-12-30", "2026-11-23", "2024-04-26"]
)
def test_banks_are_open_on_other_days(day):
    assert is_banking_day(date.fromisoformat(day))


def test_five_banking_days_before_easter_is_more_than_a_week():
    assert banking_days_on(date(2026, 3, 30), 5) == date(2026, 4, 9)
