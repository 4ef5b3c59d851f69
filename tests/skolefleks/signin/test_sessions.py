"""How long a sign-in lasts, where it lies, and how it is ended everywhere."""

from __future__ import annotations

import base64
from datetime import timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from skolefleks.models import AccessEntry, AuditEntry, Session
from skolefleks.signin.store import SessionStore
from tests.meetings import planned

PASSWORD = "en lang sætning til prøven"


def later(time_machine, minutes):
    time_machine.move_to(timezone.now() + timedelta(minutes=minutes), tick=False)


def is_signed_in(client):
    return client.get("/").status_code == 200


@pytest.fixture
def room(chair):
    meeting = planned(by=chair)
    return reverse("visitation:follow", args=[meeting.pk])


# -- how long --


def test_a_screen_that_only_asks_by_itself_is_signed_out(committee, room, time_machine):
    assert is_signed_in(committee)
    for _ in range(4):
        later(time_machine, 9)
        committee.get(room)
    assert not is_signed_in(committee)


def test_a_person_who_opens_pages_stays(committee, room, time_machine):
    assert is_signed_in(committee)
    for _ in range(4):
        later(time_machine, 9)
        committee.get("/visitation/")
    assert is_signed_in(committee)


def test_a_session_that_was_ended_meanwhile_is_not_stored_again(committee):
    assert is_signed_in(committee)
    session = committee.session
    session["seen_at"] = 0
    Session.objects.filter(pk=session.session_key).delete()
    with pytest.raises(UpdateError):
        session.save()
    assert not Session.objects.filter(pk=session.session_key).exists()


# -- told before it ends --


def minutes_left(client):
    return round(client.get(reverse("time_left")).json()["seconds"] / 60)


def test_to_ask_how_long_is_left_is_no_sign_of_life(committee, time_machine):
    assert is_signed_in(committee)
    for left in (21, 12, 3):
        later(time_machine, 9)
        assert minutes_left(committee) == left
    later(time_machine, 4)
    assert committee.get(reverse("time_left")).status_code == 302


def test_to_say_that_one_stays_is_one(committee, post, time_machine):
    assert is_signed_in(committee)
    later(time_machine, 29)
    assert post(committee, reverse("stay")).json() == {"seconds": 30 * 60, "may_stay": True}
    later(time_machine, 29)
    assert minutes_left(committee) == 1


def test_at_the_end_of_a_working_day_staying_gives_no_more(committee, post, time_machine):
    assert is_signed_in(committee)
    for _ in range(19):
        later(time_machine, 25)
        post(committee, reverse("stay"))
    assert post(committee, reverse("stay")).json()["may_stay"] is False
    assert minutes_left(committee) == 5


# -- where it lies --


def test_a_session_that_is_deleted_is_over_at_the_next_request(committee):
    assert is_signed_in(committee)
    Session.objects.all().delete()
    assert not is_signed_in(committee)


def test_what_a_session_holds_lies_encrypted(committee, post, chair):
    post(committee, "/konto/indstillinger/", {"mail_choice": "daily"})
    row = Session.objects.get(user_id=chair.pk)
    assert b"gemt" not in base64.b64decode(row.session_data)
    assert SessionStore(row.pk)["_auth_user_id"] == str(chair.pk)


def test_a_session_put_in_anothers_place_signs_nobody_in(committee, school):
    first, second = Session.objects.order_by("user_id")
    Session.objects.filter(pk=second.pk).update(session_data=first.session_data)
    assert sorted([is_signed_in(committee), is_signed_in(school)]) == [False, True]


# -- ended everywhere --


def test_everybody_can_sign_themselves_out_everywhere(chair, client_for, school, post):
    here, there = client_for(chair), client_for(chair)
    answer = post(here, reverse("end_own_sessions"))
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert [is_signed_in(client) for client in (here, there, school)] == [False, False, True]
    assert AuditEntry.objects.get(verb="end_sessions").payload == {"count": 2}


def test_an_administrator_signs_somebody_out_everywhere(admin, chair, committee, client_for, post):
    client = client_for(admin)
    assert "Frida Formand" in client.get(reverse("signed_in")).content.decode()
    post(client, reverse("end_sessions", args=[chair.pk]))
    assert not is_signed_in(committee)
    # The first page says what was done.
    client.get(reverse("signed_in"))
    line = AuditEntry.objects.get(verb="end_sessions")
    assert (line.actor_id, line.object_id) == (admin.pk, str(chair.pk))
    assert accesses(chair.pk) == ["ended"]
    assert "Frida Formand" not in client.get(reverse("signed_in")).content.decode()


# -- its events --


@pytest.fixture
def at_the_door(leader):
    leader.set_password(PASSWORD)
    leader.save()
    client = Client()

    def knock(password, email=leader.email):
        return client.post("/konto/login/", {"login": email, "password": password})

    knock.client = client
    return knock


def verbs(person_id):
    lines = AuditEntry.objects.filter(object_type="skolefleks.user", object_id=str(person_id))
    return list(lines.order_by("id").values_list("verb", flat=True))


def accesses(person_id):
    lines = AccessEntry.objects.filter(user_id=person_id, subject="")
    return list(lines.order_by("id").values_list("kind", flat=True))


def test_signing_in_and_out_are_lines_of_trail_and_access_log(at_the_door, leader):
    assert at_the_door(PASSWORD).status_code == 302
    answer = at_the_door.client.post("/konto/logout/")
    assert answer.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert verbs(leader.pk) == ["sign_in", "sign_out"]
    assert accesses(leader.pk) == ["sign_in", "sign_out"]


def test_a_wrong_password_and_a_lock_out_are_lines_of_both(at_the_door, leader):
    for _ in range(6):
        at_the_door("forkert")
    assert verbs(leader.pk) == ["sign_in_failed"] * 5 + ["sign_in_locked"]
    assert accesses(leader.pk) == ["refused"] * 5 + ["locked"]


def test_a_stranger_leaves_a_line_without_what_was_typed(at_the_door):
    at_the_door("hemmelig", email="fremmed@example.dk")
    assert verbs(0) == ["sign_in_failed"]
    assert accesses(0) == ["refused"]
    assert "fremmed" not in str(list(AuditEntry.objects.values()))
