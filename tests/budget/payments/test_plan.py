"""A period's cost cut into instalments: it adds up to the krone and falls on banking days."""

from __future__ import annotations

from collections import Counter
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from budget.models import Instalment
from budget.payments.rules import Slice, overpaid, slice_in_parts, slices
from budget.tariff import Later, Part, by_fiscal_year
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


def sums_by_year(plan):
    sums = Counter()
    for piece in plan:
        sums[piece.year] += piece.amount
    return sums


def cost_by_year(tariff, first, last, later=()):
    parts = by_fiscal_year(tariff, first, last, later)
    return Counter({year: part.amount for year, part in parts.items()})


# -- the plan -------------------------------------------------------------------------------------
@given(tariffs, days, st.integers(1, 1100), month_sets, days)
@settings(max_examples=300, deadline=None)
def test_a_plan_adds_up_to_each_fiscal_years_part_exactly(
    tariff, first, length, months, not_before
):
    last = first + timedelta(days=length)
    plan = list(slices(tariff, first, last, months=months, not_before=not_before))

    assert sums_by_year(plan) == cost_by_year(tariff, first, last)
    for piece in plan:
        assert isinstance(piece.amount, int)
        assert piece.amount > 0
        assert is_banking_day(piece.due_on)
        assert piece.due_on >= not_before
        assert piece.covers_from.year == piece.covers_to.year == piece.year


@given(tariffs, days, st.integers(2, 1100), st.data())
@settings(max_examples=200, deadline=None)
def test_a_period_cut_short_after_an_instalment_has_not_been_paid_too_much(
    tariff, first, length, data
):
    planned_last = first + timedelta(days=length)
    plan = list(slices(tariff, first, planned_last, months=QUARTERS, not_before=LONG_AGO))
    paid_pieces = plan[: data.draw(st.integers(0, len(plan)))]
    paid = sums_by_year(paid_pieces)

    last = max([first, *(piece.covers_to for piece in paid_pieces)])
    rest = slices(tariff, first, last, months=QUARTERS, not_before=LONG_AGO, paid=paid)
    assert paid + sums_by_year(rest) == cost_by_year(tariff, first, last)


@given(tariffs, days, st.integers(2, 1100), month_sets, st.data())
@settings(max_examples=200, deadline=None)
def test_a_plan_follows_a_tariff_that_is_raised_on_the_way_and_moves_nothing_before_it(
    tariff, first, length, months, data
):
    last = first + timedelta(days=length)
    day = first + timedelta(days=data.draw(st.integers(1, length)))
    later = [Later(day, tariff + data.draw(st.integers(1, 100_000)))]

    before = slices(tariff, first, last, months=months, not_before=LONG_AGO)
    plan = list(slices(tariff, first, last, months=months, not_before=LONG_AGO, later=later))

    assert sums_by_year(plan) == cost_by_year(tariff, first, last, later)
    covered_before = [piece for piece in before if piece.covers_to < day]
    assert [piece for piece in plan if piece.covers_to < day] == covered_before


# -- banking days ---------------------------------------------------------------------------------
CLOSED = """
    2026-01-01 2026-04-02 2026-04-03 2026-04-06 2026-05-14 2026-05-15 2026-05-25 2026-06-05
    2026-12-24 2026-12-25 2026-12-31 2023-05-05 2023-05-19 2026-11-22 2026-11-21
"""


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


def test_one_krone_more_than_a_year_costs_is_too_much():
    cost = {2027: Part(100, days=1)}
    assert overpaid(cost, {2027: 100}) == {}
    assert overpaid(cost, {2027: 101}) == {2027: 1}


def test_what_is_owed_is_planned_already_where_its_parts_of_the_year_add_up_to_it():
    amounts = [(2027, -60), (2027, -40), (2027, 500), (2028, -7)]
    planned = [Instalment(pool_id=year, amount=amount) for year, amount in amounts]
    first, last = date(2027, 3, 1), date(2027, 3, 31)
    owed = Slice(2027, first, last, last, -100)

    assert slice_in_parts(planned[0], planned, [owed]) == owed
    for other in ({"amount": -99}, {"year": 2028}):
        assert slice_in_parts(planned[0], planned, [owed._replace(**other)]) is None
