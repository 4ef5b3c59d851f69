"""A meeting in a real browser: planned, its agenda dragged into order, everybody invited, and so to its minutes."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from skolefleks.danish import day
from skolefleks.models import User
from tests.browser import CHROMIUM, DESKTOP, PHONE, Visitor, chromium
from tests.conftest import NEXT, many
from tests.meetings import members
from visitation.models import Attendance, Meeting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

PASSWORD = "en-lang-adgangskode"


@pytest.fixture
def browser() -> Iterator[object]:
    with chromium() as started:
        yield started


@pytest.fixture
def site(live_server, schools, leader, other_leader, chair, person):
    """Two cases that wait, and a committee of four."""
    many(2, school=schools["Baltorpskolen"], by=leader)
    many(1, school=schools["Hedegårdsskolen"], by=other_leader, first=6001)
    members(person)
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    return live_server.url


def plan(chair: Visitor) -> None:
    chair.go("/visitation/moeder/")
    chair.follow("Planlæg møder")
    chair.write(foerste=f"03.03.{NEXT}", fra="9", til="12", sted="Rådhuset", uger="4", indtil=f"30.04.{NEXT}")
    chair.press("Vis dagene")
    chair.page.get_by_label("31. marts").uncheck()
    chair.press("Opret møderne")
    assert Meeting.objects.count() == 2


def put_on(chair: Visitor) -> None:
    chair.page.locator("main table a").first.click()
    chair.follow("Sæt sager på")
    for _ in range(3):
        chair.page.get_by_role("button", name="Sæt på").first.click()
        chair.page.wait_for_selector(".sf-messages")
    chair.follow("Tilbage til mødet")


def cases(chair: Visitor) -> list[str]:
    return [text.split()[0][-4:] for text in chair.page.locator("[data-point] th").all_inner_texts()]


def drag(chair: Visitor) -> None:
    """The first row to the end by mouse, and back up by keyboard."""
    rows = chair.page.locator("[data-point]")
    assert cases(chair) == ["5001", "5002", "6001"]
    with chair.page.expect_navigation():
        rows.nth(0).locator("[data-handle]").drag_to(rows.nth(2).locator("th"))
    assert cases(chair)[0] == "5002"
    while cases(chair)[0] != "5001":
        with chair.page.expect_navigation():
            chair.page.locator("tr", has_text="5001").get_by_role("button", name="Op").press("Enter")
    chair.look()


def on_a_phone(chair: Visitor) -> None:
    """The same pages fit a narrow screen."""
    chair.page.set_viewport_size(PHONE)
    for path in ("/visitation/moeder/", f"/visitation/moeder/nyt/?foerste=03.03.{NEXT}", chair.page.url):
        chair.go(path.removeprefix(chair.site))
    chair.page.set_viewport_size(DESKTOP)


def test_a_meeting_from_its_plan_to_its_minutes(browser, site, chair):
    at_desk = Visitor(browser, site)
    at_desk.sign_in(chair.email, PASSWORD)
    plan(at_desk)
    put_on(at_desk)
    drag(at_desk)
    at_desk.press("Indkald udvalget")
    Attendance.objects.update(state="present")
    on_a_phone(at_desk)
    for button in ("Lås dagsordenen", "Åbn mødet"):
        at_desk.press(button)
    for box in at_desk.page.locator("[name=senere]").all():
        box.check(force=True)
    at_desk.press("Slut mødet")
    assert "Referat af møde i kvalitetsudvalget" in at_desk.text
    assert day(Meeting.objects.earliest("starts_at").starts_at.date()) in at_desk.text
