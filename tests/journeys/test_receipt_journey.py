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


@pytest.fixture
def on_its_way(desk, meeting):
    """A form whose answer waits until the test lets it go.

    Meanwhile whoever asks is told to load the page anew. Nothing can be read from
    the page while it waits: Playwright takes it to be on its way elsewhere.
    """
    page = desk.page
    desk.go(f"{meeting.get_absolute_url()}gang/")
    page.locator(".sf-room-people > summary").click()
    held = []

    def hold(route):
        held.append(route)

    page.route("**/fremmoede/**", hold)
    with page.expect_request("**/fremmoede/**"):
        page.locator(".sf-room-people button").first.click(no_wait_after=True)
    page.route(FOLLOW, lambda route: route.fulfill(status=200, headers={"HX-Refresh": "true"}))
    return held[0]


def test_a_form_on_its_way_is_not_overtaken_by_a_page_that_loads_itself_anew(desk, on_its_way):
    page = desk.page
    # Who asks a second time has lived through the first answer.
    for _ in range(2):
        with page.expect_response(FOLLOW):
            pass
    page.unroute(FOLLOW)
    on_its_way.continue_()
    assert "Fremmødet er gemt" in page.locator(".sf-messages").inner_text()
