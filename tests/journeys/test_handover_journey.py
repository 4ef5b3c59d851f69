"""A pedagogue hands over, the leader hands back and signs; the decision reaches both and PPR."""

from __future__ import annotations

import pytest

from applications.models import Application, Invitation
from tests.browser import CHROMIUM, Visitor, chromium
from tests.deciding import deliver, pupils
from visitation.decisions import actions as decisions
from visitation.releases import actions as releases

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

HANDS_OVER = "Giv videre til skolelederen"
REJECTED = "der er givet afslag på ansøgningen"


@pytest.fixture
def visitor_of(live_server, client_for):
    with chromium() as browser:

        def visit(person):
            visitor = Visitor(browser, live_server.url)
            cookie = client_for(person).cookies["skolefleks"].value
            visitor.context.add_cookies(
                [{"name": "skolefleks", "value": cookie, "url": live_server.url}]
            )
            return visitor

        yield visit


@pytest.fixture
def written(draft, staff, leader, ppr):
    """Complete, the pedagogue's own, and PPR is invited."""
    Application.objects.filter(pk=draft.pk).update(created_by=staff)
    row = {"application": draft, "user": ppr, "invited_by": leader}
    Invitation.objects.get_or_create(**row, defaults={"capacity": "ppr"})
    return draft


def hands_over(pedagogue, review, note):
    pedagogue.go(review)
    pedagogue.write(note=note)
    pedagogue.press(HANDS_OVER)


def hands_back(head, review):
    head.go(review)
    assert "Se på taksten." in head.text
    head.page.locator("summary", has_text="Giv den tilbage i stedet").click()
    head.page.locator("form[action*='giv-tilbage'] textarea").fill("Skriv mere om målene.")
    head.press("Giv tilbage")


def is_told(visitor, application):
    """The notice says what happened, and leads to the case."""
    visitor.go("/konto/beskeder/")
    assert REJECTED in visitor.text
    row = visitor.page.locator("tr", has_text=REJECTED)
    with visitor.page.expect_navigation():
        row.get_by_role("button").click()
    assert application.number in visitor.page.url


def test_handed_over_back_and_signed(visitor_of, written, staff, leader):
    review = f"/ansoegninger/{written.number}/indsend/"
    pedagogue, head = visitor_of(staff), visitor_of(leader)
    hands_over(pedagogue, review, "Se på taksten.")
    hands_back(head, review)
    pedagogue.go(review)
    assert "Skriv mere om målene." in pedagogue.text

    hands_over(pedagogue, review, "Nu står det der.")
    head.go(review)
    head.press("Indsend ansøgning")
    written.refresh_from_db()
    assert written.status == "submitted"


def test_a_decision_reaches_pedagogue_and_ppr(
    visitor_of, written, submitted, staff, ppr, chair, leader
):
    for pupil_case in pupils(submitted):
        decisions.reject(pupil_case, grounds="Skolen har selv midlerne.", by=chair)
    releases.release(submitted, by=chair)
    deliver()
    for person in (staff, ppr, leader):
        is_told(visitor_of(person), submitted)
