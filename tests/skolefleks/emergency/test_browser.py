"""A passkey in a real browser: made once one is in, and at the door instead of the code."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from skolefleks.emergency import actions
from skolefleks.models import AccessEntry
from tests.browser import CHROMIUM, PHONE, Visitor, chromium
from tests.skolefleks.emergency.test_emergency import DOOR, EMAIL, code

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

# One in the machine that its holder unlocks, and does at once.
PASSKEYS = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


def has_passkeys(visitor):
    session = visitor.context.new_cdp_session(visitor.page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": PASSKEYS})


@pytest.fixture
def visitor(live_server):
    with chromium() as browser:
        person = Visitor(browser, live_server.url, screen=PHONE)
        has_passkeys(person)
        yield person


def knock(visitor, button, **typed):
    visitor.go(DOOR)
    visitor.write(email=EMAIL, **typed)
    visitor.press(button)
    assert visitor.page.url == f"{visitor.site}/"


def test_a_passkey_is_made_and_opens_the_door(visitor, settings, admin):
    settings.BREAK_GLASS_NETWORKS = [ip_network("127.0.0.0/8")]
    keys = actions.make(EMAIL, by=admin)
    knock(visitor, "Log ind", password=keys.password, code=code(keys))
    visitor.go("/konto/indstillinger/")
    visitor.follow("Passkeys")
    visitor.press("Lav en passkey")
    assert "endnu ikke brugt" in visitor.text

    visitor.context.clear_cookies()
    knock(visitor, "Brug en passkey", password=keys.password)
    assert AccessEntry.objects.filter(kind=AccessEntry.Kind.EMERGENCY).count() == 2
