"""The way of a case: where it is, where it ended, and what it never came to."""

from __future__ import annotations

from datetime import timedelta

import pytest

from applications.dialogue import actions as dialogue
from applications.models import Application
from applications.reading.way import way
from applications.submission import actions as submission
from skolefleks.danish import today
from visitation.decisions import actions as decisions
from visitation.releases import actions as releases


def states(application):
    application.refresh_from_db()
    return [station.state for station in way(application)]


def test_a_case_that_began_as_an_application_has_no_challenge(draft):
    assert states(draft) == ["skipped", "current", "ahead", "ahead", "ahead"]


def test_a_challenge_is_the_first_station_and_done_once_applied_for(challenge, leader):
    assert states(challenge) == ["current", "ahead", "ahead", "ahead", "ahead"]
    dialogue.apply(challenge, by=leader)
    assert states(challenge)[:2] == ["done", "current"]


def test_a_challenge_that_was_closed_ends_there(challenge, leader):
    submission.withdraw(challenge, reason="Det lykkedes.", by=leader)
    assert states(challenge) == ["stopped", "never", "never", "never", "never"]


def test_a_rejected_case_ends_at_the_committee(submitted, chair):
    for pupil_case in submitted.pupil_cases.all():
        decisions.reject(pupil_case, grounds="Nej.", by=chair)
    releases.release(submitted, by=chair)
    assert states(submitted) == ["skipped", "done", "stopped", "never", "never"]
    assert way(submitted)[2].note == "Afslag"


def test_a_withdrawn_case_ends_where_it_was(submitted, leader):
    submission.withdraw(submitted, reason="Flyttet.", by=leader)
    assert states(submitted) == ["skipped", "done", "stopped", "never", "never"]


@pytest.mark.parametrize(("days", "state"), [(10, "current"), (-1, "done")])
def test_an_effort_runs_and_ends(days, state, released):
    last_day = today() + timedelta(days=days)
    Application.objects.filter(pk=released.pk).update(effort_ends_on=last_day)
    assert states(released)[3] == state
