"""The payments' pages: what falls due, a run from proposal to receipt, the file, the accounts."""

from __future__ import annotations

import re
import uuid
from datetime import date

import pytest
import time_machine
from django.urls import reverse

from budget.books import actions as books
from budget.models import Instalment, PaymentRun, Posting
from budget.payments import actions as payments
from budget.payments import planning, settling
from budget.tariff import by_fiscal_year
from skolefleks.calendar import banking_day_after, banking_day_before
from skolefleks.models import AccessEntry, OutboxMessage
from tests.conftest import NEXT

LIST = reverse("budget:payments")
ACCOUNTS = reverse("budget:payment_accounts")
IN_APRIL = f"{banking_day_after(date(NEXT, 4, 1))} 12:00"
SPRING = banking_day_before(date(NEXT, 3, 31))
TYPED = f"{SPRING:%d.%m.%Y}"
PAID = f"{banking_day_after(date(NEXT, 4, 1)):%d.%m.%Y}"
LIST_QUERIES = 12
RUN_QUERIES = 12


@pytest.fixture(autouse=True)
def _april(released):
    """The first of April: a quarter of one grant of Baltorpskolen is due."""
    with time_machine.travel(IN_APRIL, tick=False):
        yield


@pytest.fixture
def sik(client_for, chief):
    return client_for(chief)


@pytest.fixture
def bur(client_for, chief_bur):
    return client_for(chief_bur)


@pytest.fixture
def run(chief):
    return payments.propose(until=SPRING, by=chief)


def to(name, run):
    return reverse(f"budget:{name}", args=[run.number])


def more(count, school, chair):
    """So many grants of next year, committed and planned."""
    first, last = date(NEXT, 1, 1), date(NEXT, 12, 31)
    place = {"district": school.district, "by": chair}
    for _ in range(count):
        reference = uuid.uuid4()
        books.commit(reference, by_fiscal_year(100_000, first, last), **place)
        period = {"tariff": 100_000, "starts_on": first, "ends_on": last}
        planning.plan(reference, **period, school=school, **place)


def test_the_list_shows_what_is_due_by_school_with_its_sum(sik):
    page = sik.get(LIST)
    first = Instalment.objects.order_by("due_on").first()
    assert page.context["due"] == [("Baltorpskolen", 1, first.amount)]
    assert len(page.context["later"]) == 6
    assert "Der er endnu ingen kørsler" in page.text


def test_the_dashboard_leads_a_chief_to_the_payments_and_nobody_else(sik, client_for, chair):
    assert LIST in sik.get(reverse("budget:dashboard")).text
    assert LIST not in client_for(chair).get(reverse("budget:dashboard")).text


def test_two_chiefs_take_a_run_from_proposal_to_receipt(sik, bur, post):
    run_url = post(sik, LIST, {"until": TYPED}).url
    run = PaymentRun.objects.get()
    assert run.get_absolute_url() == run_url
    assert "Venter på en anden centerchef" in sik.get(run_url).text
    assert post(bur, to("approve_payments", run)).url == run_url
    assert post(bur, to("export_payments", run)).url == run_url
    receipt = post(bur, to("mark_payments_paid", run), {"paid_on": PAID}).url
    assert run.number in bur.get(receipt).text
    assert OutboxMessage.objects.filter(topic="payments.marked_paid").count() == 1
    settling.settle(PaymentRun.objects.get())
    assert Posting.objects.filter(kind="payment").count() == 1
    assert "Bogføres" not in bur.get(run_url).text


def test_the_same_form_twice_proposes_once(sik):
    form = {"until": TYPED, "idempotency_key": "0b5cd3a4-5b5b-4b7e-9d52-93d2a3b8a111"}
    assert sik.post(LIST, form).url == sik.post(LIST, form).url
    assert PaymentRun.objects.count() == 1


def test_nothing_due_is_said_in_words(sik, post, run):
    answer = post(sik, LIST, {"until": TYPED})
    assert answer.status_code == 422
    assert "Der er ingen rater at udbetale" in answer.text


def test_who_proposed_gets_no_button_and_is_refused(sik, bur, post, run):
    assert "Godkend kørslen" in bur.get(to("payment_run", run)).text
    assert "Godkend kørslen" not in sik.get(to("payment_run", run)).text
    assert post(sik, to("approve_payments", run)).status_code == 403


def test_a_step_too_early_is_refused_on_the_runs_page(bur, post, run):
    answer = post(bur, to("export_payments", run))
    assert answer.status_code == 422
    assert "Det blev ikke gjort" in answer.text


def test_a_day_that_is_no_banking_day_is_refused_beside_its_field(sik, bur, post, run):
    post(bur, to("approve_payments", run))
    post(sik, to("export_payments", run))
    answer = post(sik, to("mark_payments_paid", run), {"paid_on": f"01.01.{NEXT}"})
    assert answer.status_code == 422
    assert "Vælg en bankdag" in answer.text


def test_a_rejected_run_says_so_and_its_instalments_wait(bur, post, run):
    post(bur, to("reject_payments", run))
    assert "Afvist" in bur.get(to("payment_run", run)).text
    _, _, total = bur.get(LIST).context["runs"][0]
    assert total == (run.amount, 1)


def test_the_file_is_taken_as_it_was_made_and_that_is_logged(bur, chief_bur, run):
    assert bur.get(to("payment_download", run)).status_code == 404
    payments.approve(run, by=chief_bur)
    file = payments.export(run, by=chief_bur)
    answer = bur.get(to("payment_download", run))
    assert answer.content == file
    assert answer["Content-Disposition"] == f'attachment; filename="udbetaling-{run.number}.csv"'
    entries = AccessEntry.objects.filter(kind="export", subject=run.number)
    assert entries.filter(user_id=chief_bur.pk).count() == 1


@pytest.mark.parametrize("who", ["leader", "chair", "secretary", "member", "follower", "admin"])
def test_nobody_else_sees_a_run_or_its_file(who, run, client_for, request):
    client = client_for(request.getfixturevalue(who))
    of_the_run = [to(name, run) for name in ("payment_run", "payment_download", "payment_receipt")]
    for url in (LIST, ACCOUNTS, *of_the_run):
        assert client.get(url).status_code == 403


def test_the_run_shows_no_pupil(sik, run):
    page = sik.get(to("payment_run", run)).text
    assert not re.search("Anna|Berg|A\\.B\\.", page)


def test_the_list_takes_as_many_queries_with_many_as_with_one(
    sik, run, schools, chair, chief, django_assert_max_num_queries, django_assert_num_queries
):
    sik.get(LIST)
    with django_assert_max_num_queries(LIST_QUERIES) as few:
        sik.get(LIST)
    for _ in range(4):
        more(3, schools["Hedegårdsskolen"], chair)
        payments.propose(until=date(NEXT, 4, 1), by=chief)
    with django_assert_num_queries(len(few)):
        assert len(sik.get(LIST).context["runs"]) == 5


def test_a_run_takes_as_many_queries_with_many_as_with_one(
    sik, run, schools, chair, chief, django_assert_max_num_queries, django_assert_num_queries
):
    sik.get(LIST)
    with django_assert_max_num_queries(RUN_QUERIES) as few:
        sik.get(to("payment_run", run))
    more(30, schools["Hedegårdsskolen"], chair)
    many = payments.propose(until=date(NEXT, 4, 1), by=chief)
    with django_assert_num_queries(len(few)):
        page = sik.get(to("payment_run", many))
    assert len(page.context["rows"]) == 30
    assert len(page.content) < 60_000
