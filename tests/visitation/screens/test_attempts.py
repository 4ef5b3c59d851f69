"""A browser that was handed over reaches no other address: a table of attempts, each in vain.

The negative controls take the guard away, and the attempts succeed.
"""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.conf import settings
from django.contrib.auth import get_user
from django.test import Client

from skolefleks.models import AuditEntry
from skolefleks.signin import handing_over
from tests.surfaces import PLACEHOLDER, routes
from tests.visitation.screens.conftest import QUESTION, handing
from visitation.models import Measurement, Screen

GUARD = "skolefleks.signin.handing_over.OneAddressMiddleware"

PASSWORD = "fugl-fisk-og-hest"

# Whatever stands in an address: the guard does not look.
FILLING = {"uuid": "11111111-1111-1111-1111-111111111111", "int": "1"}


def every_address():
    """All addresses of the site but the screen's own, with something in each of their parts."""
    for route in routes():
        address = route
        while match := PLACEHOLDER.search(address):
            part = match[0].split("<")[1].split(":")[0]
            filling = FILLING.get(part, "SF-2026-0001")
            address = address.replace(match[0], f"{match[1]}{filling}", 1)
        if address != "skaerm/":
            yield f"/{address}"


def pages_of(effort):
    url = effort.get_absolute_url()
    parts = ("", "plan/", "opfoelgninger/", "oekonomi/", "maalinger/", "maalinger/stemme/eleven/")
    return [url + part for part in parts] + [effort.application.get_absolute_url()]


def is_led_back(answer):
    return answer.status_code == 302 and answer.url == "/skaerm/"


# -- the table -------------------------------------------------------------------------
def test_no_address_of_the_site_answers_but_its_own(screen, browser):
    addresses = list(every_address())
    assert len(addresses) > 120
    got = [address for address in addresses if not is_led_back(browser.get(address))]
    sent = [address for address in addresses if not is_led_back(browser.post(address))]
    assert (got, sent) == ([], [])


def test_a_typed_address_of_the_effort_leads_back(effort, screen, browser):
    assert all(is_led_back(browser.get(url)) for url in pages_of(effort))
    assert all(is_led_back(browser.get(f"{url}?x=1")) for url in pages_of(effort))
    assert all(is_led_back(browser.get(url)) for url in ("//", "/skaerm", "/skaerm/x/", "/%2e"))


def test_another_tab_has_the_same_cookies_and_is_led_back(effort, screen, browser):
    tab = Client()
    tab.cookies = browser.cookies
    assert all(is_led_back(tab.get(url)) for url in pages_of(effort))


def test_the_adults_old_cookie_opens_nothing(effort, goal, browser, post):
    old = Client()
    old.cookies[settings.SESSION_COOKIE_NAME] = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert old.get(effort.get_absolute_url()).status_code == 200
    post(browser, handing(effort), QUESTION)
    answer = old.get(effort.get_absolute_url())
    assert answer.url.startswith("/konto/login/")


def test_one_does_not_sign_in_while_it_is_handed_over(screen, browser, leader):
    leader.set_password(PASSWORD)
    leader.save()
    data = {"login": leader.email, "password": PASSWORD}
    assert is_led_back(browser.post("/konto/login/", data))
    assert is_led_back(browser.post("/demo/", {"user": leader.pk}))
    assert get_user(browser).is_anonymous


def test_no_form_that_was_open_before_is_done(effort, screen, browser, post):
    before = AuditEntry.objects.count()
    url = effort.get_absolute_url()
    for path in ("maalinger/stemme/skolen/", "plan/tiltag/", "skaerm/stemme/foraeldrene/"):
        assert is_led_back(post(browser, url + path, {"measured_on": "1.1.2027"}))
    assert AuditEntry.objects.count() == before


def test_back_and_send_again_changes_nothing(screen, browser):
    browser.post("/skaerm/", {"number": 1, "answer": "9"})
    assert not Measurement.objects.exists()
    for answer in ("7", "2"):
        browser.post("/skaerm/", {"number": 2, "answer": answer})
    assert [row.value for row in Measurement.objects.all()] == [7]


def test_after_the_last_answer_it_is_over_whatever_is_tried(screen, browser):
    handed = browser.cookies[settings.SESSION_COOKIE_NAME].value
    assert browser.post("/skaerm/", {"number": 2, "answer": "7"}).status_code == 302
    again = Client()
    again.cookies[settings.SESSION_COOKIE_NAME] = handed
    for client in (browser, again):
        assert client.get("/skaerm/").status_code == 410
        assert client.post("/skaerm/", {"number": 2, "answer": "1"}).status_code == 410
    assert Measurement.objects.count() == 1
    assert Screen.objects.get().status == "closed"


def test_after_half_an_hour_it_is_over(screen, browser):
    with time_machine.travel(screen.ends_at - timedelta(seconds=5), tick=False):
        assert browser.get("/skaerm/").status_code == 200
    with time_machine.travel(screen.ends_at, tick=False):
        assert browser.post("/skaerm/", {"number": 2, "answer": "1"}).status_code == 410
        assert browser.get("/skaerm/").status_code == 410
    assert not Measurement.objects.exists()


def test_the_database_says_when_it_is_over_whatever_the_session_says(screen, browser):
    session = browser.session
    session[handing_over.KEY] |= {"until": 2**40}
    session.save()
    with time_machine.travel(screen.ends_at, tick=False):
        assert browser.post("/skaerm/", {"number": 2, "answer": "1"}).status_code == 410
    assert not Measurement.objects.exists()


def test_stopped_it_is_over(screen, browser):
    browser.post("/skaerm/", {"then": "stop"})
    assert browser.post("/skaerm/", {"number": 2, "answer": "1"}).status_code == 410
    assert not Measurement.objects.exists()
    assert browser.get("/konto/login/").status_code == 200


def test_nothing_of_it_is_kept_by_the_browser(screen, browser):
    for answer in (browser.get("/skaerm/"), browser.post("/skaerm/", {"x": "y"})):
        assert "no-store" in answer["Cache-Control"]


# -- whether it would be noticed -------------------------------------------------------
@pytest.fixture
def without_guard(settings):
    settings.MIDDLEWARE = [name for name in settings.MIDDLEWARE if name != GUARD]


def test_without_the_guard_the_sign_in_is_reached(without_guard, screen, browser):
    assert browser.get("/konto/login/").status_code == 200
    got = [address for address in every_address() if not is_led_back(browser.get(address))]
    assert len(got) > 120


def test_without_signing_out_as_well_the_case_is_reached(
    without_guard, monkeypatch, effort, goal, browser, post
):
    monkeypatch.setattr(handing_over, "logout", lambda _request: None)
    post(browser, handing(effort), QUESTION)
    assert {browser.get(url).status_code for url in pages_of(effort)} == {200}
