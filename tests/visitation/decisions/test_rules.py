"""The rules of decisions on values alone: outcome, period, follow-ups, and the old grant."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from applications.models import Application, PupilCase
from skolefleks.refusals import Refusal
from tests.conftest import YEAR
from visitation.decisions import rules
from visitation.models import Grant

WISH = {"requested_tariff": 200_000, "starts_on": date(2027, 1, 1), "ends_on": date(2027, 7, 31)}
OLD = Grant(tariff=200_000, starts_on=date(2027, 1, 1), ends_on=date(2027, 5, 31))


def outcome(tariff=200_000, starts_on=date(2027, 1, 1), ends_on=date(2027, 7, 31), old=None):
    terms = rules.Terms(tariff, starts_on, ends_on)
    return rules.outcome_of(terms, PupilCase(**WISH), old=old)


def test_what_the_school_applied_for_is_granted():
    assert outcome() == "granted"


@pytest.mark.parametrize(
    "less", [{"tariff": 199_999}, {"starts_on": date(2027, 1, 2)}, {"ends_on": date(2027, 7, 30)}]
)
def test_a_krone_or_a_day_less_is_granted_partly(less):
    assert outcome(**less) == "partly"


def test_a_later_start_is_not_less_where_the_old_grant_runs_up_to_it():
    assert outcome(starts_on=date(2027, 6, 1), old=OLD) == "granted"
    assert outcome(starts_on=date(2027, 6, 2), old=OLD) == "partly"


def test_a_school_that_left_its_wish_open_is_granted():
    terms = rules.Terms(1, date(2027, 1, 1), date(2027, 1, 2))
    assert rules.outcome_of(terms, PupilCase()) == "granted"


def test_more_than_the_school_applied_for_and_a_period_for_nothing_are_asked_about():
    pupil_case = PupilCase(**WISH)
    first = date(2027, 1, 1)
    assert rules.doubts_about(rules.Terms(200_000, first, date(2027, 7, 31)), pupil_case) == []

    [too_high] = rules.doubts_about(rules.Terms(200_001, first, first), pupil_case)
    assert "højere end" in too_high
    [for_nothing] = rules.doubts_about(rules.Terms(1, first, first), pupil_case)
    assert for_nothing == "Perioden koster 0 kr. i alt."


@pytest.mark.parametrize(
    ("starts_on", "goes_on"),
    [
        (date(2026, 12, 31), False),
        (date(2027, 1, 1), False),
        (date(2027, 1, 2), True),
        (date(2027, 6, 1), True),
        (date(2027, 6, 2), False),
    ],
)
def test_new_terms_go_on_from_the_old_grant_without_a_day_between(starts_on, goes_on):
    assert rules.goes_on_from(OLD, starts_on) is goes_on


@pytest.mark.parametrize(
    ("starts_on", "last_day"),
    [
        (date(2026, 12, 31), None),
        (date(2027, 1, 1), None),
        (date(2027, 1, 2), date(2027, 1, 1)),
        (date(2027, 5, 31), date(2027, 5, 30)),
        (date(2027, 8, 1), date(2027, 5, 31)),
    ],
)
def test_the_old_grant_runs_to_the_day_before_or_gives_way(starts_on, last_day):
    assert rules.last_day_kept(OLD, rules.Terms(1, starts_on, date(2028, 7, 31))) == last_day


@pytest.mark.parametrize(
    ("starts_on", "ends_on", "field"),
    [
        (date(YEAR, 8, 1), date(YEAR, 8, 1), "ends_on"),
        (date(YEAR + 6, 8, 1), date(YEAR + 7, 7, 31), "starts_on"),
        (date(YEAR - 6, 8, 1), date(YEAR - 5, 7, 31), "starts_on"),
        (date(YEAR, 8, 1), date(YEAR + 3, 8, 1), "ends_on"),
    ],
)
def test_a_period_that_makes_no_sense_is_refused_at_its_day(starts_on, ends_on, field):
    with pytest.raises(Refusal) as refusal:
        rules.require_period(starts_on, ends_on)
    assert refusal.value.field == field


@pytest.mark.parametrize(("day", "is_early"), [(14, True), (15, False)])
def test_a_period_from_the_day_of_the_application_is_not_early(day, is_early):
    # After midnight in Denmark.
    application = Application(submitted_at=datetime(2027, 1, 14, 23, 30, tzinfo=UTC))
    assert rules.begins_before_application(date(2027, 1, day), application) is is_early


def test_a_period_may_be_as_long_and_as_far_off_as_the_rule_says():
    rules.require_period(date(YEAR + 5, 8, 1), date(YEAR + 8, 7, 31))


def test_follow_ups_are_suggested_every_third_month_before_the_last_day(settings):
    assert settings.FOLLOW_UP_MONTHS == 3
    days = rules.suggested_follow_ups(date(2027, 1, 31), date(2027, 10, 31))
    assert days == [date(2027, 4, 30), date(2027, 7, 31)]


def test_without_a_period_no_follow_up_is_suggested():
    assert rules.suggested_follow_ups(date(2027, 1, 31), None) == []
