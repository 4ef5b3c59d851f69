"""An administrator's first day: from an empty database to a decided case of Nordby Kommune."""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

import budget.tasks  # noqa: F401  registers what the worker does
from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.models import FundingSource, Pool, Proposal
from skolefleks.danish import today
from skolefleks.models import District, School, SettingChange, User
from skolefleks.setup import trade
from tests import meetings
from tests.conftest import terms, text_of
from tests.filling import fill
from visitation.caseload import nordby
from visitation.caseload.scene import read_data
from visitation.decisions import actions as decisions
from visitation.models import Document
from visitation.releases import actions as releases

pytestmark = pytest.mark.django_db

NORDBY = read_data("nordby")


def named(name: str) -> User:
    return User.objects.get(email=f"{name}@demo.example")


@pytest.fixture
def sends(post):
    """Sends a form to a page, which has to take it."""

    def send(browser, page, *args, **typed):
        answer = post(browser, reverse(page, args=args), typed)
        assert answer.status_code in {200, 302}, text_of(answer)
        return answer

    return send


@pytest.fixture
def office(sends):
    """The administrator, who came in by the link that works once."""
    output = StringIO()
    call_command("begin", nordby.ADMINISTRATOR, "--name", "Agnes Holm", stdout=output)
    browser = Client()
    secret = re.search(r"\?kode=(\S+)", output.getvalue())[1]
    answer = browser.post(reverse("begin"), {"kode": secret})
    assert answer["Location"] == reverse("profile")
    return browser


@pytest.fixture
def places(office, sends):
    sends(office, "profile", **NORDBY["profile"])
    for key, name in NORDBY["centres"].items():
        sends(office, "add_centre", key=key, name=name)
    for name, schools in NORDBY["districts"].items():
        sends(office, "add_district", name=name)
        district = District.objects.get(name=name)
        for school in schools:
            sends(office, "add_school", name=school, district=district.pk)
    assert School.objects.count() == 8


@pytest.fixture
def people(office, places, sends):
    """Read from a file, and looked through first."""
    content = nordby.people_csv(NORDBY).encode()
    file = SimpleUploadedFile("mennesker.csv", content, "text/csv")
    preview = sends(office, "import_people", file=file)
    assert User.objects.count() == 1
    typed = preview.context["form"].initial
    sends(office, "confirm_import", **typed)
    assert User.objects.count() == len(NORDBY["people"])


@pytest.fixture
def chiefs(people, client_for):
    names = ("centerchef.laer", "centerchef.fam", "centerchef.fri")
    return [client_for(named(name)) for name in names]


@pytest.fixture
def settings_agreed(office, chiefs, sends):
    """The unit tariff takes two people: the administrator and a chief."""
    typed = {"value": "160.000", "reason": "Besluttet i budgettet.", "after": 0}
    typed["starts_on"] = (today() + timedelta(days=1)).strftime("%d.%m.%Y")
    preview = sends(office, "setting", "enhedstakst", **typed).context["preview"]
    sends(office, "setting", "enhedstakst", confirmed=preview, **typed)
    assert trade.now().unit_tariff == 200_000
    sends(chiefs[0], "agree_setting", SettingChange.objects.get(name="unit_tariff").pk)


@pytest.fixture
def pool(chiefs, sends):
    """Three frames of three centres; all three chiefs open three years."""
    for chief, frame in zip(chiefs, NORDBY["frames"], strict=True):
        sends(chief, "budget:add_frame", name=frame["name"], centre=frame["centre"])
    amounts = {}
    for source, frame in zip(FundingSource.objects.all(), NORDBY["frames"], strict=True):
        amounts[f"source_{source.pk}"] = str(frame["amount"])
    for _ in range(3):
        sends(chiefs[0], "budget:propose_opening", reason="Budgettet.", **amounts)
        opening = Proposal.objects.waiting().get()
        sends(chiefs[1], "budget:approve_proposal", opening.pk)
        assert Proposal.objects.waiting().get() == opening
        sends(chiefs[2], "budget:approve_proposal", opening.pk)
    assert Pool.objects.count() == 3


@pytest.fixture
def application(pool, settings_agreed, time_machine):
    """The next day, when the new tariff holds."""
    time_machine.move_to(timezone.now() + timedelta(days=1))
    leader = named("leder.havneskolen")
    school = School.objects.get(name="Havneskolen")
    begun = writing.start(school=school, by=leader)
    fill(begun, "Anton Vig", by=leader, tariff=trade.now().unit_tariff)
    submission.submit(begun, by=leader)
    return begun


def test_the_first_day_ends_with_a_decided_case(application, nothing_is_said, client_for):
    chair = named("udvalg.formand")
    present = [chair, named("udvalg.medlem"), named("udvalg.fritid")]
    meetings.under_way(application, by=chair, present=present)
    case = application.pupil_cases.get()
    decisions.grant(case, terms(tariff=160_000), grounds="Behovet er stort.", by=chair)
    releases.release(application, by=chair)
    meetings.tell()

    assert application.number.startswith("NBY-")
    letters = [document.source for document in Document.objects.all()]
    assert {"Nordby Kommune" in letter for letter in letters} == {True}
    chief = named("centerchef.laer")
    page = text_of(client_for(chief).get(reverse("budget:dashboard")))
    assert all(centre in page for centre in NORDBY["centres"])
