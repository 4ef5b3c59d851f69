"""Two administrators at one place at the same moment."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError

from skolefleks.danish import today
from skolefleks.models import AuditEntry, School
from skolefleks.places import actions
from skolefleks.refusals import Refusal
from tests.racing import race


@race("skolefleks.places.actions._lock_places", held=Refusal, off=IntegrityError)
def test_of_two_who_take_a_name_at_once_one_is_told(admin, schools, together, outcome):
    add = partial(actions.add_district, "Vest", by=admin)
    _, answer = together(add, add)
    assert isinstance(answer, outcome)


@pytest.fixture
def closed(schools, admin):
    school = schools["Skovlunde Skole"]
    actions.close_school(school, closes_on=today(), by=admin)
    return school


@race("skolefleks.places.actions.reopen_school", held=1, off=2)
def test_a_school_is_reopened_once(closed, admin, together, outcome):
    reopen = partial(actions.reopen_school, School.objects.get(pk=closed.pk), by=admin)
    together(reopen, reopen)
    assert AuditEntry.objects.filter(verb="reopen_school").count() == outcome
