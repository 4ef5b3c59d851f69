"""A school's account is changed by both chiefs, and the next run shows it."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.urls import reverse

from budget.accounts import actions as account_changes
from budget.models import Instalment, Proposal, SchoolAccount
from budget.payments import accounts
from budget.payments import actions as payments
from budget.proposals import actions as proposals
from skolefleks import outbox
from skolefleks.calendar import banking_day_after
from skolefleks.celery import app as celery_app
from skolefleks.danish import today
from skolefleks.models import Notice, OutboxMessage
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import NEXT, text_of
from tests.scenes import kept

celery_app.loader.import_default_modules()

SPRING = date(NEXT, 4, 1)
SUMMER = date(NEXT, 7, 1)
ACCOUNTS = reverse("budget:payment_accounts")


@pytest.fixture
@kept
def baltorp(schools, chief):
    school = schools["Baltorpskolen"]
    accounts.set_account(school, "XG-OLD", by=chief)
    return school


def propose(school, account, *, by):
    return account_changes.propose_accounts([(school, account)], reason="Ny konto.", by=by)


def account_of(school):
    return SchoolAccount.objects.get(school=school).account


def deliver_all():
    for message in OutboxMessage.objects.filter(done_at__isnull=True):
        outbox.deliver(message.pk)


def test_one_chief_alone_changes_no_account(baltorp, chief):
    proposal = propose(baltorp, "XG-NEW", by=chief)
    with pytest.raises(proposals.TakesBothCentres):
        proposals.approve(proposal, by=chief)
    assert account_of(baltorp) == "XG-OLD"


def test_both_chiefs_change_it(baltorp, chief, chief_bur):
    proposals.approve(propose(baltorp, "XG-NEW", by=chief), by=chief_bur)
    assert account_of(baltorp) == "XG-NEW"


def test_an_account_is_proposed_once_at_a_time(baltorp, chief, chief_bur):
    propose(baltorp, "XG-NEW", by=chief)
    with pytest.raises(NotPossible, match="Besvar det først"):
        propose(baltorp, "XG-OTHER", by=chief_bur)


def test_nothing_changed_is_nothing_proposed(chief):
    with pytest.raises(Refusal, match="Ingen kontostreng er ændret"):
        account_changes.propose_accounts([], reason="Ny konto.", by=chief)


def test_the_other_chief_is_told_and_finds_it_on_the_start_page(
    baltorp, chief, chief_bur, client_for, mailoutbox
):
    propose(baltorp, "XG-NEW", by=chief)
    deliver_all()
    deliver_all()
    notice = Notice.objects.get(topic="proposals.proposed")
    assert (notice.user, notice.must_act) == (chief_bur, True)
    assert [mail.to for mail in mailoutbox] == [[chief_bur.email]]
    assert "Forslag om puljens penge" in text_of(client_for(chief_bur).get("/"))


def test_the_page_shows_from_where_to_where(baltorp, chief, chief_bur, client_for, post):
    field = f"school_{baltorp.pk}"
    client = client_for(chief)
    answer = post(client, ACCOUNTS, {field: "XG-NEW", "reason": "Skolen har ny konto."})
    page = text_of(client_for(chief_bur).get(answer.url))
    assert "XG-OLD" in page
    assert "XG-NEW" in page
    post(client_for(chief_bur), f"{answer.url}godkend/")
    assert account_of(baltorp) == "XG-NEW"


@pytest.mark.parametrize("account", ["=1+1", "+45", "@x", "a;b", "a\tb"])
def test_an_account_string_is_no_formula_and_breaks_no_line(
    account, chief, client_for, post, schools
):
    field = f"school_{schools['Baltorpskolen'].pk}"
    answer = post(client_for(chief), ACCOUNTS, {field: account, "reason": "Ny."})
    assert answer.status_code == 422
    assert not Proposal.objects.exists()


@pytest.fixture
def paid_before(baltorp, released, chief, chief_bur):
    """Baltorpskolen was paid to its old account, and it is July."""
    with time_machine.travel(f"{banking_day_after(SPRING)} 12:00", tick=False):
        run = payments.propose(until=today(), by=chief)
        payments.approve(run, by=chief_bur)
        payments.export(run, by=chief)
    with time_machine.travel(f"{banking_day_after(SUMMER)} 12:00", tick=False):
        yield run


def test_the_next_run_marks_an_account_that_is_new(
    paid_before, baltorp, chief, chief_bur, client_for
):
    proposals.approve(propose(baltorp, "XG-NEW", by=chief), by=chief_bur)
    run = payments.propose(until=today(), by=chief)
    page = text_of(client_for(chief_bur).get(run.get_absolute_url()))
    assert "Kontostrengen er en anden end i den forrige kørsel" in page
    assert Instalment.objects.filter(run=run, account="XG-NEW").exists()


def test_a_run_to_the_same_account_is_not_marked(paid_before, chief, chief_bur, client_for):
    run = payments.propose(until=today(), by=chief)
    page = text_of(client_for(chief_bur).get(run.get_absolute_url()))
    assert "den forrige kørsel" not in page


def test_a_waiting_run_reaches_the_other_chief(
    paid_before, chief, chief_bur, client_for, mailoutbox
):
    run = payments.propose(until=today(), by=chief)
    deliver_all()
    notice = Notice.objects.filter(topic="payments.proposed", subject=f"Udbetaling {run}").get()
    assert (notice.user, notice.path) == (chief_bur, run.get_absolute_url())
    assert "Udbetalinger til skolerne" in text_of(client_for(chief_bur).get("/"))
    assert "Udbetalinger til skolerne" not in text_of(client_for(chief).get("/"))
