"""A yearly tariff over a period: every krone has its day, and the parts are the whole."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from budget.tariff import Later, Part, by_fiscal_year, cost, days_in, raised, shares

DAY = timedelta(days=1)

tariffs = st.integers(min_value=1, max_value=1_000_000)
starts = st.dates(min_value=date(2020, 1, 1), max_value=date(2035, 12, 31))
lengths = st.integers(min_value=1, max_value=1_500)


def last_day(starts_on, length):
    return starts_on + (length - 1) * DAY


def year_later(day):
    """Where the next year begins; after 29 February it is 1 March."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 3, 1)
    return day.replace(year=day.year + 1)


def before(parts, year):
    """The parts of the years before `year`."""
    return {of: part for of, part in parts.items() if of < year}


@given(tariffs, starts, lengths)
def test_the_fiscal_years_parts_add_up_to_the_whole(tariff, starts_on, length):
    ends_on = last_day(starts_on, length)
    parts = by_fiscal_year(tariff, starts_on, ends_on)
    assert sum(part.amount for part in parts.values()) == cost(tariff, starts_on, ends_on)
    assert sum(part.days for part in parts.values()) == length
    assert list(parts) == list(range(starts_on.year, ends_on.year + 1))


@given(tariffs, starts)
def test_a_grant_of_exactly_one_year_costs_exactly_its_tariff(tariff, starts_on):
    assert cost(tariff, starts_on, year_later(starts_on) - DAY) == tariff


def test_a_year_from_a_leap_day_costs_exactly_its_tariff_too():
    assert cost(200_001, date(2028, 2, 29), date(2029, 2, 28)) == 200_001
    assert cost(200_001, date(2027, 3, 1), date(2028, 2, 29)) == 200_001


def test_the_first_day_of_a_new_year_is_a_part_of_that_year():
    # The year before had 366 days, the new one has 365.
    first_day = cost(200_000, date(2027, 3, 1), date(2028, 3, 1)) - 200_000
    assert first_day == round(200_000 / 365) == 548


@given(tariffs, st.integers(min_value=2020, max_value=2035))
def test_a_calendar_year_is_one_part_with_all_its_days(tariff, year):
    assert by_fiscal_year(tariff, date(year, 1, 1), date(year, 12, 31)) == {
        year: Part(tariff, days_in(year))
    }


@given(tariffs, starts, lengths, st.data())
def test_cutting_short_never_changes_what_earlier_years_cost(tariff, starts_on, length, data):
    cut = starts_on + data.draw(st.integers(min_value=0, max_value=length - 1)) * DAY
    whole = by_fiscal_year(tariff, starts_on, last_day(starts_on, length))
    left = by_fiscal_year(tariff, starts_on, cut)
    assert before(left, cut.year) == before(whole, cut.year)
    assert all(left[year] <= whole[year] for year in left)


@given(tariffs, starts, lengths)
def test_a_day_more_or_a_krone_more_never_costs_less(tariff, starts_on, length):
    ends_on = last_day(starts_on, length)
    assert 0 <= cost(tariff, starts_on, ends_on) <= cost(tariff, starts_on, ends_on + DAY)
    assert cost(tariff, starts_on, ends_on) <= cost(tariff + 1, starts_on, ends_on)


@given(tariffs, starts, lengths)
def test_no_part_is_negative(tariff, starts_on, length):
    parts = by_fiscal_year(tariff, starts_on, last_day(starts_on, length))
    assert all(part.amount >= 0 and part.days > 0 for part in parts.values())


def test_a_year_and_seven_months_at_215_000():
    parts = by_fiscal_year(215_000, date(2027, 1, 1), date(2028, 7, 31))
    assert parts == {2027: Part(215_000, 365), 2028: Part(125_123, 213)}


def test_a_school_year_falls_in_two_fiscal_years():
    parts = by_fiscal_year(200_000, date(2026, 8, 1), date(2027, 7, 31))
    assert [part.days for part in parts.values()] == [153, 212]
    assert sum(part.amount for part in parts.values()) == 200_000


def test_a_year_of_366_days_and_a_half_counts_each_year_by_its_own_length():
    assert cost(365_000, date(2027, 8, 1), date(2029, 1, 31)) == 365_000 + 184 * 1_000


def test_a_stay_inside_one_month_is_not_free_and_half_months_count():
    assert cost(200_000, date(2027, 2, 2), date(2027, 2, 27)) == 14_247
    assert cost(200_000, date(2026, 3, 15), date(2026, 12, 31)) == 160_000


