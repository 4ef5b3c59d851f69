"""The meeting led by keyboard alone: taken up, decided, undone, and another tariff tried."""

from __future__ import annotations

import pytest

from tests.browser import CHROMIUM, chromium
from tests.journeys.test_keyboard_journey import Keys
from tests.journeys.whole_meeting import AtDesk
from tests.meetings import members, under_way
from visitation.models import Decision

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


@pytest.fixture
def meeting(case, pools, chair, person):
    return under_way(case.application, by=chair, present=[chair, *members(person)])


@pytest.fixture
def keys(live_server, meeting, chair):
    """In the room, with nothing taken up."""
    with chromium() as browser:
        desk = AtDesk(browser, live_server.url, chair, set())
        desk.go(f"{meeting.get_absolute_url()}gang/")
        yield Keys(desk)


def decides(keys):
    keys.page.get_by_role("link", name="Træf afgørelse for A.B.").wait_for()
    keys.enters("Træf afgørelse for A.B.")
    # Of the choices the first has the focus until one is chosen.
    keys.to("Bevilget")
    keys.page.keyboard.press("ArrowDown")
    keys.types("Begrundelse", "Skolen kan selv løfte opgaven.")
    keys.enters("Gem afgørelsen")


def undoes(keys):
    keys.page.get_by_text("Fortryd afgørelsen", exact=True).wait_for()
    keys.to("Fortryd afgørelsen")
    keys.page.keyboard.press("Enter")
    keys.enters("Ja, fortryd")


def test_a_meeting_is_led_without_a_mouse(keys, case):
    keys.enters("Begynd med")
    decides(keys)
    assert Decision.objects.get().outcome == "rejected"
    undoes(keys)
    assert not Decision.objects.standing().exists()
    keys.page.locator("#what-if-answer").wait_for()
    with keys.page.expect_response(lambda answer: "proev" in answer.url):
        keys.types("Takst pr. år for A.B.", "150.000")
    assert keys.page.input_value("[name=t0]") == "150.000"
    assert keys.seen()["name"].startswith("Takst pr. år for A.B.")
