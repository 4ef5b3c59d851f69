"""One effort on a phone: begun, measured, the pupil's own screen, the end, and half a year after."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from skolefleks.calendar import months_after
from tests.browser import CHROMIUM, PHONE, Visitor, chromium
from tests.visitation.measurements import conftest as measuring
from visitation.closings import actions as closing_actions
from visitation.closings import queries
from visitation.efforts import following
from visitation.models import Effort, Measurement

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

goal = measuring.goal

PASSWORD = "fugl-fisk-og-hest"


@pytest.fixture
def effort(released, leader):
    """Released; today is its first day."""
    leader.set_password(PASSWORD)
    leader.save()
    effort = Effort.objects.select_related("application", "pupil_case", "school").get()
    with time_machine.travel(effort.starts_on):
        yield effort


@pytest.fixture
def visitor(live_server, effort, goal, leader):
    with chromium() as browser:
        visitor = Visitor(browser, live_server.url, screen=PHONE)
        visitor.sign_in(leader.email, PASSWORD)
        yield visitor


def begins(visitor, effort):
    visitor.go(effort.get_absolute_url())
    visitor.follow("Bekræft, at indsatsen er begyndt")
    visitor.press("Bekræft, at den er begyndt")
    assert "Indsatsen løber" in visitor.page.inner_text("main")


def measures(visitor, effort, value):
    """The school writes down where the pupil is on the scale."""
    visitor.go(effort.get_absolute_url())
    visitor.follow("Skolens målinger")
    visitor.write(**{"value-2": value})
    visitor.page.get_by_label("Ved iagttagelse").check()
    visitor.press("Gem målingerne")


def hands_over(visitor, effort):
    visitor.go(effort.get_absolute_url())
    visitor.follow("Giv skærmen til eleven")
    visitor.write(**{"words-2": "Tør du række hånden op i timen?"})
    visitor.press("Giv skærmen til eleven")
    assert visitor.page.url.endswith("/skaerm/")


def answers(visitor, value):
    """The pupil presses a face. The page that thanks is gone for good: 410."""
    visitor.page.locator(".sf-face").nth(value - 1).click()
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Færdig").click()
    assert "Giv skærmen tilbage" in visitor.page.inner_text("h1")
    assert visitor.violations() == []
    visitor.errors = [error for error in visitor.errors if "status of 410" not in error]


def closes(visitor, effort):
    visitor.go(effort.get_absolute_url())
    visitor.follow("Skriv slutrapporten")
    visitor.write(worked="Den faste voksne.", not_worked="Korte dage.")
    visitor.page.select_option("[name=now]", "ordinary")
    visitor.press("Aflever")
    assert "Eleven: delvist nået" in visitor.page.inner_text("main")


def says_where_the_pupil_is(visitor, effort):
    visitor.go(f"{effort.get_absolute_url()}slutrapport/")
    visitor.follow("Svar, hvor eleven er nu")
    visitor.page.select_option("[name=now]", "supported")
    visitor.press("Gem svaret")
    assert "Almindelig klasse med støtte" in visitor.page.inner_text("main")


def typed_address_leads_back(visitor, effort):
    visitor.go(effort.get_absolute_url())
    assert visitor.page.url.endswith("/skaerm/")


def is_asked(visitor, effort, leader, value):
    hands_over(visitor, effort)
    typed_address_leads_back(visitor, effort)
    answers(visitor, value)
    visitor.sign_in(leader.email, PASSWORD)


def comes_to_its_end(visitor, effort, leader):
    with time_machine.travel(effort.ends_on + timedelta(days=1)):
        following.end_those_that_are_over()
        visitor.sign_in(leader.email, PASSWORD)
        closes(visitor, effort)
    with time_machine.travel(months_after(effort.ends_on, 6)):
        closing_actions.ask_for_whereabouts()
        visitor.sign_in(leader.email, PASSWORD)
        says_where_the_pupil_is(visitor, effort)


def test_a_baseline_the_pupils_own_answer_the_curve_and_the_end(effort, visitor, leader):
    begins(visitor, effort)
    measures(visitor, effort, "3")
    is_asked(visitor, effort, leader, 3)
    with time_machine.travel(effort.starts_on + timedelta(weeks=10)):
        visitor.sign_in(leader.email, PASSWORD)
        is_asked(visitor, effort, leader, 5)
        visitor.go(effort.get_absolute_url())
        assert "Eleven har flyttet sig mindst 1/3" in visitor.page.inner_text("main")
    comes_to_its_end(visitor, effort, leader)
    assert queries.closing_of(effort).status == "handed_in"
    assert Measurement.objects.filter(how="screen").count() == 2
