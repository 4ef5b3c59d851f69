"""What is marked as paid is booked whoever has left since; what came back is due again."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.core.exceptions import PermissionDenied

from budget.books import claims
from budget.models import Instalment, PaymentRun, Posting
from budget.payments import actions as payments
from budget.payments import settling
from budget.proposals import actions as proposals
from budget.returns import actions as returns
from budget.returns.queries import can_come_back
from budget.tasks import settle_payments
from skolefleks.calendar import banking_day_after, banking_day_before
from skolefleks.danish import today
from skolefleks.models import User
from skolefleks.refusals import NotPossible
from skolefleks.statemachine import follow, move
from tests.conftest import AFTER, NEXT, terms, text_of
from tests.deciding import standing
from tests.roles import leave
from visitation.corrections import actions as corrections
from visitation.models import Grant

SPRING = banking_day_before(date(NEXT, 3, 31))
SUMMER = banking_day_before(date(NEXT, 6, 30))
IN_JULY = banking_day_after(date(NEXT, 7, 10))


@pytest.fixture
def grant(released, granted):
    """It is July: two quarters of it are due."""
    with time_machine.travel(f"{IN_JULY} 12:00", tick=False):
        yield Grant.objects.select_related("decision__pupil_case__application", "district").get(
            pk=granted.pk
        )


def handed_over(until, *, by):
    one, other = by
    run = payments.propose(until=until, by=one)
    payments.approve(run, by=other)
    payments.export(run, by=one)
    return run


@pytest.fixture
def chiefs(chief, chief_bur):
    return chief, chief_bur


@pytest.fixture
def paid(grant, chiefs):
    """The first quarter's instalment, paid."""
    run = handed_over(SPRING, by=chiefs)
    payments.mark_paid(run, on=today(), by=chiefs[0])
    settling.settle(run)
    run.refresh_from_db()
    return run.instalments.select_related("posting").get()


def come_back(run, chiefs, *keys):
    """Both chiefs say that lines of the run came back today: those of `keys`, or all."""
    one, other = chiefs
    proposal = returns.propose_return(
        run,
        keys or [row.pk for row in can_come_back(run)],
        on=today(),
        reason="Banken førte beløbet tilbage.",
        by=one,
    )
    proposals.approve(proposal, by=other)
    return proposal


def correct(posting, chiefs):
    one, other = chiefs
    proposal = proposals.correct(posting, reason="Det kom ikke tilbage.", by=one)
    proposals.approve(proposal, by=other)
    return Posting.objects.get(reverses=posting)


def is_all_paid_or_planned(grant):
    """Each fiscal year's part of the grant is paid or planned, to the krone."""
    amounts = dict.fromkeys(grant.by_fiscal_year(), 0)
    for line in Posting.objects.filter(reference=grant.pk, kind__in=("payment", "carried")):
        amounts[line.pool_id] += line.amount
    for instalment in Instalment.objects.planned().filter(reference=grant.pk):
        amounts[instalment.pool_id] += instalment.amount
    return amounts == {year: part.amount for year, part in grant.by_fiscal_year().items()}


# -- a chief who has left -------------------------------------------------------------------------
def test_a_chief_who_leaves_after_marking_a_run_as_paid_leaves_nothing_waiting(grant, chiefs):
    run = handed_over(SPRING, by=chiefs)
    payments.mark_paid(run, on=today(), by=chiefs[0])
    leave(chiefs[0])
    settle_payments()
    assert PaymentRun.objects.get().status == "paid"
    assert Posting.objects.get(kind="payment").made_by == chiefs[0]
    assert is_all_paid_or_planned(grant)


def test_a_chief_who_has_left_marks_nothing_as_paid(grant, chiefs):
    run = handed_over(SPRING, by=chiefs)
    leave(chiefs[0])
    as_they_sign_in_now = User.objects.get(pk=chiefs[0].pk)
    with pytest.raises(PermissionDenied):
        payments.mark_paid(run, on=today(), by=as_they_sign_in_now)


def test_a_step_that_follows_is_nobodys_to_take_and_no_other_follows(grant, chiefs):
    run = payments.propose(until=SPRING, by=chiefs[0])
    with pytest.raises(PermissionDenied):
        move(run.instalments.get(), "pay", by=chiefs[1])
    with pytest.raises(PermissionDenied):
        follow(run, "approve", by=chiefs[1])


# -- a payment that came back ---------------------------------------------------------------------
def test_a_payment_of_a_run_is_never_corrected_since_the_bank_has_done_it(grant, paid, chiefs):
    with pytest.raises(NotPossible, match=f"sendt til banken i kørsel {paid.run}"):
        proposals.correct(paid.posting, reason="Forkert konto.", by=chiefs[0])


def test_what_came_back_is_due_again_and_what_was_paid_stays_readable(grant, paid, chiefs):
    come_back(paid.run, chiefs)
    again = Instalment.objects.waiting().get(due_on=IN_JULY)
    assert again.amount == paid.amount
    assert again.covers_to == paid.covers_to
    assert again.school == paid.school
    assert Instalment.objects.get(pk=paid.pk).status == "paid"
    assert is_all_paid_or_planned(grant)


