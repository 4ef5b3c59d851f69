"""An effort that runs, with one goal from 3 to 6 on the scale from 1 to 10."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
import time_machine
from django.utils import timezone

from applications.models import Capacity, Invitation
from tests.scenes import kept
from visitation.efforts import actions as efforts
from visitation.measurements import actions
from visitation.measurements.actions import Answer
from visitation.models import Effort, EffortGoal, Measurement

Voice = Measurement.Voice


@pytest.fixture
@kept
def begun(released, leader):
    """Confirmed on its first day."""
    effort = Effort.objects.select_related("application", "pupil_case", "school").get()
    with time_machine.travel(effort.starts_on, tick=False):
        efforts.confirm_begun(effort, begun_on=effort.starts_on, by=leader)
    return effort


@pytest.fixture
def effort(begun):
    """Today is ten weeks after its first day."""
    with time_machine.travel(begun.starts_on + timedelta(weeks=10), tick=False):
        yield begun


@pytest.fixture
def goal(effort):
    """A second goal: the first one, of the application, is measured in percent."""
    return EffortGoal.objects.create(
        effort=effort,
        number=2,
        kind=EffortGoal.Kind.SCALE,
        what="Tør række hånden op",
        low_anchor="Tør slet ikke",
        high_anchor="Tør hver gang",
        baseline=Decimal(3),
        target=Decimal(6),
        at=timezone.now(),
    )


@pytest.fixture
def ppr_invited(effort, ppr, leader):
    Invitation.objects.create(
        application=effort.application, user=ppr, capacity=Capacity.PPR, invited_by=leader
    )
    return ppr


@pytest.fixture
def measure(effort, goal, leader):
    """Takes one measurement: voice, value (None for a refusal), weeks after the first day."""

    def take(voice, value, weeks=2):
        answer = Answer(goal, None, Measurement.NotMeasured.DECLINED)
        if value is not None:
            answer = Answer(goal, Decimal(str(value)))
        [row] = actions.take(
            effort,
            Voice(voice),
            measured_on=effort.starts_on + timedelta(weeks=weeks),
            answers=[answer],
            filled_in_by=Measurement.FilledInBy.TOGETHER,
            how=Measurement.How.TALK,
            by=leader,
        )
        return row

    return take
