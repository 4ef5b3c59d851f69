"""A screen that the leader has handed to the pupil, and the browser that has it."""

from __future__ import annotations

import pytest

from tests.visitation.measurements import conftest as measuring
from visitation.models import Screen

# The effort and its goal on the scale are those of the measurements.
begun, effort = measuring.begun, measuring.effort
goal, measure = measuring.goal, measuring.measure

QUESTION = {"words-2": "Tør du række hånden op i timen?"}


def handing(effort, voice="eleven"):
    return f"{effort.get_absolute_url()}skaerm/stemme/{voice}/"


@pytest.fixture
def browser(leader, client_for):
    """The leader's own browser, with their cookies."""
    return client_for(leader)


@pytest.fixture
def screen(effort, goal, browser, post):
    """Handed over: `browser` is the pupil's from here on."""
    answer = post(browser, handing(effort), QUESTION)
    assert (answer.status_code, answer.url) == (302, "/skaerm/")
    return Screen.objects.get()
