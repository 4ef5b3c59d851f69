"""In writing, between meetings: sent round by the chair, agreed to by one, until another asks
for a meeting.
"""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser import CHROMIUM, chromium
from tests.journeys.whole_meeting import AtDesk
from tests.meetings import members
from visitation.models import Decision, WrittenRound

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
    pytest.mark.usefixtures("nothing_is_said"),
]

GROUNDS = "Skolen kan selv løfte opgaven med de timer, den har."
REASON = "Jeg vil høre PPR, før vi siger nej."


@pytest.fixture
def desk(live_server):
    seen: set[object] = set()
    with chromium() as browser:
        yield lambda user: AtDesk(browser, live_server.url, user, seen)


def send_round(chair: AtDesk, page: str) -> None:
    chair.go(page)
    chair.page.check("[name=outcome][value=rejected]", force=True)
    chair.write(grounds=GROUNDS)
    chair.page.check("[name=way][value=written]", force=True)
    chair.press("Gem afgørelsen")


def open_round(member: AtDesk, number: str) -> None:
    """From the start page, as who is asked finds it."""
    member.go("/")
    member.follow("Læs og svar")
    if number not in member.page.title():
        member.follow(number)
    assert GROUNDS in member.main


def answer_round(member: AtDesk, number: str, button: str, **words: str) -> None:
    open_round(member, number)
    member.write(**words)
    member.press(button)


def test_one_who_asks_for_a_meeting_ends_the_round(desk, case, pools, chair, person):
    number = case.application.number
    page = reverse("decide", args=[number, case.pk])
    one, other, leads = (desk(user) for user in [*members(person)[:2], chair])
    send_round(leads, page)
    answer_round(one, number, "Jeg tilslutter mig")
    answer_round(other, number, "Jeg beder om et møde", reason=REASON)

    circular = WrittenRound.objects.get()
    assert circular.status == "to_meeting"
    leads.go(circular.get_absolute_url())
    assert REASON in leads.main
    leads.go(page)
    assert "Udvalget har tilsluttet sig" not in leads.main
    assert not Decision.objects.exists()
