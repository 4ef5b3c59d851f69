"""Two minutes before the sign-in ends: told, what was typed is saved, and one key to stay."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from skolefleks.models import Draft, Session
from tests.browser import CHROMIUM, PHONE, Visitor, chromium, emptied

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture(scope="module")
def started():
    with chromium() as browser:
        yield browser


@pytest.fixture
def reader(started, live_server, chair, client_for, submitted):
    """The chair on a phone, before a form, with a clock that the test turns."""
    with emptied(started) as browser:
        visitor = Visitor(browser, live_server.url, screen=PHONE)
        cookie = client_for(chair).cookies["skolefleks"].value
        visitor.context.add_cookies([{"name": "skolefleks", "value": cookie, "url": visitor.site}])
        visitor.page.clock.install()
        visitor.go(f"{submitted.get_absolute_url()}oplysninger/")
        yield visitor


def ends_in(seconds):
    Session.objects.update(expire_date=timezone.now() + timedelta(seconds=seconds))


def test_one_is_told_and_stays_with_a_key(reader):
    page = reader.page
    dialog = page.get_by_role("alertdialog")
    ends_in(115)
    page.clock.fast_forward("28:01")
    dialog.wait_for()
    assert "Siden har stået stille. Det, du har skrevet, er gemt." in dialog.inner_text()
    reader.look()

    with page.expect_response("**/konto/tid/bliv/"):
        page.keyboard.press("Enter")
    dialog.wait_for(state="detached")
    assert Session.objects.get().expire_date > timezone.now() + timedelta(minutes=29)


def test_one_whose_time_is_over_is_led_out(reader):
    ends_in(-1)
    with reader.page.expect_navigation():
        reader.page.clock.fast_forward("28:01")
    assert "/konto/login/?next=" in reader.page.url


def test_what_is_typed_when_time_is_nearly_over_is_saved(reader, chair):
    ends_in(115)
    # As where the line was down while it was typed: nothing has been sent yet.
    reader.page.locator("textarea").first.evaluate("field => { field.value = 'Et halvt ord' }")
    with reader.page.expect_response("**/konto/kladde/"):
        reader.page.clock.fast_forward("28:01")
    assert "Et halvt ord" in Draft.objects.get(user=chair).fields
