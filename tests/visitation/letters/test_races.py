"""A letter that two workers are given at once."""

from __future__ import annotations

from functools import partial

from django.db import DatabaseError

from tests.racing import race
from visitation.letters import actions
from visitation.models import Document


@race("visitation.letters.actions.finish", held=type(None), off=DatabaseError)
def test_a_letter_that_two_workers_make_is_handed_over_once(released, together, outcome):
    finish = partial(actions.finish, Document.objects.earliest("made_at").pk)
    _, answer = together(finish, finish)
    assert isinstance(answer, outcome)
