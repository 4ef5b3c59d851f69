"""A whole meeting in real browsers: eight cases of five schools, from the plan to the approved
minutes and the letters.
"""

from __future__ import annotations

from typing import NamedTuple

import pytest

from applications.models import Application
from skolefleks.models import Role, User
from tests.browser import CHROMIUM, chromium
from tests.journeys import whole_meeting
from tests.journeys.whole_meeting import EIGHT, AtDesk, Say
from tests.meetings import members, tell
from visitation.models import Meeting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


SAID = (
    Say(),
    Say("rejected"),
    Say(tariff="150.000"),
    Say("postponed"),
    Say(tariff="300.000"),
    Say(),
    Say(),
    Say(),
)


LETTERS = {
    "Hent Afgørelsesbrev": "Ansøgningen er delvist bevilget.",
    "Hent Tekst til forældrene": "Svaret er ja til en del af det, skolen søgte om.",
}


@pytest.fixture
def leaders(leader, other_leader, person):
    """By school."""
    made = {"Baltorpskolen": leader, "Hedegårdsskolen": other_leader}
    for school in {school for school, *_ in EIGHT} - made.keys():
        made[school] = person(f"Leder {school}", Role.SCHOOL_LEADER, school)
    return made


@pytest.fixture
def cases(schools, pools, leaders):
    return whole_meeting.eight_cases(schools, leaders)


@pytest.fixture
def enters(live_server, cases):
    """Somebody sits down at a screen of their own."""
    seen: set[object] = set()
    with chromium() as browser:
        yield lambda user: AtDesk(browser, live_server.url, user, seen)


@pytest.fixture
def desks(enters, chair, person, two_roles):
    """The committee: who leads it, two who assess, and one who works at a school."""
    return Desks(enters(chair), *map(enters, members(person, 2)), enters(two_roles))


class Desks(NamedTuple):
    chair: AtDesk
    one: AtDesk
    other: AtDesk
    of_a_school: AtDesk


def before(desks: Desks, leader: AtDesk, cases: list[Application]) -> Meeting:
    """Planned, put on, invited; a question and its answer, two assessments, one who may not know
    and one who says so.
    """
    meeting = whole_meeting.plan(desks.chair)
    whole_meeting.put_on(desks.chair, cases, meeting)
    whole_meeting.arrange(desks.chair, cases, meeting)
    desks.chair.press("Indkald udvalget")
    whole_meeting.ask(desks.one, cases[1])
    whole_meeting.answer(leader, cases[1])
    whole_meeting.assess(desks.one, cases[1], offer="150000", why="Daglig støtte i to fag.")
    assert "Daglig støtte" in desks.one.main
    desks.other.go(f"/sager/{cases[1].number}/vurderinger/")
    assert "Daglig støtte" not in desks.other.main
    whole_meeting.assess(desks.other, cases[1], offer="200000", why="Hele dagen kræver en voksen.")
    assert "Daglig støtte" in desks.other.main
    whole_meeting.finds_nothing(desks.of_a_school, cases[2:4], meeting)
    whole_meeting.declare(desks.other, cases[0])
    return meeting


def at_it(desks: Desks, cases: list[Application], meeting: Meeting) -> None:
    """Case after case; who is out is named, what is supposed is followed."""
    desks.one.go(f"{meeting.get_absolute_url()}gang/")
    whole_meeting.begin(desks.chair, meeting)
    for number, (case, say) in enumerate(zip(cases, SAID, strict=True)):
        whole_meeting.take_up(desks.chair, case)
        if number == 0:
            desks.one.page.get_by_role("heading", name=case.number).wait_for()
            assert "Inhabil i denne sag: forlader lokalet" in desks.chair.main
            desks.chair.look_again()
            desks.chair.on_a_phone()
            whole_meeting.suppose(desks.chair, desks.one, "250.000")
            desks.one.context.close()
        whole_meeting.decide(desks.chair, case, say)


def released(
    enters, chair: AtDesk, cases: list[Application], meeting: Meeting, chiefs: list[User]
) -> None:
    """Together, with a line for the one that the centre chiefs have not agreed to; then that one
    too.
    """
    whole_meeting.release(chair, meeting, also=cases[4].number)
    assert "7 af 8 sager er frigivet, 1 er ikke." in chair.main
    assert f"{cases[4].number}: En takst er over 265.000 kr." in chair.main
    chair.look_again()
    for chief in chiefs:
        whole_meeting.agree(enters(chief), "Eva Friis")
    whole_meeting.release(chair, meeting)
    assert "1 af 1 sag er frigivet" in chair.main


def written(chair: AtDesk, school: AtDesk, case: Application, meeting: Meeting) -> None:
    """Minutes and letters are made, fetched and read."""
    whole_meeting.write_minutes(chair, meeting)
    tell()
    minutes, _ = whole_meeting.fetch(chair, "Hent som PDF")
    for told in (
        whole_meeting.SAID,
        "Medlem1 Udvalg (Meldt af personen selv)",
        "C.D.: Delvist bevilget",
        "D.E.: Udsat",
    ):
        assert told in minutes
    school.go(f"/sager/{case.number}/breve/")
    for name, says in LETTERS.items():
        text, pdf = whole_meeting.fetch(school, name)
        assert says in text
        assert pdf.trailer["/Root"]["/Lang"] == "da-DK"
        assert case.number in pdf.metadata.title
        assert "Cilla" not in pdf.metadata.title


def test_a_whole_meeting_of_eight_cases_over_five_schools(
    enters, desks, cases, leaders, chief, chief_bur
):
    baltorp, hedegaard = (
        enters(leaders[school]) for school in ("Baltorpskolen", "Hedegårdsskolen")
    )
    meeting = before(desks, baltorp, cases)
    at_it(desks, cases, meeting)
    assert not whole_meeting.told(baltorp, cases[:2]) | whole_meeting.told(hedegaard, cases[2:4])
    released(enters, desks.chair, cases, meeting, [chief, chief_bur])
    assert whole_meeting.told(baltorp, cases[:2]) == {"Bevilget", "Afslag"}
    assert whole_meeting.told(hedegaard, cases[2:4]) == {"Delvist bevilget", "Udsat"}
    written(desks.chair, hedegaard, cases[2], meeting)
