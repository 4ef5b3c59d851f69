"""Two administrators at one place at the same moment."""

from __future__ import annotations

from functools import partial

import pytest
from django.db import IntegrityError

from skolefleks.administration import actions as administration
from skolefleks.danish import today
from skolefleks.models import AuditEntry, Centre, Membership, Role, School
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


@pytest.fixture
def empty_centre(centres):
    return Centre.objects.create(key="C-TOM", name="Center for intet", sort_key=3)


@race("skolefleks.places.actions.close_centre", held=1, off=2)
def test_a_centre_is_closed_once(empty_centre, admin, together, outcome):
    close = partial(actions.close_centre, empty_centre, by=admin)
    together(close, close)
    assert AuditEntry.objects.filter(verb="close_centre").count() == outcome


@race("skolefleks.places.actions.reopen_centre", held=1, off=2)
def test_a_centre_is_reopened_once(empty_centre, admin, together, outcome):
    actions.close_centre(empty_centre, by=admin)
    reopen = partial(actions.reopen_centre, empty_centre, by=admin)
    together(reopen, reopen)
    assert AuditEntry.objects.filter(verb="reopen_centre").count() == outcome


@race("skolefleks.administration.centres.require_open", held=0, off=1)
def test_nobody_becomes_chief_of_a_centre_that_closes(
    empty_centre, admin, adviser, together, outcome
):
    chief = {"centre": "C-TOM", "by": admin}
    give = partial(administration.give_role, adviser, Role.CENTRE_CHIEF, **chief)
    together(give, partial(actions.close_centre, empty_centre, by=admin))
    assert Membership.objects.open().filter(centre="C-TOM").count() == outcome
