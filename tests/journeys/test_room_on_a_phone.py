"""The room on a phone under the table: what if is short there, and its fields look like fields."""

from __future__ import annotations

import pytest
from django.urls import reverse

from tests.browser import CHROMIUM, PHONE, chromium
from tests.journeys.test_enlarged import seat
from tests.meetings import members, under_way

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

# Pixels of a phone's screen, which is 844 high.
A_PUPIL, A_SCHOOL = 140, 70

HEIGHTS = "rows => rows.map(row => row.offsetHeight)"
BORDERS = "fields => fields.map(field => getComputedStyle(field).borderTopWidth)"


@pytest.fixture(scope="module")
def browser():
    with chromium() as started:
        yield started


def test_what_if_is_a_short_line_for_each_pupil_and_each_school(
    browser, live_server, client_for, case, pools, chair, person
):
    meeting = under_way(case.application, by=chair, present=members(person))
    page = seat(browser, live_server, client_for, chair, PHONE).page
    page.goto(live_server.url + reverse("visitation:meeting_mode", args=[meeting.pk]))
    page.wait_for_selector(".sf-what-if-year")
    pupils = page.eval_on_selector_all(".sf-what-if tbody tr", HEIGHTS)
    schools = page.eval_on_selector_all(".sf-what-if-year tbody tr", HEIGHTS)
    borders = page.eval_on_selector_all(".sf-what-if input.form-input", BORDERS)
    assert 0 < max(pupils) < A_PUPIL
    assert 0 < max(schools) < A_SCHOOL
    assert borders
    assert "0px" not in borders
