"""A meeting that does not go by the book, walked in browsers, and its minutes read against it.

Somebody sends a substitute, somebody comes late, and for a while they are too few. Afterwards a
centre chief refuses a tariff that was granted there.
"""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import NamedTuple

import pytest
from django.utils import timezone

from applications.models import Application
from skolefleks.danish import day, today
from skolefleks.models import User
from tests.browser import CHROMIUM, chromium
from tests.journeys import whole_meeting
from tests.journeys.whole_meeting import GROUNDS, AtDesk, Say
from tests.meetings import invited, members, tell
from visitation.models import Meeting

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

TOO_FEW = "2 er til stede og ikke inhabile, og det kræver 3."
REFUSED = f"Udvalget er ikke beslutningsdygtigt i sagen: {TOO_FEW}"
REASON = "Centeret har ikke midlerne."
ADDENDUM = "Tilføjelser efter godkendelsen"
LATER = ("en centerchef afviste taksten over loftet", "afgørelsen blev fortrudt")
# School, pupil, the tariff asked for: the first is above the ceiling.
ROWS = (
    ("Baltorpskolen", "Anna Berg", 300_000),
    ("Baltorpskolen", "Bo Carlsen", 200_000),
    ("Hedegårdsskolen", "Cilla Dam", 200_000),
)
# Of each point: when it was taken up and by how many, and what was decided of it.
COUNTED = "til stede, der tæller med og ikke er inhabile"
POINTS = (
    f"Taget op: kl. 09.05, 3 {COUNTED} Forelagt",
    f"A.B.: Bevilget Besluttet: kl. 09.15, 3 {COUNTED} Takst: 300.000 kr. pr. år",
    f"Taget op: kl. 09.25, 2 {COUNTED}: ikke beslutningsdygtigt",
    f"B.C.: Udsat Besluttet: kl. 09.30, 2 {COUNTED}. Udvalget var ikke beslutningsdygtigt,",
    f"Taget op: kl. 09.45, 3 {COUNTED} Forelagt",
    f"C.D.: Bevilget Besluttet: kl. 09.50, 3 {COUNTED} Takst: 200.000 kr. pr. år",
)


class Cast(NamedTuple):
    """Who sends a substitute, who goes, who comes late, and the substitute."""

    ill: User
    goes: User
    late: User
    substitute: User


@pytest.fixture
def cases(schools, pools, leader, other_leader) -> list[Application]:
    leaders = {"Baltorpskolen": leader, "Hedegårdsskolen": other_leader}
    return whole_meeting.cases_of(ROWS, schools, leaders)


@pytest.fixture
def cast(person, secretary) -> Cast:
    return Cast(*members(person), secretary)


@pytest.fixture
def meeting(cases, cast, chair) -> Meeting:
    """Tomorrow, called by mail."""
    return invited(*cases, by=chair, days=1)


@pytest.fixture
def it_is(meeting, time_machine):
    """The site's clock on the meeting's day, or as many days later; the browsers keep theirs."""
    meets_on = timezone.localdate(meeting.starts_at)

    def move(hour: int, minute: int, *, days: int = 0) -> None:
        at = datetime.combine(meets_on + timedelta(days=days), time(hour, minute))
        time_machine.move_to(timezone.make_aware(at))

    return move


@pytest.fixture
def enters(live_server, meeting):
    """Somebody sits down at a screen of their own."""
    seen: set[object] = set()
    with chromium() as browser:
        yield lambda user: AtDesk(browser, live_server.url, user, seen)


def of_case(case: Application) -> str:
    return case.initials[0]


# -- before it, and as it opens --------------------------------------------------------
def sends_a_substitute(member: AtDesk, meeting: Meeting, substitute: User) -> None:
    member.go(meeting.get_absolute_url())
    member.page.check("[name=comes][value=absent]", force=True)
    member.page.select_option("[name=substitute]", str(substitute.pk))
    member.press("Send svar")
    assert "Dit svar: Afbud" in member.main


def opens(chair: AtDesk, meeting: Meeting, away: tuple[User, ...]) -> None:
    """All are there but for `away`, and the agenda is locked on the way."""
    chair.go(meeting.get_absolute_url())
    assert "suppleant for Medlem0 Udvalg" in chair.main
    for here in chair.page.locator("[value=present]").all():
        here.check(force=True)
    for user in away:
        chair.page.check(f"[name=person-{user.pk}][value=absent]", force=True)
    chair.press("Gem fremmødet")
    chair.press("Lås dagsordenen")
    chair.press("Åbn mødet")
    chair.follow("Gå til mødet")


# -- in the room -----------------------------------------------------------------------
def notes(chair: AtDesk, user: User, does: str) -> None:
    """Somebody goes or comes, by one press in the room."""
    chair.page.locator(".sf-room-people > summary").click()
    with chair.page.expect_navigation():
        chair.page.locator("li", has_text=user.name).get_by_role("button", name=does).click()
    chair.look()
    assert "står i referatet" in chair.main


def is_refused(chair: AtDesk, case: Application) -> None:
    """Too few are there: it is said in the room and at the form, and never to write up more."""
    assert TOO_FEW in chair.main
    chair.look_again()
    chair.on_a_phone()
    chair.follow(f"Træf afgørelse for {of_case(case)}")
    chair.page.check("[name=outcome][value=granted]", force=True)
    chair.page.select_option("[name=weight]", "3")
    chair.write(grounds=GROUNDS)
    chair.press("Gem afgørelsen")
    refusal = chair.page.locator("main .alert-error").inner_text()
    assert f"{REFUSED} Udsæt sagen til et senere møde." in refusal
    assert "til stede«" not in refusal


