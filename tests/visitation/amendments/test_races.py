"""What the school takes back while the committee answers it."""

from __future__ import annotations

from datetime import date
from functools import partial

from skolefleks.refusals import Overtaken
from tests.conftest import AFTER
from tests.racing import race
from visitation.amendments import actions, writing
from visitation.models import Amendment


@race("visitation.amendments.actions._hold", held="Udvalget har den ikke", off="Sagen er ændret")
def test_what_is_taken_back_at_that_moment_is_not_answered(ask, leader, chair, together, outcome):
    asked = ask("extend", until=date(AFTER, 12, 31), tariff=150_000)
    take_back = partial(writing.withdraw, asked, by=leader)
    seen = Amendment.objects.select_related("effort__application").get()
    answer_no = partial(actions.leave_unchanged, seen, grounds="Nej.", by=chair)
    _, answer = together(take_back, answer_no)
    assert isinstance(answer, Overtaken)
    assert str(answer).startswith(outcome)
