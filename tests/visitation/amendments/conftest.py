"""An effort that runs on its first grant, and what the committee is asked to change of it."""

from __future__ import annotations

import pytest
import time_machine
from django.utils import timezone

from tests.scenes import kept
from visitation.efforts import actions as efforts
from visitation.models import Amendment, Effort


@pytest.fixture
@kept
def begun(released, leader):
    """Granted 215,000 a year, 1 January NEXT - 31 July AFTER; confirmed on the first day."""
    running = Effort.objects.select_related("application", "pupil_case").get()
    with time_machine.travel(running.starts_on, tick=False):
        efforts.confirm_begun(running, begun_on=running.starts_on, by=leader)
    return running


@pytest.fixture
def effort(begun):
    """The same, and it is its first day."""
    with time_machine.travel(begun.starts_on, tick=False):
        yield begun


@pytest.fixture
def ask(effort, leader):
    """Lay something before the committee, as a follow-up or the school does."""

    def lay(kind="step_down", **fields):
        return Amendment.objects.create(
            effort=effort,
            pupil_case=effort.pupil_case,
            kind=kind,
            written_by=leader,
            written_at=timezone.now(),
            asked_at=timezone.now(),
            **fields,
        )

    return lay
