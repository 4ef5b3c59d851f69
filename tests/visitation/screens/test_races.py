"""A screen that is open in two tabs."""

from __future__ import annotations

from functools import partial

from skolefleks.refusals import NotPossible, Refusal
from tests.racing import race
from visitation.measurements.actions import Answer
from visitation.models import Screen
from visitation.screens import actions


@race("visitation.screens.actions._hold", held=NotPossible, off=Refusal)
def test_of_two_answers_at_once_one_counts(screen, goal, together, outcome):
    answers = [Answer(goal, value) for value in (3, 7)]
    acts = [
        partial(actions.answer, Screen.objects.get(), number=2, answer=answer) for answer in answers
    ]
    _, answer = together(*acts)
    assert type(answer) is outcome
