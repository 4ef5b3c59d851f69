"""SAML in a real browser, from another site: the answer comes without our session, and finds it."""

from __future__ import annotations

import pytest

from tests.browser import CHROMIUM, PHONE, Visitor, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


def test_a_person_goes_there_and_back_and_out(live_server, idp, idp_folder, settings, leader):
    # Another site than the provider's 127.0.0.1, as a municipality's is.
    settings.SITE_ADDRESS = live_server.url.replace("127.0.0.1", "localhost")
    metadata = idp_folder / "sp.xml"
    text = metadata.read_text().replace("https://skolefleks.example", settings.SITE_ADDRESS)
    metadata.write_text(text)

    with chromium() as browser:
        visitor = Visitor(browser, settings.SITE_ADDRESS, screen=PHONE)
        visitor.go("/konto/login/")
        visitor.page.get_by_role("button", name="Log ind med Fælles login").click()
        visitor.page.get_by_role("button", name="Videre").click()
        visitor.page.wait_for_url(f"{settings.SITE_ADDRESS}/")
        assert leader.name in visitor.page.content()
        assert "skolefleks_saml" not in str(visitor.context.cookies())
