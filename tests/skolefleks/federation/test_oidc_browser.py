"""OpenID Connect in a real browser: in with roles, a level that is too low, a role taken away."""

from __future__ import annotations

import json

import pytest

from skolefleks import sign_on
from tests.browser import CHROMIUM, PHONE, Visitor, chromium
from tests.sign_on import Provider

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

ROLES = {"SF-raadgiver": {"role": "adviser"}}


@pytest.fixture
def provider(settings, monkeypatch, tmp_path, leader, live_server):
    (tmp_path / "secret").write_text("s")
    (tmp_path / "roles.json").write_text(json.dumps({"claim": "groups", "roles": ROLES}))
    monkeypatch.setenv("OIDC_CLIENT_ID", "skolefleks")
    settings.ROLE_MAP_FILE = str(tmp_path / "roles.json")
    settings.OIDC_ACR = ["substantial"]
    with Provider.running() as running:
        app = sign_on.oidc(running.url, settings.OIDC_ACR, tmp_path / "secret")
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
        running.claims = {"sub": "1", "email": leader.email, "email_verified": True}
        yield running


@pytest.fixture
def browser():
    with chromium() as started:
        yield started


def comes(browser, site):
    """Somebody presses the button, and is where the provider sent them back to."""
    visitor = Visitor(browser, site, screen=PHONE)
    visitor.go("/konto/login/")
    # Not looked at by itself: the refusal is a 403, which a browser calls an error.
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Log ind med kommunens login").click()
    return visitor


def titles(visitor):
    return visitor.page.locator(".sf-menu-panel").inner_html()


def test_there_and_back_with_roles_a_low_level_and_a_role_taken_away(
    browser, live_server, provider, leader
):
    provider.token = {"acr": "substantial", "groups": ["SF-raadgiver"]}
    inside = comes(browser, live_server.url)
    assert "Rådgiver" in titles(inside)

    provider.token = {"acr": "low", "groups": ["SF-raadgiver"]}
    refused = comes(browser, live_server.url)
    assert "Dit login er ikke sikkert nok" in refused.text

    provider.token = {"acr": "substantial", "groups": []}
    again = comes(browser, live_server.url)
    assert leader.name in titles(again)
    # The first window too, at the next click.
    inside.go("/")
    assert ["Rådgiver" in titles(one) for one in (again, inside)] == [False, False]
