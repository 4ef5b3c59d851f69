"""An empty production in real browsers: from the administrator's link to money paid, in Nordby.

Nordby Kommune is made up: three centres, eight schools in three districts, other amounts. What a
school writes is typed in `test_journey`; here it is filled in.
"""

from __future__ import annotations

import re
from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import call_command
from django.utils import timezone

from applications.submission import actions as submission
from applications.writing import actions as writing
from budget.models import Instalment, PaymentRun, Pool, Posting, Proposal
from budget.tasks import settle_payments
from skolefleks import sign_on
from skolefleks.calendar import banking_day_before
from skolefleks.danish import kr, today
from skolefleks.models import School, SettingChange, User
from skolefleks.setup import trade
from tests.browser import CHROMIUM, PHONE, Visitor, chromium
from tests.conftest import NEXT
from tests.deciding import deliver
from tests.filling import fill
from tests.journeys.test_first_day import NORDBY, named
from tests.sign_on import Provider
from visitation.caseload import nordby
from visitation.models import Document

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

LAW = "/administration/tekster/lov-fordeling-regel/"
RULE = "Kommunalbestyrelsen fordeler midlerne efter budgettet."


@pytest.fixture
def provider(settings, monkeypatch, tmp_path):
    """The municipality's sign-on, as the page of operations asks it."""
    (tmp_path / "secret").write_text("s")
    monkeypatch.setenv("OIDC_CLIENT_ID", "skolefleks")
    with Provider.running() as running:
        running.claims = {"keys": [{"kid": "1"}]}
        app = sign_on.oidc(running.url, [], tmp_path / "secret")
        settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}, "saml": {"APPS": []}}
        policy = settings.CONTENT_SECURITY_POLICY
        places = {**policy["DIRECTIVES"], "form-action": ["'self'", running.url]}
        settings.CONTENT_SECURITY_POLICY = {"DIRECTIVES": places}
        yield running


@pytest.fixture
def browser():
    with chromium() as started:
        yield started


@pytest.fixture
def comes(browser, live_server, client_for):
    """Somebody at a screen of their own, signed in."""

    def come(user, **screen):
        visitor = Visitor(browser, live_server.url, **screen)
        cookie = client_for(user).cookies["skolefleks"].value
        row = {"name": "skolefleks", "value": cookie, "url": live_server.url}
        visitor.context.add_cookies([row])
        return visitor

    return come


def fills(visitor, path, button, **fields):
    visitor.go(path)
    visitor.write(**fields)
    visitor.press(button)


# -- the administrator's first day -----------------------------------------------------
def begins(office):
    output = StringIO()
    call_command("begin", nordby.ADMINISTRATOR, "--name", "Agnes Holm", stdout=output)
    secret = re.search(r"\?kode=(\S+)", output.getvalue())[1]
    office.go(f"/begynd/?kode={secret}")
    office.press("Kom i gang")
    assert "Begynd med kommunens profil" in office.text
    office.write(**NORDBY["profile"])
    office.press("Gem")
    assert "Nordby Kommune" in office.page.inner_text("header")


def makes_places(office):
    for key, name in NORDBY["centres"].items():
        fills(office, "/administration/steder/center/", "Gem", key=key, name=name)
    for district, schools in NORDBY["districts"].items():
        fills(office, "/administration/steder/distrikt/", "Gem", name=district)
        for school in schools:
            office.go("/administration/steder/skole/")
            office.page.select_option("[name=district]", label=district)
            office.write(name=school)
            office.press("Gem")
    assert School.objects.count() == 8


def reads_people(office):
    content = nordby.people_csv(NORDBY).encode()
    office.go("/administration/mennesker/fil/")
    file = {"name": "mennesker.csv", "mimeType": "text/csv", "buffer": content}
    office.page.set_input_files("[name=file]", file)
    office.press("Læs filen")
    assert "Nye: 16." in office.text
    office.press("Gem alle linjer")
    assert User.objects.count() == len(NORDBY["people"])


def invites_a_second_administrator(office):
    office.go("/administration/mennesker/ny/")
    office.write(name="Else Krag", email="else@nordby.example")
    office.page.select_option("[name=role]", label="Systemadministrator")
    office.press("Opret personen")
    return User.objects.get(email="else@nordby.example")


def changes_the_unit_tariff(office, chief):
    office.go("/administration/indstillinger/enhedstakst/")
    office.write(value="160.000", reason="Besluttet i budgettet.")
    office.press("Vis, hvad der sker")
    office.press("Send til godkendelse")
    change = SettingChange.objects.get(name="unit_tariff")
    chief.go(f"/administration/indstillinger/aendring/{change.pk}/")
    chief.press("Godkend ændringen")
    assert trade.now().unit_tariff == 200_000


