"""What is read by hand for every page is what the ORM would have read."""

from __future__ import annotations

from datetime import timedelta
from itertools import product

import pytest
from django.contrib.auth import SESSION_KEY
from django.utils import timezone

from skolefleks.danish import today
from skolefleks.models import SCHOOL_ROLES, Membership, Notice, Role, Session, User
from skolefleks.signin.store import SessionStore

# Days from today; None for a role without a first or a last day.
SPANS = [
    *((None, None), (None, -2), (None, 0), (None, 2), (-2, None), (0, None), (2, None)),
    *((-2, -2), (-2, 0), (-2, 2), (0, 0), (0, 2), (2, 2)),
]


def on(days):
    if days is None:
        return None
    return today() + timedelta(days=days)


@pytest.fixture
def holder(leader):
    """Somebody with a role at a school, and others of all days, one of them ended."""
    roles = product(Role, ("", "C-BUR", "C-SIK"))
    others = [pair for pair in roles if pair[0] not in SCHOOL_ROLES]
    for (starts, ends), (role, centre) in zip(SPANS, others, strict=False):
        days = {"starts_on": on(starts), "ends_on": on(ends), "title": f"{starts} {ends}"}
        Membership.objects.create(user=leader, role=role, centre=centre, **days)
    leader.memberships.filter(title="-2 2").update(ended_at=timezone.now())
    return User.objects.get(pk=leader.pk)


def test_the_roles_of_today_are_read_whole(holder):
    by_orm = holder.memberships.current().select_related("school")
    by_hand = holder.current_memberships
    assert len(by_hand) == 9
    for one, other in zip(by_hand, by_orm, strict=True):
        for field in Membership._meta.concrete_fields:
            assert getattr(one, field.attname) == getattr(other, field.attname)
        assert (one.school, one.user) == (other.school, holder)


def test_the_unread_notices_come_along_with_the_roles(holder):
    Notice.objects.create(user=holder, topic="case", subject="SF-2026-0001", text="Ny", path="/")
    assert {role.unread for role in holder.current_memberships} == {1}


def test_a_session_comes_with_its_person_and_an_old_one_not_at_all(leader):
    store = SessionStore()
    store[SESSION_KEY] = str(leader.pk)
    store.create()
    again = SessionStore(store.session_key)
    assert again[SESSION_KEY] == str(leader.pk)
    assert (again.person, again.ends_at) == (leader, Session.objects.get().expire_date)

    Session.objects.update(expire_date=timezone.now())
    late = SessionStore(store.session_key)
    assert (late.get(SESSION_KEY), late.person) == (None, None)
