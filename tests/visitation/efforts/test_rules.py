"""The rules of an effort, on days alone."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from skolefleks.calendar import is_school_holiday, school_day_after
from skolefleks.refusals import Refusal
from visitation.efforts import rules
from visitation.models import EffortContact, EffortPhase

Part = EffortContact.Part
Phase = EffortPhase.Kind
YEAR_OF_SCHOOL = (date(2026, 8, 1), date(2027, 7, 31))


def test_follow_ups_are_counted_from_the_first_day():
    windows = rules.follow_ups(*YEAR_OF_SCHOOL)
    days = [window.hold_by for window in windows[:3]]
    assert days == [date(2026, 9, 14), date(2026, 12, 7), date(2027, 3, 8)]


@pytest.mark.parametrize("month", range(1, 13))
def test_no_follow_up_of_a_year_falls_in_a_holiday_or_too_late(month):
    first = date(2026, month, 1)
    last = first + timedelta(days=364)
    windows = rules.follow_ups(first, last)
    assert 3 <= len(windows) <= 5
    for window in windows:
        assert not is_school_holiday(window.hold_by)
        assert not is_school_holiday(window.opens_on)
        assert window.hold_by <= last - timedelta(weeks=8)
        assert first < window.opens_on < window.hold_by < window.tell_by


def test_the_last_follow_up_leaves_eight_weeks_and_is_not_far_from_that():
    for days in range(120, 900, 13):
        first = date(2026, 8, 1)
        last = first + timedelta(days=days)
        late = rules.follow_ups(first, last)[-1].hold_by
        assert timedelta(weeks=8) <= last - late <= timedelta(weeks=8 + 4 + 8)


def test_a_short_effort_has_one_follow_up_half_way():
    [window] = rules.follow_ups(date(2026, 9, 1), date(2026, 10, 31))
    assert date(2026, 9, 20) < window.hold_by < date(2026, 10, 10)


def test_a_window_that_summer_takes_days_from_is_moved_past_it():
    window = rules.window_up_to(date(2026, 7, 1))
    assert window.opens_on == date(2026, 8, 10)
    assert not is_school_holiday(window.hold_by)


def test_autumn_christmas_winter_and_easter_are_school_holidays():
    for day in ("2026-10-14", "2026-12-22", "2027-01-02", "2027-02-17", "2027-03-24"):
        assert is_school_holiday(date.fromisoformat(day))
    assert not is_school_holiday(date(2027, 3, 30))
    assert school_day_after(date(2026, 12, 20)) == date(2027, 1, 4)


def test_a_return_begins_with_a_phase_of_its_own_and_every_effort_ends_in_one():
    kinds = [kind for kind, _ in rules.phases("return", *YEAR_OF_SCHOOL)]
    assert kinds == [Phase.IN, Phase.FULL, Phase.OUT]
    kinds = [kind for kind, _ in rules.phases("retention", *YEAR_OF_SCHOOL)]
    assert kinds == [Phase.FULL, Phase.OUT]


def test_the_phases_of_a_very_short_effort_still_follow_each_other():
    days = [day for _, day in rules.phases("return", date(2026, 8, 1), date(2026, 8, 10))]
    assert days == sorted(set(days))
    assert days[-1] <= date(2026, 8, 10)


@pytest.mark.parametrize(
    ("born", "parts"),
    [
        (date(2016, 3, 1), {Part.DAILY_LEADER, Part.PPR, Part.COORDINATOR}),
        (date(2010, 3, 1), {Part.DAILY_LEADER, Part.PPR, *rules.FOR_YOUTH}),
        (date(2013, 3, 1), {Part.DAILY_LEADER, Part.PPR, Part.COORDINATOR, *rules.FOR_YOUTH}),
    ],
)
def test_whom_the_effort_asks_for_follows_from_the_age(born, parts):
    asked = rules.parts_asked_for(born, *YEAR_OF_SCHOOL)
    assert {part for part, _ in asked} == parts


def test_a_pupil_who_turns_14_is_asked_anew_on_the_birthday():
    asked = dict(rules.parts_asked_for(date(2013, 3, 1), *YEAR_OF_SCHOOL))
    assert asked[Part.COORDINATOR] == date(2026, 8, 1)
    assert asked[Part.KUI] == date(2027, 3, 1)


def test_who_is_born_on_the_29th_of_february_turns_14_on_the_first_of_march():
    assert rules.turns_youth_on(date(2012, 2, 29)) == date(2026, 3, 1)


def test_phases_that_do_not_follow_each_other_are_refused():
    with pytest.raises(Refusal):
        rules.require_phases([date(2027, 5, 1), date(2027, 4, 1)], *YEAR_OF_SCHOOL)
    rules.require_phases([date(2026, 10, 1), date(2027, 4, 1)], *YEAR_OF_SCHOOL)
