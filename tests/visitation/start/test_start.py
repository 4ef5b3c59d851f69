"""The front page of the committee: what waits, the next meeting, the minutes."""

from __future__ import annotations

import pytest

from tests.conftest import text_of
from tests.meetings import held, invited, members, under_way
from visitation.assessments import actions as assessments
from visitation.decisions import actions as decisions


@pytest.fixture
def front(client_for):
    """The front page of a person as text."""
    return lambda user: text_of(client_for(user).get("/"))


def test_who_has_assessed_is_not_asked_to_any_more(front, submitted, chair, member):
    asked = "1 sag, hvor du mangler at vurdere en elev"
    for pupil_case in submitted.pupil_cases.select_related("application"):
        assessments.assess(pupil_case, weight=3, tariff=200_000, why="Behov.", by=chair)
    assert asked not in front(chair)
    assert asked in front(member)


def test_a_decision_that_is_not_released_waits_for_who_may_release_it(
    front, granted, chair, member
):
    waiting = "1 sag, hvor en afgørelse ikke er frigivet"
    assert waiting in front(chair)
    assert waiting not in front(member)


def test_the_next_meeting_stands_with_its_cases(front, submitted, chair, member):
    assert "Intet møde er planlagt. Planlæg et møde" in front(chair)
    assert "Planlæg et møde" not in front(member)
    meeting = invited(submitted, by=chair)
    assert f"{meeting.place} · 1 sag på dagsordenen" in front(member)


def test_minutes_wait_for_the_chair_who_approves_them(front, case, chair, member, person, pools):
    there = [chair, member, *members(person)]
    meeting = under_way(case.application, by=chair, present=there)
    assert "er i gang" in front(member)
    for pupil_case in case.application.pupil_cases.select_related("application__school"):
        decisions.postpone(pupil_case, grounds="Venter på en udtalelse.", by=chair)
    held(meeting, by=chair)
    assert "Referater, der venter på din godkendelse" in front(chair)
    assert "Referater, der ikke er godkendt" in front(member)
