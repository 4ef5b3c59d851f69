"""An effort that runs is stepped down, extended, stopped: from the school to the letter, each time
with the money right to the krone.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from budget.models import Standing
from budget.tariff import by_fiscal_year
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import day, today
from tests.browser import CHROMIUM, chromium
from tests.conftest import terms
from tests.deciding import pupils, released_grant
from tests.journeys import whole_meeting
from tests.journeys.whole_meeting import AtDesk
from tests.meetings import held, members, planned, tell
from visitation.efforts import actions as efforts
from visitation.followups import actions as followups
from visitation.models import Effort, Meeting, StatusReport

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

GROUNDS = "Det er det, opfølgningen viser."
WHY = "Indsatsens tyngde er en anden end den, enhedstaksten dækker."


@pytest.fixture
def effort(submitted, pools, chair, leader):
    """Granted 220,000 a year from 60 days ago until 300 days from now, and under way."""
    first, last = today() - timedelta(days=60), today() + timedelta(days=300)
    row = replace(terms(220_000, first, last), past_reason="Skolen var begyndt.")
    released_grant(pupils(submitted)[0], row, by=chair)
    begun = Effort.objects.select_related("application", "pupil_case").get()
    efforts.confirm_begun(begun, begun_on=first, by=leader)
    return begun


@pytest.fixture
def enters(live_server, effort):
    seen: set[object] = set()
    with chromium() as browser:
        yield lambda user: AtDesk(browser, live_server.url, user, seen)


@pytest.fixture
def school(enters, leader):
    return enters(leader)


@pytest.fixture
def committee(enters, chair, person):
    members(person)
    return enters(chair)


def free():
    return Standing.objects.free([today().year, today().year + 1])


def part_of(tariff, first, last):
    parts = by_fiscal_year(tariff, first, last)
    years = (today().year, today().year + 1)
    return {year: parts[year].amount if year in parts else 0 for year in years}


def follow_up(school: AtDesk, effort: Effort, leader, outcome: str) -> None:
    """The talk is held and its outcome given, on the page."""
    window = effort.windows.first()
    report = StatusReport(window=window, carried_out="Som planlagt.", progress="Fremad.")
    followups.hand_in_report(report, by=leader)
    followups.hold(window, held_on=today(), present=["pupil"], also_present="", by=leader)
    school.go(f"{effort.get_absolute_url()}opfoelgninger/{window.pk}/")
    school.follow("Giv resultatet")
    school.page.check(f"[name=outcome][value={outcome}]", force=True)
    school.write(grounds=GROUNDS)
    school.press("Giv resultatet")


def to_the_meeting(committee: AtDesk, number: str, chair) -> Meeting:
    """From the queue's tab to the agenda, and on to the case in the room."""
    # The desk opens it a week before its day, as it would any other.
    meeting = planned(by=chair)
    committee.go("/visitation/")
    # The queue's tab, and not the menu's place of that name.
    with committee.page.expect_navigation():
        committee.page.locator("main").get_by_role("link", name="Opfølgning").first.click()
    committee.look()
    committee.on_a_phone()
    committee.page.locator("[name=chosen]").first.check(force=True)
    committee.page.select_option("[name=meeting]", str(meeting.pk))
    committee.press("Sæt på dagsorden")
    committee.go(meeting.get_absolute_url())
    committee.press("Indkald udvalget")
    whole_meeting.begin(committee, meeting)
    with committee.page.expect_navigation():
        committee.page.get_by_role("button", name=number).last.click()
    committee.page.get_by_role("link", name="Afgør").first.wait_for()
    committee.follow("Afgør")
    return meeting


def answer(committee: AtDesk, outcome: str, **typed: str) -> None:
    """First what it changes, and then the act; one comes back to the meeting."""
    committee.page.check(f"[name=outcome][value={outcome}]", force=True)
    committee.write(grounds=GROUNDS, **typed)
    committee.press("Se, hvad det ændrer")
    assert "Det ændrer sig i puljen" in committee.main
    committee.press("Ja, træf og frigiv afgørelsen")
    assert "Skolen og PPR får besked" in committee.main
    assert "Møde" in committee.main