def postpones(chair: AtDesk, case: Application) -> None:
    """In the form that was refused."""
    chair.page.check("[name=outcome][value=postponed]", force=True)
    chair.write(grounds="For få var til stede.")
    chair.press("Gem afgørelsen")
    assert f"Afgørelsen om {of_case(case)} er udsat." in chair.main


def at_it(chair: AtDesk, cases: list[Application], cast: Cast, it_is) -> None:
    above, put_off, last = cases
    it_is(9, 5)
    whole_meeting.take_up(chair, above)
    it_is(9, 15)
    whole_meeting.decide(chair, above, Say(tariff="300.000"))
    it_is(9, 20)
    notes(chair, cast.goes, "Går")
    it_is(9, 25)
    whole_meeting.take_up(chair, put_off)
    it_is(9, 30)
    is_refused(chair, put_off)
    postpones(chair, put_off)
    it_is(9, 40)
    notes(chair, cast.late, "Kommer")
    it_is(9, 45)
    whole_meeting.take_up(chair, last)
    assert "ikke beslutningsdygtigt" not in chair.main
    it_is(9, 50)
    whole_meeting.decide(chair, last, Say())
    it_is(10, 0)


# -- after it --------------------------------------------------------------------------
def refuses(chief: AtDesk) -> None:
    chief.go("/visitation/over-loftet/")
    chief.write(reason=REASON)
    chief.press("Afvis")
    assert "Du har afvist taksten" in chief.main


def undoes(chair: AtDesk, case: Application) -> None:
    chair.go(f"/sager/{case.number}/")
    chair.page.locator("summary", has_text="Fortryd afgørelsen").click()
    chair.press("Ja, fortryd")
    assert f"Afgørelsen for {of_case(case)} er fortrudt" in chair.main


def says_who_was_there(text: str, cast: Cast) -> None:
    for name, title, there in (
        (cast.ill.name, "Medlem", "Afbud"),
        (cast.goes.name, "Medlem", "Til stede til kl. 09.20"),
        (cast.late.name, "Medlem", "Til stede fra kl. 09.40"),
        (cast.substitute.name, f"Suppleant for {cast.ill.name}", "Til stede"),
        ("Frida Formand", "Formand", "Til stede"),
    ):
        assert f"{name} {title} {there}" in text


def says_how_it_went(text: str, cast: Cast) -> None:
    course = (
        "Mødets gang 09.00 Mødet blev åbnet (3 til stede tæller med)",
        f"09.20 {cast.goes.name}: gik (2 til stede tæller med: ikke beslutningsdygtigt)",
        f"09.40 {cast.late.name}: kom til (3 til stede tæller med)",
        "10.00 Mødet sluttede Punkt 1:",
    )
    assert " ".join(course) in text
    # In this order, and nothing of what came later.
    places = [text.index(said) for said in POINTS]
    assert places == sorted(places)
    for later in (ADDENDUM, "Hvad der siden er sket", "fortrudt", "afviste"):
        assert later not in text


def approves(chair: AtDesk, meeting: Meeting) -> tuple[str, bytes]:
    """The meeting ends and its minutes are approved: what their PDF says, and the PDF."""
    whole_meeting.write_minutes(chair, meeting)
    tell()
    text, pdf = whole_meeting.fetch(chair, "Hent som PDF")
    return text, pdf.stream.getvalue()


def shows_what_came_later(chair: AtDesk, case: Application, meeting: Meeting) -> None:
    """Above the minutes, which stand as they did, and on a paper of its own."""
    chair.go(f"{meeting.get_absolute_url()}referat/")
    assert "Referatet er låst" in chair.main
    assert "A.B.: Bevilget" in chair.main
    assert chair.main.endswith("Generelle bemærkninger\n\nIngen.")
    chair.look_again()
    chair.on_a_phone()

    section = chair.page.locator("section", has=chair.page.get_by_role("heading", name=ADDENDUM))
    happened_on = f"A.B., {day(today())}"
    paper, _ = whole_meeting.fetch(chair, "Hent tilføjelserne som PDF")
    for line, text in zip(section.locator("li").all_inner_texts(), LATER, strict=True):
        assert line == f"{case.number}, {case.school}. {happened_on}: {text}"
        assert f"{case.number}, {case.school}: {happened_on}: {text}" in paper


def test_minutes_say_what_happened_then_and_an_addendum_what_came_later(
    enters, cases, cast, meeting, chair, chief, it_is
):
    sends_a_substitute(enters(cast.ill), meeting, cast.substitute)
    it_is(9, 0)
    leads = enters(chair)
    opens(leads, meeting, away=(cast.ill, cast.late))
    at_it(leads, cases, cast, it_is)
    text, approved = approves(leads, meeting)
    says_who_was_there(text, cast)
    says_how_it_went(text, cast)
    it_is(8, 0, days=1)
    refuses(enters(chief))
    next_day = enters(chair)
    undoes(next_day, cases[0])
    shows_what_came_later(next_day, cases[0], meeting)
    _, again = whole_meeting.fetch(next_day, "Hent som PDF")
    assert again.stream.getvalue() == approved
