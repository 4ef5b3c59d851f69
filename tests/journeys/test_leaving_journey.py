"""Somebody leaves: the role is ended, and at the next click they are signed out."""

from __future__ import annotations

import pytest

from tests.browser import CHROMIUM, PHONE, Visitor, chromium

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def visitor_of(browser, live_server, client_for):
    def visit(person, **screen):
        visitor = Visitor(browser, live_server.url, **screen)
        cookie = client_for(person).cookies["skolefleks"].value
        visitor.context.add_cookies(
            [{"name": "skolefleks", "value": cookie, "url": live_server.url}]
        )
        return visitor

    return visit


def test_somebody_leaves(visitor_of, admin, leader, draft):
    school = visitor_of(leader)
    assert school.go(draft.get_absolute_url()) == 200

    office = visitor_of(admin, screen=PHONE)
    office.go("/administration/mennesker/?q=Lene")
    office.follow("Lene Baltorp")
    assert "Åbne sager, personen skriver på" in office.text
    assert draft.number not in office.text
    office.page.locator("summary", has_text="Afslut").click()
    office.press("Afslut rollen")
    assert "er ikke længere Distriktsskoleleder, Baltorpskolen" in office.text
    assert "Tidligere roller" in office.text

    school.go(draft.get_absolute_url())
    assert "/konto/login/" in school.page.url
