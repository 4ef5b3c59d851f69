"""OpenID Connect against a provider: how sure it must be, and the roles that it gives."""

from __future__ import annotations

import json
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import requests
from django.test import Client

from skolefleks import sign_on
from skolefleks.models import AccessEntry, AuditEntry, Role, User
from tests.conftest import text_of
from tests.sign_on import Provider

pytestmark = pytest.mark.django_db

ROLES = {"SF-raadgiver": {"role": "adviser"}}


@pytest.fixture
def provider(settings, monkeypatch, tmp_path) -> Iterator[Provider]:
    (tmp_path / "secret").write_text("s")
    (tmp_path / "roles.json").write_text(json.dumps({"claim": "groups", "roles": ROLES}))
    monkeypatch.setenv("OIDC_CLIENT_ID", "skolefleks")
    settings.ROLE_MAP_FILE = str(tmp_path / "roles.json")
    settings.OIDC_ACR = ["substantial", "high"]
    with Provider.running() as running:
        app = sign_on.oidc(running.url, settings.OIDC_ACR, tmp_path / "secret")
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        running.token = {"acr": "high", "groups": ["SF-raadgiver"]}
        yield running


def come(provider, person, *, client=None, **claims):
    """Go to the provider and come back; the site's answer, with its client."""
    said = {"sub": f"sub-{person.pk}", "email": person.email, "email_verified": True}
    provider.claims = said | claims
    client = client or Client()
    answer = client.post("/konto/sso/sso/login/?process=login")
    there = requests.get(answer["Location"], allow_redirects=False, timeout=10)
    back = urlsplit(there.headers["Location"])
    return client.get(f"{back.path}?{back.query}")


def last_refusal():
    return AuditEntry.objects.filter(verb="sign_in_failed").last()


def test_a_person_comes_in_with_the_role_that_the_sign_on_says(provider, leader):
    answer = come(provider, leader)
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert provider.asked["acr_values"] == ["substantial high"]
    assert User.objects.get(pk=leader.pk).roles == {Role.SCHOOL_LEADER, Role.ADVISER}


@pytest.mark.parametrize("acr", ["low", None])
def test_a_level_that_is_too_low_is_told_and_written_down(provider, leader, acr):
    provider.token = {"acr": acr}
    answer = come(provider, leader)
    assert answer.status_code == 403
    assert "Dit login er ikke sikkert nok" in text_of(answer)
    line = last_refusal()
    assert (line.object_id, line.payload) == (str(leader.pk), {"reason": "level"})
    assert AccessEntry.objects.get(user_id=leader.pk).kind == "refused"


def test_the_level_is_the_tokens_and_not_the_persons_own_word(provider, leader):
    provider.token = {}
    assert come(provider, leader, acr="high").status_code == 403


def test_a_role_taken_away_there_is_gone_here_at_the_next_sign_in(provider, leader, admin):
    first = Client()
    come(provider, leader, client=first)
    provider.token = {"acr": "high", "groups": []}
    come(provider, leader)
    assert User.objects.get(pk=leader.pk).roles == {Role.SCHOOL_LEADER}
    lines = AuditEntry.objects.filter(object_type="skolefleks.membership")
    assert [line.verb for line in lines.order_by("id")] == ["give_role", "end_role"]


def test_a_deactivated_person_is_told_and_gets_no_role(provider, leader):
    User.objects.filter(pk=leader.pk).update(is_active=False)
    answer = come(provider, leader)
    assert (answer.status_code, "Din adgang er lukket" in text_of(answer)) == (403, True)
    assert last_refusal().payload == {"reason": "inactive"}
    assert not AuditEntry.objects.filter(verb="give_role").exists()