def test_a_period_from_the_last_day_of_a_year_costs_that_day_there():
    parts = by_fiscal_year(365_000, date(2026, 12, 31), date(2027, 12, 30))
    assert parts == {2026: Part(1_000, 1), 2027: Part(364_000, 364)}


def test_a_period_that_ends_before_it_begins_costs_nothing():
    assert cost(200_000, date(2027, 2, 2), date(2027, 2, 1)) == 0
    assert by_fiscal_year(200_000, date(2028, 1, 1), date(2027, 12, 31)) == {}


# -- a tariff that another follows ----------------------------------------------------------------
percents = st.integers(1, 2_500).map(lambda hundredths: Decimal(hundredths) / 100)


@st.composite
def raised_grants(draw):
    """(tariff, first day, last day, one or two later tariffs inside the period)."""
    tariff = draw(tariffs)
    starts_on = draw(starts)
    length = draw(st.integers(3, 1_500))
    days = draw(st.lists(st.integers(1, length - 1), min_size=1, max_size=2, unique=True))

    later = []
    newest = tariff
    for day in sorted(days):
        newest = raised(newest, draw(percents))
        later.append(Later(starts_on + day * DAY, newest))
    return tariff, starts_on, last_day(starts_on, length), later


@given(raised_grants())
def test_with_later_tariffs_the_parts_still_add_up_to_the_whole(grant):
    tariff, starts_on, ends_on, later = grant
    parts = by_fiscal_year(tariff, starts_on, ends_on, later)
    assert sum(part.amount for part in parts.values()) == cost(tariff, starts_on, ends_on, later)
    assert sum(part.days for part in parts.values()) == (ends_on - starts_on).days + 1
    assert all(part.amount >= 0 for part in parts.values())


@given(raised_grants())
def test_a_later_tariff_never_changes_a_day_before_it(grant):
    tariff, starts_on, ends_on, later = grant
    for number, change in enumerate(later):
        day_before = change.from_on - DAY
        without = cost(tariff, starts_on, day_before, later[:number])
        assert cost(tariff, starts_on, day_before, later) == without

    # Each change is rounded by itself, to the nearest krone.
    rounding = len(later)
    whole = cost(tariff, starts_on, ends_on, later)
    assert cost(tariff, starts_on, ends_on) <= whole + rounding
    assert whole <= cost(later[-1].tariff, starts_on, ends_on) + rounding


@given(raised_grants(), st.data())
def test_cut_short_a_raised_grant_costs_in_earlier_years_what_it_did(grant, data):
    tariff, starts_on, ends_on, later = grant
    cut = starts_on + data.draw(st.integers(0, (ends_on - starts_on).days)) * DAY
    whole = by_fiscal_year(tariff, starts_on, ends_on, later)
    left = by_fiscal_year(tariff, starts_on, cut, later)
    assert before(left, cut.year) == before(whole, cut.year)
    assert all(left[year] <= whole[year] for year in left)


def test_raised_at_new_year_a_calendar_year_costs_exactly_the_new_tariff():
    later = [Later(date(2028, 1, 1), 205_000)]
    parts = by_fiscal_year(200_000, date(2027, 1, 1), date(2028, 12, 31), later)
    assert parts == {2027: Part(200_000, 365), 2028: Part(205_000, 366)}


def test_a_later_tariff_from_a_day_that_is_cut_off_costs_nothing():
    later = [Later(date(2027, 6, 1), 300_000), Later(date(2027, 9, 1), 400_000)]
    first, last = date(2027, 1, 1), date(2027, 5, 31)
    assert cost(200_000, first, last, later) == cost(200_000, first, last)


def test_half_a_krone_is_rounded_up():
    percent = Decimal("2.5")
    assert raised(100_000, percent) == 102_500
    assert raised(215_000, percent) == 220_375
    assert raised(180_020, percent) == 184_521
    assert raised(180_019, percent) == 184_519


def test_a_school_year_with_29_february_has_366_days_in_both_fiscal_years():
    parts = shares(date(2027, 8, 1), date(2028, 7, 31))
    assert parts == [(2027, 153, 366), (2028, 213, 366)]
    assert shares(date(2026, 8, 1), date(2027, 9, 30)) == [
        (2026, 153, 365),
        (2027, 212, 365),
        (2027, 61, 366),
    ]


def test_a_period_that_ends_on_the_first_day_of_its_second_year_has_that_day_too():
    # From 1 August 2027 to 31 July 2028 it is 366 days.
    days = [share.days for share in shares(date(2027, 8, 1), date(2028, 8, 1))]
    assert sum(days) == 367
