"""Two clocks at one question."""

from __future__ import annotations

from functools import partial

from skolefleks.refusals import Overtaken
from tests.racing import race
from visitation.closings import actions


@race("visitation.closings.actions._ask", held=int, off=Overtaken)
def test_a_question_that_two_clocks_ask_is_asked_once(ended, together, outcome):
    ask = partial(actions._ask, ended.whereabouts.first().pk)
    first, answer = together(ask, ask)
    assert first == 1
    assert isinstance(answer, outcome)
