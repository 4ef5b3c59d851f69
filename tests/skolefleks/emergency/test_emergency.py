"""The emergency access: three things at once, from listed addresses, and never unseen."""

from __future__ import annotations

import time
from ipaddress import ip_network

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.socialaccount.models import SocialAccount
from django.core.management import CommandError, call_command
from django.test import Client

from skolefleks.emergency import actions
from skolefleks.models import AccessEntry, AuditEntry, Notice, OutboxMessage, User
from skolefleks.refusals import NotPossible
from tests.conftest import text_of

pytestmark = pytest.mark.django_db

DOOR = "/konto/noedadgang/"
EMAIL = "noed@ballerup.example"
HERE, ELSEWHERE = "192.0.2.7", "198.51.100.9"


@pytest.fixture(autouse=True)
def _the_door_is_there(settings):
    settings.BREAK_GLASS_NETWORKS = [ip_network("192.0.2.0/28")]


@pytest.fixture
def keys(admin):
    return actions.make(EMAIL, by=admin)


def person():
    return User.objects.get(email=EMAIL)


def code(keys, at=0):
    return format_hotp_value(hotp_value(keys.secret, int(time.time()) // 30 + at))


def knock(keys, *, client=None, address=HERE, **typed):
    said = {"email": EMAIL, "password": keys.password, "code": code(keys)}
    client = client or Client()
    return client.post(DOOR, said | typed, REMOTE_ADDR=address)


def verbs(verb):
    return list(AuditEntry.objects.filter(verb=verb).values_list("payload", flat=True))


def test_with_all_three_one_is_in_and_everybody_is_told(keys, admin, chair):
    answer = knock(keys)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert AccessEntry.objects.get(user_id=person().pk).kind == AccessEntry.Kind.EMERGENCY
    assert len(verbs("break_glass")) == 1
    alarm = Notice.objects.get(user=admin, subject=actions.SUBJECT)
    assert (alarm.text, alarm.mailed_at is None) == (actions.SENTENCE, False)
    assert OutboxMessage.objects.filter(payload__notice=alarm.pk).exists()
    assert not Notice.objects.filter(user=chair).exists()


def test_the_first_page_of_administrators_says_so(keys, admin, client_for, school):
    assert "Nødadgangen er brugt" not in text_of(client_for(admin).get("/"))
    knock(keys)
    assert "Nødadgangen er brugt" in text_of(client_for(admin).get("/"))
    assert "Nødadgangen" not in text_of(school.get("/"))


@pytest.mark.parametrize(
    "typed",
    [{"password": "forkert"}, {"code": "000000"}, {"email": "x@y.example"}, {"code": ""}],
    ids=lambda typed: next(iter(typed)),
)
def test_two_of_three_open_nothing(keys, typed):
    client = Client()
    assert knock(keys, client=client, **typed).status_code == 422
    assert client.get("/").status_code == 302
    assert verbs("break_glass") == []


def test_a_wrong_code_is_a_line_and_after_some_the_door_is_locked(keys):
    for _ in range(6):
        knock(keys, code="000000")
    assert verbs("sign_in_failed") == [{"reason": "code"}] * 5
    assert len(verbs("sign_in_locked")) == 1
    assert knock(keys).status_code == 422


def test_a_code_opens_once(keys):
    assert knock(keys).status_code == 302
    assert knock(keys).status_code == 422


def test_from_elsewhere_there_is_no_door(keys):
    assert knock(keys, address=ELSEWHERE).status_code == 404
    assert Client().get(DOOR, REMOTE_ADDR=ELSEWHERE).status_code == 404


def test_a_header_of_ones_own_is_no_address(keys):
    answer = Client().get(DOOR, REMOTE_ADDR=ELSEWHERE, headers={"X-Forwarded-For": HERE})
    assert answer.status_code == 404


def test_a_session_that_is_carried_elsewhere_is_over(keys):
    client = Client()
    knock(keys, client=client)
    assert client.get("/", REMOTE_ADDR=HERE).status_code == 200
    assert client.get("/", REMOTE_ADDR=ELSEWHERE).status_code == 302
    assert client.get("/", REMOTE_ADDR=HERE).status_code == 302


def test_unless_it_is_switched_on_there_is_none(keys, settings):
    settings.BREAK_GLASS_NETWORKS = []
    assert knock(keys).status_code == 404


def test_a_password_of_somebody_else_opens_nothing_there(keys, admin):
    admin.set_password("adgangskode")
    admin.save()
    assert knock(keys, email=admin.email, password="adgangskode").status_code == 422


def test_the_secret_lies_encrypted(keys):
    data = Authenticator.objects.get(user=person()).data
    assert keys.secret not in str(data)


# -- made and taken away ---------------------------------------------------------------


def test_made_again_it_has_other_keys_and_the_old_ones_open_nothing(keys, admin):
    client = Client()
    knock(keys, client=client)
    others = actions.make(EMAIL, by=admin)
    assert client.get("/", REMOTE_ADDR=HERE).status_code == 302
    assert knock(keys).status_code == 422
    assert knock(others).status_code == 302


def test_taken_away_it_is_nobodys(keys, admin):
    assert actions.take_away(EMAIL, by=admin)
    assert knock(keys).status_code == 422
    assert not person().has_usable_password()
    assert person().roles == frozenset()
    assert not actions.take_away(EMAIL, by=admin)


def test_whoever_comes_in_by_the_sign_on_gets_none(chair, admin):
    SocialAccount.objects.create(user=chair, provider="sso", uid="x")
    with pytest.raises(NotPossible, match="en bruger for sig"):
        actions.make(chair.email, by=admin)


def test_the_command_says_the_keys_once_and_who_answers_for_it(admin, chair, capsys):
    call_command("break_glass", EMAIL, by=admin.email)
    said = capsys.readouterr().out
    assert "otpauth://totp/SkoleFleks%3Anoed%40ballerup.example?secret=" in said
    assert AuditEntry.objects.get(verb="make_emergency").actor_id == admin.pk
    with pytest.raises(CommandError, match="no administrator"):
        call_command("break_glass", EMAIL, by=chair.email)
    call_command("break_glass", EMAIL, by=admin.email, end=True)
    assert "taken away" in capsys.readouterr().out
