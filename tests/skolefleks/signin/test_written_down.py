"""Every way in and out, refusal and lock-out is a line of the trail and of the access log.

That each is called where it happens is held by `test_sessions`, `federation/` and `emergency/`.
"""

from __future__ import annotations

import pytest

from skolefleks.models import AccessEntry, AuditEntry, Session
from skolefleks.signin import actions

pytestmark = pytest.mark.django_db

# What happens: the verb in the trail, why, and the kind in the access log.
TABLE = {
    "note_sign_in": ("sign_in", {}, "sign_in"),
    "note_emergency": ("break_glass", {}, "glass"),
    "note_sign_out": ("sign_out", {}, "sign_out"),
    "note_failure": ("sign_in_failed", {}, "refused"),
    "note_refusal": ("sign_in_failed", {"reason": "level"}, "refused"),
    "note_lock_out": ("sign_in_locked", {}, "locked"),
    "close_sessions": ("end_sessions", {"count": 1}, "ended"),
}


def do(name, person):
    act = getattr(actions, name)
    if name in {"note_failure", "note_lock_out"}:
        act(person.email)
    elif name == "note_refusal":
        act(person, reason="level")
    elif name == "close_sessions":
        act(person, by=None)
    else:
        act(person)


@pytest.mark.parametrize("name", TABLE)
def test_it_is_a_line_of_both(name, leader, school):
    verb, why, kind = TABLE[name]
    assert Session.objects.filter(user_id=leader.pk).exists()
    do(name, leader)
    line = AuditEntry.objects.get(verb=verb)
    assert (line.object_id, line.payload) == (str(leader.pk), why)
    assert AccessEntry.objects.get(user_id=leader.pk, subject="").kind == kind


def test_the_table_misses_none():
    notes = {name for name in vars(actions) if name.startswith("note_")}
    assert notes | {"close_sessions"} == TABLE.keys()


def test_every_kind_that_is_about_no_case_is_in_the_table():
    of_cases = {"view", "search", "reveal", "print", "export"}
    assert {kind for _, _, kind in TABLE.values()} == set(AccessEntry.Kind.values) - of_cases