def test_it_is_paid_again_by_the_next_run(grant, paid, chiefs):
    come_back(paid.run, chiefs)
    run = handed_over(IN_JULY, by=chiefs)
    payments.mark_paid(run, on=today(), by=chiefs[0])
    assert settling.settle(run) == 2
    assert is_all_paid_or_planned(grant)


def test_a_return_that_was_wrong_takes_the_instalment_out_again(grant, paid, chiefs):
    come_back(paid.run, chiefs)
    run = payments.propose(until=IN_JULY, by=chiefs[0])
    correct(Posting.objects.get(reverses=paid.posting), chiefs)
    assert run.instalments.get(covers_to=paid.covers_to).status == "cancelled"
    assert is_all_paid_or_planned(grant)


def test_after_a_wrong_return_it_can_come_back_in_truth(grant, paid, chiefs):
    come_back(paid.run, chiefs)
    correct(Posting.objects.get(reverses=paid.posting), chiefs)
    assert PaymentRun.objects.get(pk=paid.run_id).status == "paid"
    come_back(PaymentRun.objects.get(pk=paid.run_id), chiefs)
    same_days = Instalment.objects.waiting().filter(covers_to=paid.covers_to)
    assert same_days.filter(amount=paid.amount).count() == 1
    assert is_all_paid_or_planned(grant)


def test_a_return_is_not_taken_back_once_the_money_is_on_its_way_again(grant, paid, chiefs):
    come_back(paid.run, chiefs)
    first = Posting.objects.get(reverses=paid.posting)
    proposal = proposals.correct(first, reason="Den var god nok.", by=chiefs[0])
    handed_over(IN_JULY, by=chiefs)
    with pytest.raises(NotPossible, match="Ret den nye udbetaling"):
        proposals.approve(proposal, by=chiefs[1])
    assert is_all_paid_or_planned(grant)


def test_what_was_planned_anew_for_the_same_days_becomes_one_with_it(grant, paid, chiefs, chair):
    run = handed_over(SUMMER, by=chiefs)
    payments.mark_paid(run, on=today(), by=chiefs[0])
    settling.settle(run)
    run.refresh_from_db()
    come_back(paid.run, chiefs)
    corrections.end_early(grant, on=date(NEXT, 6, 30), grounds="Det lykkedes.", by=chair)
    come_back(run, chiefs)
    waiting = sum(row.amount for row in Instalment.objects.waiting())
    assert waiting == grant.by_fiscal_year()[NEXT].amount
    assert is_all_paid_or_planned(grant)


def test_money_that_came_back_lets_the_grant_end_earlier(grant, paid, chiefs, chair):
    come_back(paid.run, chiefs)
    corrections.end_early(grant, on=date(NEXT, 2, 28), grounds="Flyttet.", by=chair)
    assert is_all_paid_or_planned(grant)
    assert not Instalment.objects.owed().exists()


def test_a_grant_that_a_later_one_follows_is_stopped_with_its_payments_too(grant, chair):
    later = terms(200_000, date(AFTER, 9, 1), date(AFTER, 12, 31))
    corrections.correct(grant.decision, later, grounds="Mere.", by=chair)
    joined = Grant.objects.select_related("decision__pupil_case__application", "district")
    old = joined.get(pk=grant.pk)
    corrections.end_early(old, on=date(NEXT, 8, 31), grounds="Det lykkedes.", by=chair)
    assert is_all_paid_or_planned(old)


def corrected(grant, tariff, chair):
    """The grant that follows `grant` for the same days, to another tariff."""
    decision = standing(grant.decision.pupil_case)
    corrections.correct(decision, terms(tariff), grounds="Mere.", by=chair)
    joined = Grant.objects.select_related("decision__pupil_case__application", "district")
    return joined.standing().get(pupil=grant.pupil)


def test_what_came_back_after_it_was_carried_on_is_due_to_the_grant_that_follows(
    grant, paid, chiefs, chair
):
    new = corrected(grant, 260_000, chair)
    come_back(paid.run, chiefs)
    assert claims.holdings(new.pk)[0].paid == 0
    assert is_all_paid_or_planned(new)
    assert not Instalment.objects.owed().exists()


def test_what_came_back_is_fetched_from_the_grant_that_it_was_carried_to_last(
    grant, paid, chiefs, chair
):
    second = corrected(grant, 240_000, chair)
    third = corrected(second, 260_000, chair)
    come_back(paid.run, chiefs)
    of_each = [claims.holdings(row.pk)[0].paid for row in (grant, second, third)]
    assert of_each == [0, 0, 0]
    assert is_all_paid_or_planned(third)
    assert not Instalment.objects.owed().exists()


def test_the_runs_page_says_what_came_back(grant, paid, chiefs, client_for):
    page = client_for(chiefs[0]).get(f"/budget/posteringer/{paid.posting.pk}/")
    assert "Ret posteringen" not in text_of(page)
    come_back(paid.run, chiefs)
    run = client_for(chiefs[0]).get(paid.run.get_absolute_url())
    assert "Betalt, kommet tilbage" in text_of(run)
