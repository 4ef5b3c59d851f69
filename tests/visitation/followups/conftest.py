"""An effort that runs, and its first follow-up, on a day when its window is open."""

from __future__ import annotations

import pytest
import time_machine

from tests.scenes import kept
from visitation.efforts import actions as efforts
from visitation.followups import actions
from visitation.models import Effort, StatusReport


@pytest.fixture
@kept
def effort(released):
    return Effort.objects.select_related("application", "pupil_case").get()


@pytest.fixture
@kept
def laid(effort, leader):
    """The first follow-up of the effort, which has begun."""
    with time_machine.travel(effort.starts_on, tick=False):
        efforts.confirm_begun(effort, begun_on=effort.starts_on, by=leader)
    first = effort.windows.first()
    first.effort = effort
    return first


@pytest.fixture
def window(laid):
    """The same, and it is the day on which its window opens."""
    with time_machine.travel(laid.opens_on, tick=False):
        yield laid


@pytest.fixture
def reported(window, leader):
    """Its status report is handed in."""
    report = StatusReport(window=window, carried_out="Som planlagt.", progress="Fremad.")
    actions.hand_in_report(report, by=leader)
    return window


@pytest.fixture
def held(reported, leader):
    actions.hold(
        reported,
        held_on=reported.opens_on,
        present=["pupil", "parents"],
        also_present="",
        by=leader,
    )
    return reported
