"""The annual wheel: the year ahead, each line where it is done, and each sees only their own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from skolefleks.danish import today
from tests.conftest import text_of
from tests.meetings import slot
from visitation.meetings import actions as meetings
from visitation.models import Effort, FollowUpWindow
from visitation.wheel import queries, rules

WHEEL = "/aarshjul/"


def whats(user):
    span = rules.span_from(today())
    return [entry.what for entry in queries.entries(user, span)]


@pytest.fixture
def meeting(chair):
    when = replace(slot(20), submit_by=today() + timedelta(days=10))
    [meeting] = meetings.plan([when], by=chair)
    return meeting


def test_it_is_twelve_months_from_this_one_on():
    first, last = rules.span_from(date(2027, 2, 17))
    assert (first, last) == (date(2027, 2, 1), date(2028, 1, 31))
    assert len(rules.by_month([], first)) == 12


def test_the_committee_is_led_to_its_meetings_and_deadlines(meeting, committee):
    page = committee.get(WHEEL)
    assert "Frist for sager" in text_of(page)
    assert page.content.decode().count(meeting.get_absolute_url()) == 2


def test_a_school_sees_deadlines_and_only_its_own_efforts(meeting, released, leader, other_leader):
    assert {"Frist for sager", "Møde i kvalitetsudvalget"} <= set(whats(leader))
    # What runs longer than a year stands in a later wheel.
    soon = today() + timedelta(days=3)
    Effort.objects.update(starts_on=soon, ends_on=soon)
    first = FollowUpWindow.objects.order_by("hold_by")[:1]
    FollowUpWindow.objects.filter(pk__in=first.values("pk")).update(
        opens_on=soon, hold_by=soon, tell_by=soon
    )
    own = {"Bevilling slutter", "Opfølgning senest"}
    assert own <= set(whats(leader))
    assert not own & set(whats(other_leader))


def test_money_is_for_those_who_may_and_rights_for_administrators(chief, follower, admin):
    assert whats(chief).count("Kvartalsopfølgning") == 4
    assert "Regnskabsåret kan lukkes" in whats(chief)
    assert "Regnskabsåret kan lukkes" not in whats(follower)
    assert {"Skolernes ferie", "Gennemgang af rettigheder"} == set(whats(admin))


def test_the_schools_holidays_are_told_once_each():
    rows = rules.holidays(date(2026, 8, 1), date(2027, 7, 31))
    begins = [row.day.month for row in rows]
    assert {8, 10, 12, 2, 3} <= set(begins)
    assert len(rows) == 6


def test_an_empty_year_says_so(adviser, client_for):
    assert "Intet i denne måned" in text_of(client_for(adviser).get(WHEEL))
