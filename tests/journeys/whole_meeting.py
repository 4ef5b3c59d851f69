"""The committee's room walked in browsers: what each person does there, a step a function."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import timedelta
from typing import Any, NamedTuple

from django.conf import settings
from django.test import Client
from django.urls import resolve
from pypdf import PdfReader

from applications.models import Application
from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks.calendar import banking_day_after
from skolefleks.danish import today
from skolefleks.models import School, User
from tests.browser import DESKTOP, PHONE, Visitor
from tests.filling import fill
from visitation.meetings import rules as meeting_rules
from visitation.models import Meeting

# School, pupil, the tariff asked for; in the order they come in.
EIGHT = (
    ("Baltorpskolen", "Anna Berg", 200_000),
    ("Baltorpskolen", "Bo Carlsen", 200_000),
    ("Hedegårdsskolen", "Cilla Dam", 200_000),
    ("Hedegårdsskolen", "Dan Eskesen", 200_000),
    ("Måløvhøj Skole", "Eva Friis", 300_000),
    ("Måløvhøj Skole", "Finn Gade", 200_000),
    ("Skovlunde Skole", "Gry Holm", 200_000),
    ("Skovvejens Skole", "Hans Iversen", 200_000),
)


SAID = "Skolen fremlagde sagen. Udvalget var enigt."


GROUNDS = "Elevens behov og den forventede effekt har været afgørende."


DEVIATION = "Indsatsen er tungere end den, enhedstaksten dækker."


AUTHENTICATION = "allauth.account.auth_backends.AuthenticationBackend"


class AtDesk(Visitor):
    """Signed in already; each kind of page is looked at once for all, since axe is what a journey
    costs.
    """

    def __init__(self, browser: Any, site: str, user: User, seen: set[object]) -> None:
        super().__init__(browser, site)
        self.seen = seen
        client = Client()
        client.force_login(user, backend=AUTHENTICATION)
        name = settings.SESSION_COOKIE_NAME
        self.context.add_cookies([{"name": name, "value": client.cookies[name].value, "url": site}])

    def look(self) -> None:
        path = self.page.url.removeprefix(self.site).split("?")[0].split("#")[0]
        kind = (resolve(path).view_name, self.page.viewport_size["width"])  # type: ignore[index]
        assert not self.errors, f"{self.page.url}: {self.errors}"
        if kind not in self.seen:
            self.seen.add(kind)
            super().look()

    def look_again(self) -> None:
        """At a page that is another one than it was."""
        super().look()

    def on_a_phone(self) -> None:
        """The page fits a narrow screen."""
        self.page.set_viewport_size(PHONE)
        self.page.reload()
        self.look()
        self.page.set_viewport_size(DESKTOP)

    @property
    def main(self) -> str:
        return self.page.inner_text("main").replace("\N{NO-BREAK SPACE}", " ")


def eight_cases(schools: dict[str, School], leaders: dict[str, User]) -> list[Application]:
    return cases_of(EIGHT, schools, leaders)


def cases_of(
    rows: Iterable[tuple[str, str, int]], schools: dict[str, School], leaders: dict[str, User]
) -> list[Application]:
    """A submitted case of each (school, pupil, tariff), in that order."""
    made = []
    for school, pupil, tariff in rows:
        by = leaders[school]
        application = fill(
            writing.start(school=schools[school], by=by), pupil, by=by, tariff=tariff
        )
        submission.submit(application, by=by)
        made.append(application)
    return made


# -- before the meeting ----------------------------------------------------------------
def plan(chair: AtDesk) -> Meeting:
    """A row of meetings, the first in a week; what is not wanted is unticked before anything is
    made.
    """
    first = banking_day_after(today() + timedelta(days=7))
    chair.go("/visitation/moeder/")
    chair.follow("Planlæg møder")
    chair.write(foerste=f"{first:%d.%m.%Y}", fra="9", til="13", sted="Rådhuset", uger="4")
    chair.write(indtil=f"{first + timedelta(weeks=30):%d.%m.%Y}")
    chair.press("Vis dagene")
    chair.look_again()
    ticked = chair.page.locator("[name=dag]:checked")
    planned = ticked.count() - 1
    ticked.last.uncheck(force=True)
    # The agenda of this journey is its cases: tests/visitation/meetings/test_free_points.py.
    for usual in chair.page.locator("[name=punkt]").all():
        usual.uncheck(force=True)
    chair.press("Opret møderne")
    assert Meeting.objects.count() == planned > 1
    return Meeting.objects.earliest("starts_at")


def put_on(chair: AtDesk, cases: list[Application], meeting: Meeting) -> None:
    """All that wait, by one act of the queue."""
    chair.go("/visitation/")
    for box in chair.page.locator("[name=sag]").all():
        box.check(force=True)
    chair.page.select_option("[name=meeting]", str(meeting.pk))
    chair.press("Sæt på dagsorden")
    assert "8 af 8 sat på dagsordenen" in chair.main
    assert meeting.items.count() == len(cases)


def order(chair: AtDesk) -> list[str]:
    return [text.split()[0] for text in chair.page.locator("[data-point] th").all_inner_texts()]


def arrange(chair: AtDesk, cases: list[Application], meeting: Meeting) -> None:
    """The first row down by mouse, and back up by keyboard."""
    numbers = [case.number for case in cases]
    chair.go(meeting.get_absolute_url())
    assert order(chair) == numbers
    rows = chair.page.locator("[data-point]")
    with chair.page.expect_navigation():
        rows.nth(0).locator("[data-handle]").drag_to(rows.nth(2).locator("th"))
    assert order(chair)[0] == numbers[1]
    while order(chair)[0] != numbers[0]:
        with chair.page.expect_navigation():
            chair.page.locator("tr", has_text=numbers[0]).get_by_role("button", name="Op").press(
                "Enter"
            )
    assert order(chair) == numbers


def ask(member: AtDesk, case: Application) -> None:
    member.go(f"/sager/{case.number}/spoergsmaal/")
    member.write(text="Hvem tager over, når den faste voksen er syg?")
    member.press("Se det igennem, før det sendes")
    member.press("Ja, send til skolen")
    assert "Afventer svar fra skolen" in member.main


def answer(leader: AtDesk, case: Application) -> None:
    leader.go(f"/sager/{case.number}/spoergsmaal/")
    leader.write(text="Holdets anden lærer kender eleven og tager over.")
    leader.press("Send svaret til udvalget")
    assert "Afventer svar" not in leader.main


def assess(member: AtDesk, case: Application, *, offer: str, why: str) -> None:
    member.go(f"/sager/{case.number}/vurderinger/")
    member.page.locator("[name=weight]").nth(2).check(force=True)
    member.page.check(f"[name=offer][value='{offer}']", force=True)
    member.write(why=why)
    member.press("Gem din vurdering")


def finds_nothing(member: AtDesk, cases: list[Application], meeting: Meeting) -> None:
    """Of the own school's cases a member finds neither number nor initials where the committee
    works.
    """
    number = cases[0].number
    paths = [
        "/visitation/",
        "/visitation/?vis=alle",
        f"/visitation/?vis=alle&q={number}",
        meeting.get_absolute_url(),
    ]
    for path in [
        *paths,
        f"{meeting.get_absolute_url()}gang/",
        f"{meeting.get_absolute_url()}gang/beregning/",
    ]:
        member.go(path)
        shown = member.page.inner_text("main")
        assert not [
            case.number for case in cases if case.number in shown or case.initials[0] in shown
        ], path
    for path in ("vurderinger", "habilitet", "retligt"):
        assert member.go(f"/sager/{number}/{path}/") == 404
        member.errors.clear()  # that it was not there


def declare(member: AtDesk, case: Application) -> None:
    """From the queue, before the case was opened."""
    member.go("/visitation/")
    member.follow(f"Inhabil? i {case.number}")
    member.page.locator("[name=kind]").first.check(force=True)
    member.press("Jeg er inhabil")
    assert member.go(f"/sager/{case.number}/") == 404
    member.errors.clear()
    member.go("/visitation/")
    assert case.number not in member.page.inner_text("main table")


# -- at the meeting --------------------------------------------------------------------
def begin(chair: AtDesk, meeting: Meeting) -> None:
    chair.go(meeting.get_absolute_url())
    for here in chair.page.locator("[value=present]").all():
        here.check(force=True)
    chair.press("Gem fremmødet")
    chair.press("Lås dagsordenen")
    if meeting_rules.opens_early(meeting):
        chair.page.get_by_text("Åbn mødet").first.click()
        chair.press("Ja, åbn det nu")
    else:
        chair.press("Åbn mødet")
    chair.look_again()
    chair.on_a_phone()
    chair.follow("Gå til mødet")


class Say(NamedTuple):
    """What the committee says of one pupil; without a tariff the one that was asked for."""

    outcome: str = "granted"
    tariff: str = ""


def take_up(chair: AtDesk, case: Application) -> None:
    with chair.page.expect_navigation():
        chair.page.get_by_role("button", name=case.number).last.click()
    chair.page.get_by_role("link", name=f"Træf afgørelse for {case.initials[0]}").wait_for()


def decide(chair: AtDesk, case: Application, say: Say) -> None:
    chair.follow(f"Træf afgørelse for {case.initials[0]}")
    if say.outcome == "postponed":
        chair.on_a_phone()
    chair.page.check(f"[name=outcome][value={say.outcome}]", force=True)
    chair.write(grounds=GROUNDS)
    if say.outcome == "granted":
        chair.page.select_option("[name=weight]", "3")
    if say.tariff:
        chair.write(tariff=say.tariff, deviation=DEVIATION)
    chair.press("Gem afgørelsen")
    chair.page.get_by_role("heading", name=case.number).wait_for()


def suppose(chair: AtDesk, member: AtDesk, tariff: str) -> None:
    """What the chair tries stands on the member's screen a few seconds later; nobody has pressed
    anything.
    """
    for desk in (chair, member):
        desk.page.locator("#what-if-answer").wait_for()
    before = member.page.inner_text("#what-if-answer")
    chair.page.fill("[name=t0]", "")
    chair.page.locator("[name=t0]").press_sequentially(tariff)
    member.page.locator(f"[name=t0][value='{tariff}']").wait_for()
    assert member.page.inner_text("#what-if-answer") != before


# -- after it --------------------------------------------------------------------------
def release(chair: AtDesk, meeting: Meeting, *, also: str = "") -> None:
    """All that are ready, and `also` one that is not, ticked in spite of what stands beside it."""
    chair.go(f"{meeting.get_absolute_url()}frigiv/")
    if also:
        row = chair.page.locator("tr", has_text=also)
        assert "Centercheferne mangler at godkende taksten" in row.inner_text()
        row.locator("[name=case]").check(force=True)
    chair.press("Frigiv de valgte sager")


def agree(chief: AtDesk, pupil: str) -> None:
    """A centre chief reads money, period and why; never whose it is."""
    chief.go("/visitation/over-loftet/")
    assert DEVIATION in chief.main
    assert pupil not in chief.main
    chief.press("Godkend taksten")


def told(leader: AtDesk, cases: list[Application]) -> set[str]:
    """The outcomes that the school finds on its list and on its cases."""
    paths = ["/ansoegninger/?fane=alle", *(f"/sager/{case.number}/" for case in cases)]
    shown = [leader.go(path) and leader.main for path in paths]
    return {
        label
        for label in ("Bevilget", "Delvist bevilget", "Afslag", "Udsat")
        if any(label in s for s in shown)
    }


def write_minutes(chair: AtDesk, meeting: Meeting) -> None:
    """The meeting is over; the draft is written on, approved and locked."""
    chair.go(meeting.get_absolute_url())
    chair.page.get_by_text("Slut mødet").first.click()
    chair.press("Ja, slut mødet")
    point = chair.page.locator("section", has=chair.page.get_by_role("heading", name="Punkt 1:"))
    point.locator("textarea").fill(SAID)
    chair.press("Gem referatet")
    chair.page.get_by_text("Godkend referatet").first.click()
    chair.press("Ja, godkend")
    assert "Referatet er låst" in chair.main


def fetch(desk: AtDesk, name: str) -> tuple[str, PdfReader]:
    """Press the link of that name: what the PDF that comes says, in one line, and the PDF."""
    with desk.page.expect_download() as coming:
        desk.page.get_by_role("link", name=name).first.click()
    reader = PdfReader(coming.value.path())
    text = " ".join(page.extract_text() for page in reader.pages)
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " ")), reader
