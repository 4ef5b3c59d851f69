"""Both centre chiefs, each at a screen: a month with what may go wrong in it, and a year's end."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import time_machine
from django.utils import timezone

from budget.models import Difference, Instalment, PaymentRun, Pool, Posting, SchoolAccount
from budget.payments import actions as payments
from budget.payments import settling
from budget.tasks import settle_payments
from skolefleks.calendar import banking_day_after
from skolefleks.danish import day, kr, today
from tests.browser import CHROMIUM, PHONE, Visitor, chromium
from tests.conftest import AFTER, NEXT, many, terms
from tests.deciding import released_grant
from visitation.corrections import actions as corrections
from visitation.models import Grant

pytestmark = [
    pytest.mark.browser,
    pytest.mark.long,
    pytest.mark.skipif(CHROMIUM is None, reason="no Chromium here"),
    pytest.mark.django_db(transaction=True),
]

APRIL = banking_day_after(date(NEXT, 4, 1))
JULY = banking_day_after(date(NEXT, 7, 10))
FEBRUARY = date(NEXT, 2, 28)


def pay(chief, chief_bur):
    run = payments.propose(until=today(), by=chief)
    payments.approve(run, by=chief_bur)
    payments.export(run, by=chief)
    payments.mark_paid(run, on=banking_day_after(today()), by=chief)
    settling.settle(run)


@pytest.fixture
def grants(released, granted, schools, leader, chair):
    """Two grants of one school from New Year."""
    school = schools["Baltorpskolen"]
    SchoolAccount.objects.create(school=school, account="XG-0000000001-00100")
    [pupil_case] = many(1, school=school, by=leader, first=9_000)
    other = released_grant(pupil_case, terms(120_000), by=chair)
    return Grant.objects.get(pk=granted.pk), other


@pytest.fixture
def july(grants, chair, chief, chief_bur):
    """The first quarter is paid for both; then one of them ended in February: the school owes."""
    with time_machine.travel(f"{APRIL} 12:00", tick=False):
        pay(chief, chief_bur)
        corrections.end_early(grants[1], on=FEBRUARY, grounds="Flyttet.", by=chair)
    with time_machine.travel(f"{JULY} 09:00"):
        yield


@pytest.fixture
def february(grants, chief, chief_bur):
    """All of the year is paid, and it is over."""
    with time_machine.travel(f"{AFTER}-02-01 12:00", tick=False):
        pay(chief, chief_bur)
    with time_machine.travel(f"{AFTER}-02-03 09:00"):
        yield


@pytest.fixture
def meet(live_server, client_for, chief, chief_bur):
    """Sign both in, as late as it is by then; the chief of C-BUR looks at a telephone."""
    with chromium() as browser:

        def visitors():
            yield visitor(browser, live_server.url, client_for(chief))
            yield visitor(browser, live_server.url, client_for(chief_bur), screen=PHONE)

        yield visitors


def visitor(browser, site, client, **screen):
    visiting = Visitor(browser, site, **screen)
    cookie = {"name": "skolefleks", "value": client.cookies["skolefleks"].value, "url": site}
    visiting.context.add_cookies([cookie])
    return visiting


def confirm(chief, label, button):
    """Press what asks once more, and say yes."""
    chief.page.locator("summary", has_text=label).click()
    chief.press(button)


def agree(chief, button="Godkend"):
    """What waits for the chief is found among the proposals, read and approved."""
    chief.go("/budget/forslag/")
    with chief.page.expect_navigation():
        chief.page.locator("[aria-labelledby=for-me] a").click()
    chief.look()
    chief.press(button)


# -- a month ---------------------------------------------------------------------------------
def a_run_sets_off(sik, bur):
    """Proposed by one and approved by the other: what the school owes is taken off."""
    owed = -sum(row.amount for row in Instalment.objects.owed())
    sik.go("/budget/udbetalinger/")
    assert kr(owed) in sik.text
    sik.press("Foreslå kørsel")
    run = PaymentRun.objects.get(status="proposed")
    bur.go("/")
    bur.follow("Se kørslerne")
    bur.follow(run.number)
    assert kr(-owed) in bur.text
    confirm(bur, "Godkend", "Godkend kørslen")
    confirm(bur, "Dan filen", "Dan filen")
    return PaymentRun.objects.get(pk=run.pk)


def the_bank_has_paid(run, sik, bur):
    with bur.page.expect_download() as download:
        bur.page.get_by_role("link", name="Hent filen (CSV)").click()
    lines = Path(download.value.path()).read_text("utf-8-sig").splitlines()
    assert len(lines) == run.count + 2
    sik.go(run.get_absolute_url())
    sik.page.locator("summary", has_text="Markér som betalt").click()
    sik.write(paid_on=f"{banking_day_after(today()):%d.%m.%Y}")
    sik.press("Ja, den er betalt")
    settle_payments()  # the worker, which no test starts
    assert not Instalment.objects.owed().exists()


def a_line_comes_back(run, sik, bur):
    row = run.instalments.filter(amount__gt=0).first()
    sik.go(run.get_absolute_url())
    sik.follow("Der er kommet penge tilbage")
    sik.page.locator(f"[name=keys][value='{row.pk}']").check(force=True)
    sik.write(reason="Banken afviste kontoen.")
    sik.press("Send forslaget")
    agree(bur)
    assert Posting.objects.filter(kind="payment", reverses__isnull=False).count() == 1


def two_differences(run, sik, bur):
    """The finance system has a line twice, and one that nobody knows here."""
    row = run.instalments.filter(amount__lt=0).get()
    words = f"{row.paid_on.isoformat()};{row.amount};{row.account};{run.number} {row.text};B1"
    head = "Bogføringsdato;Beløb;Kontostreng;Tekst;Bilagsnummer"
    content = "\n".join([head, words, f"{words}2", f"{row.paid_on.isoformat()};12;XG-9;Løn;B9"])
    sik.go("/budget/afstemning/indlaes/")
    file = {"name": "prisme.csv", "mimeType": "text/csv", "buffer": content.encode()}
    sik.page.set_input_files("[name=file]", file)
    sik.write(covers_from=f"{JULY - timedelta(9):%d.%m.%Y}", covers_to=f"{today():%d.%m.%Y}")
    sik.press("Læs filen")
    sentence = f"Afstemt til {day(today())}, 2 forskelle"
    assert sorted(Difference.objects.values_list("kind", flat=True)) == ["twice", "unknown"]
    assert sentence in sik.text
    bur.go("/budget/")
    assert sentence in bur.text


def one_of_them_is_settled(bur):
    bur.go("/budget/afstemning/")
    unknown = Difference.objects.get(kind="unknown")
    bur.go(f"/budget/afstemning/{unknown.pk}/")
    bur.write(reason="Hører til en anden konto, rettet i økonomisystemet.")
    bur.page.locator("main form button[type=submit]").first.click()
    bur.page.wait_for_url(re.compile(r"/budget/afstemning/$"))
    assert "1 forskel" in bur.text
    bur.go(f"/budget/afstemning/maaneder/?aar={NEXT}")
    assert "Juli" in bur.text


def test_a_chiefs_month(july, meet):
    sik, bur = meet()
    run = a_run_sets_off(sik, bur)
    the_bank_has_paid(run, sik, bur)
    a_line_comes_back(run, sik, bur)
    two_differences(run, sik, bur)
    one_of_them_is_settled(bur)


# -- a year's end ----------------------------------------------------------------------------
def close(sik, bur, first, second):
    sik.go("/budget/regnskabsaar/")
    sik.follow(f"Luk {NEXT}")
    for field, choice in zip(sik.page.locator("fieldset").all(), (first, second), strict=True):
        field.get_by_label(choice).check(force=True)
    sik.write(reason="Året er gået, og alt er betalt.")
    sik.press("Send forslaget")
    agree(bur)


def reopen(sik, bur):
    sik.go("/budget/regnskabsaar/")
    sik.follow(f"Genåbn {NEXT}")
    sik.write(reason="En regning kom for sent.")
    sik.press("Send forslaget")
    agree(bur)


def close_again(sik, bur):
    sik.go("/budget/regnskabsaar/")
    sik.follow(f"Luk {NEXT}")
    sik.write(reason="Lukket igen.")
    sik.press("Send forslaget")
    agree(bur)


def free_of(year):
    return sum(row.amount for row in Posting.objects.filter(pool=year, kind="allocation"))


def test_a_years_end(february, meet):
    sik, bur = meet()
    before = free_of(AFTER)
    close(sik, bur, f"Føres over til {AFTER}", "Gives tilbage til rammen")
    assert Pool.objects.get(pk=NEXT).closed_at
    carried = free_of(AFTER) - before
    assert carried > 0
    bur.go("/budget/regnskabsaar/")
    assert f"Lukket {day(timezone.localdate())}" in bur.text
    reopen(sik, bur)
    assert Pool.objects.get(pk=NEXT).closed_at is None
    close_again(sik, bur)
    # Once: nothing was left to carry over the second time.
    assert free_of(AFTER) - before == carried
