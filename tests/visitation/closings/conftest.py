"""An effort that ended by the clock on the day after its last."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from tests.visitation.measurements import conftest as measuring
from visitation.closings import queries
from visitation.efforts import following
from visitation.models import ClosingGoal, Effort

begun, effort = measuring.begun, measuring.effort
goal, measure = measuring.goal, measuring.measure
ppr_invited = measuring.ppr_invited


def find(effort):
    rows = Effort.objects.select_related("application__school", "pupil_case", "school")
    return rows.get(pk=effort.pk)


@pytest.fixture
def ended(effort, goal):
    """Today is the day after its last day; the goal on the scale has no measurement."""
    with time_machine.travel(effort.ends_on + timedelta(days=1), tick=False):
        following.end_those_that_are_over()
        yield find(effort)


@pytest.fixture
def closing(ended):
    return queries.closing_of(ended)


def said(**fields):
    """What a closing report says."""
    return {
        "worked": "Den faste voksne.",
        "not_worked": "Korte dage.",
        "what_now": "Klasselæreren holder øje.",
        "now": "ordinary",
        "exam": "",
        "verdicts": {(2, "pupil"): ClosingGoal.Verdict.REACHED},
        **fields,
    }
