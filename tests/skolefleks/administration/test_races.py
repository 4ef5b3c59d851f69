"""Two administrators at one person at the same moment."""

from __future__ import annotations

from functools import partial

from django.db import IntegrityError

from skolefleks.administration import actions
from skolefleks.models import Role
from tests.racing import race


@race("skolefleks.administration.actions._lock", held=bool, off=IntegrityError)
def test_a_role_that_two_give_at_once_is_given_once(admin, adviser, schools, together, outcome):
    # At a school: a role at a centre waits for the centre's row too.
    school = schools["Baltorpskolen"]
    give = partial(actions.give_role, adviser, Role.SCHOOL_LEADER, school=school, by=admin)
    _, answer = together(give, give)
    assert isinstance(answer, outcome)
