"""What left the house for more than a grant costs is owed, set off, and never paid again."""

from __future__ import annotations

import csv
import io
from collections import Counter
from datetime import date

import pytest
import time_machine
from django.db import connection

from budget.books.proof import prove
from budget.models import Instalment, Posting, Standing
from budget.payments import actions as payments
from budget.payments import planning, settling
from budget.payments.file import payment_file
from budget.proposals import actions as proposals
from budget.returns import actions as returns
from budget.returns.queries import can_come_back
from skolefleks.calendar import banking_day_after
from skolefleks.danish import kr, today
from skolefleks.refusals import NotPossible, Refusal
from tests.conftest import NEXT, many, terms, text_of
from tests.deciding import released_grant
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.models import Document, Grant

IN_APRIL = banking_day_after(date(NEXT, 4, 1))
IN_JULY = banking_day_after(date(NEXT, 7, 10))
FEBRUARY = date(NEXT, 2, 28)


@pytest.fixture
def chiefs(chief, chief_bur):
    return chief, chief_bur


@pytest.fixture
def paid(grant, chiefs):
    """The first quarter is paid; it is April."""
    with time_machine.travel(f"{IN_APRIL} 12:00", tick=False):
        pay(chiefs)
        yield grant


def send(chiefs):
    one, other = chiefs
    run = payments.propose(until=today(), by=one)
    payments.approve(run, by=other)
    payments.export(run, by=one)
    return run


def pay(chiefs):
    run = send(chiefs)
    payments.mark_paid(run, on=today(), by=chiefs[0])
    settling.settle(run)
    run.refresh_from_db()
    return run


def lines_of(run):
    rows = run.instalments.counting().order_by("payee", "pk")
    text = payment_file(run, rows).decode("utf-8-sig")
    # The last line is the control.
    return list(csv.DictReader(io.StringIO(text), delimiter=";"))[:-1]


def sent_in_files(*runs):
    """Whole DKK by fiscal year that the files order, all together."""
    sums = Counter()
    for run in runs:
        for line in lines_of(run):
            sums[int(line["Regnskabsår"])] += int(line["Beløb"])
    return sums


def other_grant(schools, leader, chair, tariff):
    """Another grant of Baltorpskolen from New Year to July."""
    [pupil_case] = many(1, school=schools["Baltorpskolen"], by=leader, first=8_000)
    return released_grant(pupil_case, terms(tariff, date(NEXT, 1, 1), date(NEXT, 7, 31)), by=chair)


def end(grant, chair, on=FEBRUARY):
    corrections.end_early(
        Grant.objects.select_related("decision__pupil_case__application", "district").get(
            pk=grant.pk
        ),
        on=on,
        grounds="Flyttet.",
        by=chair,
    )


def cost_of(grant):
    grant.refresh_from_db()
    return grant.by_fiscal_year()[NEXT].amount


def paid_in_the_books():
    return sum(line.amount for line in Posting.objects.filter(kind="payment"))


def is_proved():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [check.difference for check in prove() if not check.holds] == []


# -- owed -----------------------------------------------------------------------------------------
def test_what_was_paid_for_days_that_do_not_run_is_owed_by_the_school(paid, chair):
    sent = Posting.objects.get(kind="payment").amount
    end(paid, chair)
    owed = Instalment.objects.owed().get()
    assert owed.amount == cost_of(paid) - sent
    assert (owed.covers_from, owed.covers_to) == (date(NEXT, 3, 1), date(NEXT, 3, 31))
    assert is_proved()


def test_the_letter_of_an_early_end_says_what_the_school_owes_and_how(paid, chair):
    first = Document.objects.filter(kind="letter").latest("made_at").source
    assert "allerede er udbetalt" not in first
    end(paid, chair)
    letter = Document.objects.filter(kind="letter").latest("made_at").source
    owed = -Instalment.objects.owed().get().amount
    assert "Det, der allerede er udbetalt" in letter
    assert f"Det er {kr(owed)} for meget".replace("\xa0", " ") in letter.replace("\xa0", " ")
    assert "trækkes fra i de næste udbetalinger" in letter


def test_the_letter_of_an_end_that_owes_nothing_says_what_is_to_come(paid, chair):
    end(paid, chair, on=date(NEXT, 6, 30))
    letter = Document.objects.filter(kind="letter").latest("made_at").source.replace("\xa0", " ")
    to_come = Instalment.objects.waiting().get()
    assert f"får {kr(to_come.amount)} endnu".replace("\xa0", " ") in letter
    assert "for meget" not in letter


def test_what_is_owed_is_not_free_until_it_is_back(paid, chair):
    sent = Posting.objects.get(kind="payment").amount
    end(paid, chair)
    assert Standing.objects.free([NEXT])[NEXT] == 5_000_000 - sent


