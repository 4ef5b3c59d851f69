"""Two clocks at one reminder."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import time_machine
from django.db import IntegrityError

from tests.racing import race
from visitation.followups import reminding


@race("visitation.followups.reminding._post_for", held=int, off=IntegrityError)
def test_a_reminder_that_two_clocks_post_is_posted_once(window, together, outcome):
    post = partial(reminding._post_for, window.pk)
    with time_machine.travel(window.hold_by - timedelta(days=14), tick=False):
        posted, answer = together(post, post)
    assert posted > 0
    assert isinstance(answer, outcome)
