"""A passkey at the emergency door: made by whoever came in, and instead of the code."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from allauth.mfa.models import Authenticator
from django.test import Client

from skolefleks.emergency import actions
from skolefleks.models import AuditEntry, Notice, User
from tests.conftest import text_of
from tests.skolefleks.emergency.soft_key import FLAG, SoftKey
from tests.skolefleks.emergency.test_emergency import DOOR, EMAIL, HERE, code

pytestmark = pytest.mark.django_db

PAGE = "/konto/noedadgang/passkey/"


@pytest.fixture(autouse=True)
def _the_door_is_there(settings):
    settings.BREAK_GLASS_NETWORKS = [ip_network("192.0.2.0/28")]


@pytest.fixture
def keys(admin):
    return actions.make(EMAIL, by=admin)


@pytest.fixture
def inside(keys):
    client = Client(REMOTE_ADDR=HERE)
    client.post(DOOR, {"email": EMAIL, "password": keys.password, "code": code(keys)})
    return client


def offered(client):
    return client.get(PAGE).context["offer"]


@pytest.fixture
def passkey(inside, post):
    key = SoftKey()
    post(inside, PAGE, {"answer": key.make(offered(inside))})
    return key


def knock(keys, key, *, client=None, **typed):
    client = client or Client(REMOTE_ADDR=HERE)
    answer = key.sign(client.get(DOOR).context["question"])
    said = {"email": EMAIL, "password": keys.password, "answer": answer}
    return client.post(DOOR, said | typed)


def test_with_password_and_passkey_one_is_in_and_everybody_is_told(keys, passkey, admin):
    told = Notice.objects.filter(user=admin, text=actions.SENTENCE)
    before = told.count()
    assert knock(keys, passkey).status_code == 302
    assert told.count() == before + 1
    kept = Authenticator.objects.get(type=Authenticator.Type.WEBAUTHN)
    assert kept.last_used_at is not None


def test_a_new_one_is_a_line_of_the_trail_and_an_alarm(passkey, admin, inside):
    person = User.objects.get(email=EMAIL)
    assert AuditEntry.objects.get(verb="add_emergency_key").actor_id == person.pk
    assert Notice.objects.filter(user=admin, text=actions.NEW_KEY).exists()
    assert "endnu ikke brugt" in text_of(inside.get(PAGE))


def test_a_passkey_without_the_password_opens_nothing(keys, passkey):
    assert knock(keys, passkey, password="forkert").status_code == 422


def test_another_passkey_opens_nothing(keys, passkey):
    assert knock(keys, SoftKey()).status_code == 422
    assert AuditEntry.objects.filter(verb="sign_in_failed").last().payload == {"reason": "code"}


@pytest.mark.parametrize(
    "change", [{"flags": FLAG.UP}, {"site": "elsewhere.example"}], ids=["locked", "phished"]
)
def test_one_that_is_locked_or_was_asked_elsewhere_opens_nothing(keys, passkey, change):
    vars(passkey).update(change)
    assert knock(keys, passkey).status_code == 422


def test_what_it_signed_once_opens_nothing_again(keys, passkey):
    client = Client(REMOTE_ADDR=HERE)
    answer = passkey.sign(client.get(DOOR).context["question"])
    said = {"email": EMAIL, "password": keys.password, "answer": answer}
    assert client.post(DOOR, said | {"password": "forkert"}).status_code == 422
    assert client.post(DOOR, said).status_code == 422
    assert Client(REMOTE_ADDR=HERE).post(DOOR, said).status_code == 422


@pytest.mark.parametrize("answer", ["{}", "[[", "[]", "7", '{"id": 1}', "[" * 7_000])
def test_what_is_no_answer_is_refused_in_words(keys, inside, post, answer):
    said = {"email": EMAIL, "password": keys.password, "answer": answer}
    assert Client(REMOTE_ADDR=HERE).post(DOOR, said).status_code == 422
    inside.get(PAGE)
    page = post(inside, PAGE, {"answer": answer})
    assert (page.status_code, actions.NO_KEY in text_of(page)) == (422, True)


def test_only_who_came_in_by_the_door_makes_one(client_for, admin, keys):
    assert client_for(admin).get(PAGE).status_code == 404


def test_there_are_not_more_than_anybody_looks_after(inside, post, monkeypatch, passkey):
    monkeypatch.setattr("skolefleks.emergency.rules.MOST_KEYS", 1)
    page = post(inside, PAGE, {"answer": SoftKey().make(offered(inside))})
    assert (page.status_code, "Der er 1 passkeys" in text_of(page)) == (422, True)


def test_made_again_no_passkey_is_left(keys, passkey, admin):
    others = actions.make(EMAIL, by=admin)
    assert knock(others, passkey).status_code == 422
