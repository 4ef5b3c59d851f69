"""A receipt stays, though the room asks by itself while the form is on its way."""

from __future__ import annotations

import pytest

from tests.browser import CHROMIUM, chromium
from tests.journeys.whole_meeting import AtDesk
from tests.meetings import members, under_way

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

FOLLOW = "**/gang/foelg/**"


@pytest.fixture
def meeting(submitted, pools, chair, person):
    return under_way(submitted, by=chair, present=members(person))


@pytest.fixture
def desk(live_server, meeting, chair):
    with chromium() as browser:
        yield AtDesk(browser, live_server.url, chair, set())


def test_a_form_on_its_way_is_not_overtaken_by_a_page_that_loads_itself_anew(desk, meeting):
    page = desk.page
    desk.go(f"{meeting.get_absolute_url()}gang/")
    sent = []

    def hold(route):
        sent.append(route)

    # The answer to the form waits, and whoever asks meanwhile is told to load the page anew.
    page.route("**/fremmoede/**", hold)
    page.route(FOLLOW, lambda route: route.fulfill(status=200, headers={"HX-Refresh": "true"}))
    page.evaluate("window.isTheSame = true")

    page.locator(".sf-room-people > summary").click()
    with page.expect_request("**/fremmoede/**"):
        page.locator(".sf-room-people button").first.click(no_wait_after=True)
    # Who asks a second time has lived through the first answer.
    for _ in range(2):
        with page.expect_response(FOLLOW):
            pass
    assert page.evaluate("window.isTheSame")
