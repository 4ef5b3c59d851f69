"""Whether the sign-on is there: what an administrator is told, and what is written down."""

from __future__ import annotations

import pytest
from django.urls import reverse

from skolefleks import sign_on
from skolefleks.federation import probe
from skolefleks.models import AuditEntry
from tests.conftest import text_of
from tests.sign_on import Provider

pytestmark = pytest.mark.django_db


@pytest.fixture
def provider(settings, monkeypatch, tmp_path):
    (tmp_path / "secret").write_text("s")
    monkeypatch.setenv("OIDC_CLIENT_ID", "skolefleks")
    settings.SAML = {}
    with Provider.running() as running:
        app = sign_on.oidc(running.url, [], tmp_path / "secret")
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        policy = {"DIRECTIVES": {"form-action": [running.url]}}
        settings.CONTENT_SECURITY_POLICY = policy
        # Its answer to all but the first question.
        running.claims = {"keys": [{"kid": "1"}]}
        yield running


def problem(admin):
    [finding] = probe.try_sign_on(by=admin)
    return finding.problem


def test_a_sign_on_that_is_there_is_said_to_be(provider, admin, client_for, post):
    browser = client_for(admin)
    post(browser, reverse("try_sign_on"))
    page = text_of(browser.get(reverse("operations")))
    assert f"OpenID Connect (kommunens login) {probe.WELL}" in page
    assert "Kommunens login Svarede" in page
    assert AuditEntry.objects.get(verb="try_sign_on").payload == {"problems": {"oidc": ""}}


def test_one_that_is_away_is_told_in_words(provider, admin, client_for, post):
    provider.broken = True
    browser = client_for(admin)
    post(browser, reverse("try_sign_on"))
    page = text_of(browser.get(reverse("operations")))
    assert "svarer ikke. Se efter adressen" in page
    assert "Svarede ikke, som det skal" in page


@pytest.mark.parametrize(
    ("says", "expected"),
    [
        ("no json", "nonsense"),
        ([], "nonsense"),
        ({}, "incomplete"),
        ({"jwks_uri": "u", "token_endpoint": "t", "authorization_endpoint": "a"}, "no_keys"),
    ],
    ids=["words", "a list", "nothing", "no keys"],
)
def test_what_is_no_sign_on_is_told_apart(provider, admin, monkeypatch, says, expected):
    class Answer:
        def raise_for_status(self):
            pass

        def json(self):
            if says == "no json":
                raise probe.requests.JSONDecodeError("", "", 0)
            return says

    monkeypatch.setattr(probe.requests, "get", lambda *_args, **_named: Answer())
    assert problem(admin) == expected


def test_a_way_that_the_browser_may_not_go_is_told(provider, admin, settings):
    settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": {"form-action": ["https://other.example"]}}
    assert problem(admin) == "not_allowed"


def test_saml_is_well_until_a_certificate_is_over(idp, admin, settings):
    settings.SOCIALACCOUNT_PROVIDERS["openid_connect"] = {"APPS": []}
    assert problem(admin) == ""
    settings.SAML = {**settings.SAML, "certificate": "none"}
    assert problem(admin) == "own_expired"


def test_where_nothing_is_switched_on_it_says_so(admin, client_for, post, settings):
    settings.SAML = {}
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": []}}
    browser = client_for(admin)
    post(browser, reverse("try_sign_on"))
    assert "Der er ikke sat noget login op" in text_of(browser.get(reverse("operations")))
