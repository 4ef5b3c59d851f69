"""Somebody leaves: the role is ended, at the next click they are out, and a colleague goes on."""

from __future__ import annotations

import pytest

from applications.writing import actions as writing
from skolefleks.models import Role
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


@pytest.fixture
def colleague(person):
    return person("Olga Rådgiver", Role.ADVISER)


@pytest.fixture
def invited(draft, adviser, leader):
    writing.invite(draft, adviser=adviser, by=leader)
    return draft


def ends_the_role(office, name):
    office.go("/administration/mennesker/")
    office.follow(name)
    office.page.locator("summary", has_text="Afslut").click()
    office.press("Afslut rollen")


def test_an_adviser_leaves_and_a_colleague_goes_on(
    visitor_of, admin, adviser, colleague, invited, draft
):
    case = draft.get_absolute_url()
    desk, office, takes_over = visitor_of(adviser), visitor_of(admin), visitor_of(colleague)
    assert (desk.go(case), takes_over.page.goto(takes_over.site + case).status) == (200, 404)
    ends_the_role(office, adviser.name)
    desk.go(case)
    assert "/konto/login/" in desk.page.url

    office.follow("Giv arbejdet videre")
    office.page.select_option("[name=to]", str(colleague.pk))
    office.press("Giv videre")
    assert "Arbejdet er givet videre til Olga Rådgiver." in office.text
    takes_over.errors.clear()
    assert takes_over.go(case) == 200
    takes_over.go("/konto/beskeder/")
    assert "Du har taget arbejde over fra en kollega." in takes_over.text
