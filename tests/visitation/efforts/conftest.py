"""An effort that is released, and one that runs: its pupil is eleven years old."""

from __future__ import annotations

import pytest
import time_machine

from tests.scenes import kept
from visitation.efforts import actions
from visitation.models import Effort


@pytest.fixture
@kept
def effort(released):
    """Begun by the release; the school has not confirmed it yet."""
    return Effort.objects.select_related("application", "pupil_case").get()


@pytest.fixture
def running(effort, leader):
    """Confirmed on its first day, which today is."""
    with time_machine.travel(effort.starts_on, tick=False):
        actions.confirm_begun(effort, begun_on=effort.starts_on, by=leader)
        yield effort
