"""The main job, end to end, in a real browser: two pupils applied for, one granted, one rejected,
the money to the krone.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator

import pytest
from django.core.management import call_command

from applications.models import Application
from skolefleks.danish import kr
from skolefleks.development.fictive import fictive_cpr
from skolefleks.models import User
from tests.browser import CHROMIUM, PHONE, Visitor, chromium
from tests.conftest import AFTER, NEXT
from tests.filling import state

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]


PASSWORD = "en-lang-adgangskode"


TEXT = "En opdigtet tekst, som er lang nok til at sige noget om eleven og dagen."


PARTS = {
    NEXT: 215_000,
    AFTER: round(215_000 * 213 / 366) if AFTER % 4 == 0 else round(215_000 * 212 / 365),
}


@pytest.fixture
def browser() -> Iterator[object]:
    with chromium() as started:
        yield started


@pytest.fixture
def site(live_server, schools, pools, leader, other_leader, chair, chief):
    call_command("load_figures")
    for user in User.objects.all():
        user.set_password(PASSWORD)
        user.save()
    return live_server.url


def visitor(browser, site, user, **screen) -> Visitor:
    visiting = Visitor(browser, site, **screen)
    visiting.sign_in(user.email, PASSWORD)
    return visiting


def write_pupil(school: Visitor, name: str, cpr: str) -> None:
    school.press("Tilføj den første elev" if name.startswith("Anna") else "Tilføj endnu en elev")
    school.write(
        name=name,
        cpr=cpr,
        description=TEXT,
        pupil_voice="»Jeg vil gerne blive.«",
        support_hours="3",
    )
    school.page.select_option("[name=grade]", "4")
    school.page.check("[name=kind][value=retention]")
    school.page.check("[name=parents_informed][value=yes]")
    school.write(
        parents_informed_on=f"01.09.{NEXT - 1}",
        parents_informed_by="Klasselæreren",
        parents_informed_how="Møde",
    )
    school.write(
        requested_tariff="215.000",
        starts_on=f"01.01.{NEXT}",
        ends_on=f"31.07.{AFTER}",
        tariff_reason=TEXT,
    )
    school.press("Gem")
    school.go(re.sub(r".*(/ansoegninger/SF-\d+-\d+/elever/).*", r"\1", school.page.url))


def write_application(school: Visitor) -> str:
    """From the start page to the receipt; the case number."""
    school.go("/ansoegninger/ny/")
    school.press("Begynd ansøgningen")
    number = re.search(r"SF-\d+-\d+", school.page.url)[0]
    dice = random.Random(1)
    write_pupil(school, "Anna Berg", fictive_cpr(dice, born=NEXT - 11))
    write_pupil(school, "Bo Carlsen", fictive_cpr(dice, born=NEXT - 11))
    school.go(f"/ansoegninger/{number}/indsend/")
    assert "Læringsmiljøet" in school.text  # what is missing is said, each a link
    write_steps(school, number)
    application = Application.objects.get(number=number)
    state(application, by=application.created_by)
    school.go(f"/ansoegninger/{number}/indsend/")
    school.press("Indsend ansøgning")
    assert number in school.text
    return number


def write_steps(school: Visitor, number: str) -> None:
    """All that the application holds beside its two pupils."""
    school.go(f"/ansoegninger/{number}/laeringsmiljoe/")
    school.write(
        learning_environment=TEXT,
        joint_reason=TEXT,
        support_hours_use=TEXT,
        support_hours_yield=TEXT,
    )
    school.write(**{"tried-0-what": "To voksne i dansk", "tried-0-outcome": "Færre konflikter"})
    school.press("Gem og fortsæt")
    school.page.select_option("[name='planned-0-kind']", "resource_person")
    school.write(
        **{
            "planned-0-what": TEXT,
            "planned-0-expected_effect": "Fravær under 10 %",
            "planned-0-how_known": TEXT,
        }
    )
    for goal in ("goals-0", "goals-1"):
        school.page.select_option(f"[name={goal}-kind]", "attendance")
        school.write(**{f"{goal}-what": TEXT, f"{goal}-baseline": "60", f"{goal}-target": "90"})
        school.write(**{f"{goal}-due_on": f"31.07.{AFTER}", f"{goal}-how_measured": TEXT})
    school.press("Gem og fortsæt")
    school.write(ppr_contact="Psykolog i PPR", ppr_setup=TEXT, ppr_daily=TEXT)
    school.press("Gem og fortsæt")
    school.write(daily_leader_name="Daglig Leder", representative_name="Den Fremlæggende")
    school.page.check("[name=legal_basis][value=section_9_4]")
    school.press("Gem og fortsæt")


def decide(committee: Visitor, number: str, pupil: str, *, granted: bool) -> None:
    committee.go(f"/sager/{number}/")
    committee.follow(f"Træf afgørelse for {pupil}")
    committee.page.check(f"[name=outcome][value={'granted' if granted else 'rejected'}]")
    committee.write(grounds="Behovet og den forventede effekt har været afgørende.")
    if granted:
        committee.page.fill("[name=tariff]", "")
        committee.page.locator("[name=tariff]").press_sequentially("215.000")
        committee.page.get_by_role("cell", name=kr(5_000_000 - PARTS[AFTER])).wait_for()
        committee.page.select_option("[name=weight]", "3")
        committee.write(deviation="Indsatsen er tungere end enhedstaksten.")
    committee.page.check("[name=way][value=urgent]", force=True)
    committee.write(way_reason="Skolen kan ikke vente til næste møde.")
    committee.press("Gem afgørelsen")


def decide_and_release(committee: Visitor, school: Visitor, number: str) -> None:
    """One granted, one rejected; the school knows nothing of it until the release."""
    committee.go("/visitation/")
    committee.follow(number)
    decide(committee, number, "A.B.", granted=True)
    decide(committee, number, "B.C.", granted=False)
    school.go(f"/sager/{number}/")
    assert not {"Bevilget", "Afslag"} & set(school.text.split())
    committee.go(f"/sager/{number}/")
    committee.page.locator("summary", has_text="Frigiv afgørelserne").click()
    committee.press("Ja, frigiv")


@pytest.mark.parametrize(
    "screen",
    [
        pytest.param({}, id="desktop"),
        pytest.param({"screen": PHONE}, id="phone", marks=pytest.mark.long),
    ],
)
def test_two_pupils_from_application_to_the_dashboard(
    browser, site, leader, other_leader, chair, chief, screen
):
    school = visitor(browser, site, leader, **screen)
    number = write_application(school)
    assert visitor(browser, site, other_leader).go(f"/sager/{number}/") == 404
    decide_and_release(visitor(browser, site, chair, **screen), school, number)
    school.go(f"/sager/{number}/")
    assert {"Bevilget", "Afslag"} <= set(school.text.split())
    money = visitor(browser, site, chief, **screen)
    for year, amount in PARTS.items():
        money.go(f"/budget/?aar={year}")
        assert kr(5_000_000 - amount) in money.text
        assert kr(amount) in money.text