def test_the_next_run_sets_it_off_and_files_books_and_grants_agree(
    paid, schools, leader, chair, chiefs
):
    other = other_grant(schools, leader, chair, 200_000)
    end(paid, chair)
    second = pay(chiefs)
    [first] = [line.run for line in Instalment.objects.filter(status="paid", amount__gt=0)[:1]]
    assert "-" in "".join(line["Beløb"] for line in lines_of(second))
    due = Instalment.objects.waiting().filter(reference=other.pk)
    still_to_pay = sum(row.amount for row in due)
    assert sent_in_files(first, second)[NEXT] == cost_of(paid) + cost_of(other) - still_to_pay
    assert paid_in_the_books() == sent_in_files(first, second)[NEXT]
    assert is_proved()


def test_the_last_krone_is_set_off_too():
    paid, owed = [Instalment(account="1", amount=amount) for amount in (1, -1)]
    assert payments._set_off([paid, owed], by=None) == [paid, owed]


def test_no_account_ever_pays_into_a_file(paid, schools, leader, chair, chiefs):
    other_grant(schools, leader, chair, 20_000)
    end(paid, chair)
    owed = -Instalment.objects.owed().get().amount
    run = pay(chiefs)
    assert sent_in_files(run)[NEXT] == 0
    left = Instalment.objects.owed().get()
    borne = -sum(int(line["Beløb"]) for line in lines_of(run) if line["Beløb"][0] == "-")
    assert -left.amount == owed - borne
    assert is_proved()


def test_what_is_owed_and_was_divided_stays_in_its_parts_when_it_is_planned_anew(
    paid, schools, leader, chair, chiefs
):
    other_grant(schools, leader, chair, 20_000)
    end(paid, chair)
    payments.propose(until=today(), by=chiefs[0])
    owed = Instalment.objects.planned().filter(reference=paid.pk, amount__lt=0)
    parts = set(owed.values_list("pk", flat=True))
    assert len(parts) == 2

    paid.refresh_from_db()
    decisions.plan_payments(paid, paid.decision.pupil_case.application, by=chair)
    assert set(owed.values_list("pk", flat=True)) == parts


def test_without_the_limit_a_run_would_take_money_and_is_stopped_at_the_approval(
    paid, schools, leader, chair, chiefs, monkeypatch
):
    other_grant(schools, leader, chair, 20_000)
    end(paid, chair)
    monkeypatch.setattr(payments, "_set_off", lambda rows, by: rows)
    run = payments.propose(until=today(), by=chiefs[0])
    assert run.amount < 0
    with pytest.raises(NotPossible, match="foreslå den igen"):
        payments.approve(run, by=chiefs[1])


def test_a_school_that_is_to_have_nothing_is_asked_for_it(paid, schools, chair, chiefs):
    end(paid, chair)
    with pytest.raises(payments.NothingDue):
        payments.propose(until=today(), by=chiefs[0])
    run = payments.propose_collection(schools["Baltorpskolen"], by=chiefs[0])
    payments.approve(run, by=chiefs[1])
    payments.export(run, by=chiefs[0])
    payments.mark_paid(run, on=today(), by=chiefs[0])
    settling.settle(run)
    assert paid_in_the_books() == cost_of(paid)
    assert Standing.objects.free([NEXT])[NEXT] == 5_000_000 - cost_of(paid)
    assert is_proved()


def test_a_school_that_owes_nothing_is_not_asked(paid, schools, chief):
    with pytest.raises(payments.NothingOwed):
        payments.propose_collection(schools["Baltorpskolen"], by=chief)


def test_a_run_that_would_take_money_is_not_approved(paid, schools, leader, chair, chiefs):
    other = other_grant(schools, leader, chair, 200_000)
    end(paid, chair)
    run = payments.propose(until=today(), by=chiefs[0])
    end(other, chair, on=date(NEXT, 1, 10))
    with pytest.raises(NotPossible, match="foreslå den igen"):
        payments.approve(run, by=chiefs[1])


# -- the auditor's case ---------------------------------------------------------------------------
def test_a_return_and_an_early_end_never_pay_the_same_days_twice(paid, chair, chiefs):
    [run] = {row.run for row in Instalment.objects.filter(status="paid")}
    come_back(run, chiefs)
    end(paid, chair)
    second = pay(chiefs)
    came_back = sum(row.amount for row in run.instalments.all())
    assert sent_in_files(run, second)[NEXT] - came_back == cost_of(paid)
    assert paid_in_the_books() == cost_of(paid)
    assert is_proved()


def test_what_comes_back_makes_up_for_what_is_owed_and_leaves_the_rest_as_it_was(paid, chair):
    end(paid, chair)
    before = Instalment.objects.owed().get()
    came_back = Instalment.objects.get(status="paid")
    came_back.amount = 1_000
    planning.plan_again(came_back, by=chair)
    left = Instalment.objects.planned().get()
    assert (left.amount, left.due_on) == (before.amount + 1_000, before.due_on)