def writes_the_law(office, second):
    fills(office, LAW, "Vis, hvordan det ser ud", text=RULE, reason="Vores egen.")
    office.press("Gem som ny version")
    second.go("/administration/tekster/")
    second.follow("Regler: Intern fordeling af midler")
    second.press("Underskriv teksten")
    assert "Teksten er underskrevet" in second.text


def tries_the_sign_on(office):
    office.go("/administration/drift/")
    office.press("Prøv kommunens login")
    assert "svarer, og er sat op, som det skal" in office.text
    office.press("Send mig en prøvemail")
    deliver()
    office.go("/administration/drift/")
    assert "Afleveret til mailserveren" in office.text


# -- the chiefs' ----------------------------------------------------------------------
def open_the_pool(chiefs):
    for chief, frame in zip(chiefs, NORDBY["frames"], strict=True):
        chief.go("/budget/forslag/ramme/")
        chief.page.select_option("[name=centre]", frame["centre"])
        chief.write(name=frame["name"])
        chief.press("Opret rammen")
    first, *others = chiefs
    for _ in range(3):
        first.go("/budget/forslag/aabning/")
        for frame in NORDBY["frames"]:
            label = f"{frame['name']} ({frame['centre']})"
            first.page.get_by_label(label).fill(str(frame["amount"]))
        first.write(reason="Budgettet.")
        first.press("Send forslaget")
        for chief in others:
            chief.go(Proposal.objects.waiting().get().get_absolute_url())
            chief.press("Godkend og bogfør")
    assert Pool.objects.count() == 3


# -- the case --------------------------------------------------------------------------
def is_applied_for():
    leader = named("leder.havneskolen")
    school = School.objects.get(name="Havneskolen")
    case = writing.start(school=school, by=leader)
    fill(case, "Anton Vig", by=leader, tariff=trade.now().unit_tariff)
    submission.submit(case, by=leader)
    assert case.number.startswith("NBY-")
    return case


def is_decided(chair, case):
    chair.go(f"/sager/{case.number}/")
    chair.follow("Træf afgørelse for A.V.")
    chair.page.check("[name=outcome][value=granted]")
    chair.page.select_option("[name=weight]", "3")
    chair.write(grounds="Behovet og den forventede effekt har været afgørende.")
    chair.page.check("[name=way][value=urgent]", force=True)
    chair.write(way_reason="Skolen kan ikke vente til næste møde.")
    chair.press("Gem afgørelsen")
    chair.go(f"/sager/{case.number}/")
    chair.page.locator("summary", has_text="Frigiv").first.click()
    chair.press("Ja, frigiv")
    deliver()


def reads_the_letter(school, case):
    school.go(f"/sager/{case.number}/")
    assert "Bevilget" in school.text
    source = str([document.source for document in Document.objects.all()])
    assert ("Nordby Kommune" in source, RULE in source) == (True, True)


def is_paid(chief, other):
    fills(chief, "/budget/udbetalinger/", "Foreslå kørsel", until=f"31.12.{NEXT}")
    chief.write(reason="Skolen skifter økonomisystem.")
    chief.press("Foreslå kørsel")
    run = PaymentRun.objects.get()
    other.go(run.get_absolute_url())
    for label, button in (("Godkend", "Godkend kørslen"), ("Dan filen", "Dan filen")):
        other.page.locator("summary", has_text=label).click()
        other.press(button)
    PaymentRun.objects.update(exported_at=timezone.now() - timedelta(days=7))
    other.page.locator("summary", has_text="Markér som betalt").click()
    other.write(paid_on=f"{banking_day_before(today()):%d.%m.%Y}")
    other.press("Ja, den er betalt")
    settle_payments()
    other.go(run.get_absolute_url())
    assert kr(PaymentRun.objects.get().amount) in other.text


@pytest.fixture
def office(browser, live_server):
    visitor = Visitor(browser, live_server.url)
    begins(visitor)
    makes_places(visitor)
    reads_people(visitor)
    return visitor


@pytest.fixture
def set_up(office, provider, comes, time_machine):
    """All that an administrator and three chiefs do, until the next day."""
    second = comes(invites_a_second_administrator(office))
    names = ("centerchef.laer", "centerchef.fam", "centerchef.fri")
    chiefs = [comes(named(name)) for name in names]
    changes_the_unit_tariff(office, chiefs[0])
    writes_the_law(office, second)
    tries_the_sign_on(office)
    open_the_pool(chiefs)
    time_machine.move_to(timezone.now() + timedelta(days=1))


def test_an_empty_production_becomes_a_municipality_that_decides_and_pays(
    set_up, comes, nothing_is_said
):
    case = is_applied_for()
    is_decided(comes(named("udvalg.formand")), case)
    reads_the_letter(comes(named("leder.havneskolen"), screen=PHONE), case)
    is_paid(comes(named("centerchef.laer")), comes(named("centerchef.fam")))
    paid = Instalment.objects.filter(status="paid").count()
    assert paid == Posting.objects.filter(kind="payment").count() > 0