def letters(school: AtDesk, effort: Effort) -> str:
    """What the newest letter to the school says."""
    tell()
    school.go(f"/sager/{effort.application.number}/breve/")
    text, _ = whole_meeting.fetch(school, "Hent Afgørelsesbrev")
    return text


def stepped_from(first, last):
    return {
        "starts_on": f"{first:%d.%m.%Y}",
        "tariff": "120.000",
        "until": f"{last:%d.%m.%Y}",
        "deviation": WHY,
    }


def ask_for_longer(school: AtDesk, effort: Effort, until) -> None:
    """The short application, from the effort's money to the committee."""
    school.go(f"{effort.get_absolute_url()}oekonomi/")
    school.follow("Søg om forlængelse")
    written = {"reached": "Fremmødet.", "remaining": "Læsningen.", "reason": "Ny klasse."}
    school.write(**written, until=f"{until:%d.%m.%Y}", tariff="150.000")
    school.press("Send til udvalget")
    assert "Bedt om hos udvalget: Forlæng" in school.main


def steps_down(school, committee, effort, leader, chair) -> Meeting:
    follow_up(school, effort, leader, "step_down")
    meeting = to_the_meeting(committee, effort.application.number, chair)
    before, first, last = free(), today() + timedelta(days=90), effort.ends_on
    answer(committee, "stepped", **stepped_from(first, last))

    old = part_of(220_000, effort.starts_on, last)
    kept = part_of(220_000, effort.starts_on, first - ONE_DAY)
    lower = part_of(120_000, first, last)
    assert free() == {year: before[year] + old[year] - kept[year] - lower[year] for year in old}
    text = letters(school, effort)
    assert "Bevillingen trappes ned." in text
    assert f"gælder til og med {day(first - ONE_DAY)}" in text
    return meeting


def is_given_longer(school, committee, effort, chair) -> None:
    until = effort.ends_on + timedelta(days=60)
    ask_for_longer(school, effort, until)
    school.go(effort.get_absolute_url())
    assert "Udvalget er bedt om at afgøre: Forlæng" in school.main
    to_the_meeting(committee, effort.application.number, chair)
    assert "Læsningen." in committee.main
    before = free()
    answer(committee, "extended", deviation=WHY)
    more = part_of(150_000, effort.ends_on + ONE_DAY, until)
    assert free() == {year: before[year] - more[year] for year in more}
    assert "Bevillingen er forlænget." in letters(school, effort)
    school.go(effort.get_absolute_url())
    assert day(until) in school.main


def test_an_effort_is_stepped_down_and_then_given_a_longer_time(
    effort, school, committee, leader, chair
):
    meeting = steps_down(school, committee, effort, leader, chair)
    meeting.refresh_from_db()
    held(meeting, by=chair)
    is_given_longer(school, committee, effort, chair)
    # All that was decided is readable still.
    school.go(effort.application.get_absolute_url())
    assert "Tidligere afgørelse" in school.main


def test_an_effort_without_effect_is_stopped(effort, school, committee, leader, chair):
    follow_up(school, effort, leader, "stop")
    to_the_meeting(committee, effort.application.number, chair)
    before, last = free(), today() + timedelta(days=10)
    answer(committee, "stopped", last_day=f"{last:%d.%m.%Y}")
    old = part_of(220_000, effort.starts_on, effort.ends_on)
    used = part_of(220_000, effort.starts_on, last)
    assert free() == {year: before[year] + old[year] - used[year] for year in old}
    text = letters(school, effort)
    assert "Bevillingen stopper." in text
    assert GROUNDS in text
    # What was decided first is readable still.
    school.go(effort.application.get_absolute_url())
    assert "Tidligere afgørelse" in school.main