# -- what came back -------------------------------------------------------------------------------
def come_back(run, chiefs, *rows):
    one, other = chiefs
    keys = [row.pk for row in rows or can_come_back(run)]
    proposal = returns.propose_return(run, keys, on=today(), reason="Afvist.", by=one)
    proposals.approve(proposal, by=other)


def test_a_run_that_the_bank_paid_in_part_is_booked_in_part(paid, schools, leader, chair, chiefs):
    other = other_grant(schools, leader, chair, 200_000)
    with time_machine.travel(f"{IN_JULY} 12:00", tick=False):
        run = send(chiefs)
        refused = run.instalments.filter(reference=other.pk).first()
        come_back(run, chiefs, refused)
        payments.mark_paid(run, on=today(), by=chiefs[0])
        settling.settle(run)
        run.refresh_from_db()
        assert run.status == "paid"
        assert Instalment.objects.get(pk=refused.pk).status == "returned"
        assert Instalment.objects.waiting().filter(amount=refused.amount).count() == 1
        assert is_proved()


def test_a_whole_run_that_was_refused_ends_and_is_paid_by_the_next(
    paid, schools, leader, chair, chiefs
):
    other_grant(schools, leader, chair, 200_000)
    run = send(chiefs)
    amount = sent_in_files(run)[NEXT]
    come_back(run, chiefs)
    run.refresh_from_db()
    assert run.status == "returned"
    with pytest.raises(NotPossible):
        payments.mark_paid(run, on=today(), by=chiefs[0])
    assert sent_in_files(pay(chiefs))[NEXT] == amount
    assert is_proved()


def test_a_whole_run_with_a_set_off_can_be_reversed(paid, schools, leader, chair, chiefs):
    other_grant(schools, leader, chair, 200_000)
    end(paid, chair)
    run = pay(chiefs)
    before = paid_in_the_books() - sent_in_files(run)[NEXT]
    come_back(run, chiefs)
    assert paid_in_the_books() == before
    assert Instalment.objects.owed().count() == 1
    assert sent_in_files(pay(chiefs)) == sent_in_files(run)
    assert is_proved()


def test_what_came_back_takes_both_chiefs(paid, chiefs):
    run = Instalment.objects.get(status="paid").run
    keys = [row.pk for row in can_come_back(run)]
    proposal = returns.propose_return(run, keys, on=today(), reason="Afvist.", by=chiefs[0])
    with pytest.raises(proposals.TakesBothCentres):
        proposals.approve(proposal, by=chiefs[0])
    assert paid_in_the_books() > 0


def test_the_same_line_does_not_come_back_twice(paid, chiefs):
    run = Instalment.objects.get(status="paid").run
    keys = [row.pk for row in can_come_back(run)]
    returns.propose_return(run, keys, on=today(), reason="Afvist.", by=chiefs[0])
    with pytest.raises(NotPossible, match="venter på svar"):
        returns.propose_return(run, keys, on=today(), reason="Afvist.", by=chiefs[1])


@pytest.mark.parametrize("day", [date(NEXT, 3, 1), date(NEXT, 12, 1)])
def test_it_comes_back_between_hand_over_and_today(day, paid, chief):
    run = Instalment.objects.get(status="paid").run
    keys = [row.pk for row in can_come_back(run)]
    with pytest.raises(Refusal, match="da kørslen blev sendt"):
        returns.propose_return(run, keys, on=day, reason="Afvist.", by=chief)


# -- the pages ------------------------------------------------------------------------------------
def test_the_page_says_what_is_owed_and_asks_for_it(paid, schools, chair, chief, client_for, post):
    end(paid, chair)
    client = client_for(chief)
    assert "For meget udbetalt" in text_of(client.get("/budget/udbetalinger/"))
    answer = post(client, f"/budget/udbetalinger/opkraev/{schools['Baltorpskolen'].pk}/")
    page = text_of(client.get(answer.url))
    assert "Opkrævning" in page
    assert "For meget udbetalt" in page


def test_two_chiefs_note_on_the_page_what_came_back(paid, chief, chief_bur, client_for, post):
    row = Instalment.objects.get(status="paid")
    url = f"{row.run.get_absolute_url()}kom-tilbage/"
    answer = post(
        client_for(chief),
        url,
        {"keys": [str(row.pk)], "on": f"{today():%d.%m.%Y}", "reason": "Banken afviste."},
    )
    other = client_for(chief_bur)
    assert "1 rate" in text_of(other.get(answer.url))
    post(other, f"{answer.url}godkend/")
    assert paid_in_the_books() == 0


def test_a_return_without_lines_is_refused_at_the_field(paid, chief, client_for, post):
    row = Instalment.objects.get(status="paid")
    url = f"{row.run.get_absolute_url()}kom-tilbage/"
    answer = post(client_for(chief), url, {"on": "", "reason": ""})
    assert answer.status_code == 422
    assert "Vælg mindst én rate" in answer.text
