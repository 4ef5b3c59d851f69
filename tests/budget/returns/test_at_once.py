"""What comes back is booked once, whoever presses at the same moment."""

from __future__ import annotations

from functools import partial

import pytest

from budget.models import Instalment, PaymentRun, Posting, Proposal
from budget.payments import actions as payments
from budget.payments import settling
from budget.proposals import actions as proposals
from budget.returns import actions as returns
from budget.returns.queries import can_come_back
from skolefleks.danish import today
from skolefleks.models import User
from skolefleks.refusals import NotPossible, Overtaken
from skolefleks.statemachine import follow
from tests.conftest import AFTER
from tests.racing import at_once, race

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def sent(released, chief, chief_bur):
    """All instalments of one grant, handed over."""
    last = Instalment.objects.order_by("-due_on")[0].due_on
    run = payments.propose(until=last, by=chief, reason="Alt.")
    payments.approve(run, by=chief_bur)
    payments.export(run, by=chief)
    assert last.year == AFTER
    return run


def propose_return(run, by):
    keys = [row.pk for row in can_come_back(run)]
    return returns.propose_return(run, keys, on=today(), reason="Afvist.", by=by)


def test_the_same_return_approved_by_four_at_once_comes_back_once(sent, chief, chief_bur):
    proposal = propose_return(sent, chief)

    def approve():
        user = User.objects.get(pk=chief_bur.pk)
        proposals.approve(Proposal.objects.get(pk=proposal.pk), by=user)
        return True

    answers = at_once([approve] * 4)
    assert answers.count(True) == 1
    assert Instalment.objects.filter(run=sent, status="returned").count() == sent.count
    assert Instalment.objects.waiting().count() == sent.count


def test_a_run_is_either_booked_or_back_when_both_are_done_at_once(sent, chief, chief_bur):
    proposal = propose_return(sent, chief)
    payments_made = partial(pay, sent.pk, chief.pk)

    def approve():
        user = User.objects.get(pk=chief_bur.pk)
        proposals.approve(Proposal.objects.get(pk=proposal.pk), by=user)
        return True

    at_once([approve, payments_made])
    booked = sum(line.amount for line in Posting.objects.filter(kind="payment"))
    waiting = sum(row.amount for row in Instalment.objects.waiting())
    assert booked + waiting == sent.amount


def pay(run_pk, chief_pk):
    run = PaymentRun.objects.get(pk=run_pk)
    payments.mark_paid(run, on=today(), by=User.objects.get(pk=chief_pk))
    settling.settle(run)


@race("budget.returns.approval.carry_out", held=NotPossible, off=Overtaken)
def test_of_a_run_that_came_back_at_that_moment_nothing_comes_back_again(
    sent, chief, chief_bur, together, outcome
):
    proposal = propose_return(sent, chief)
    come_back = partial(follow, sent, "come_back", by=chief)
    _, late = together(come_back, partial(proposals.approve, proposal, by=chief_bur))
    assert type(late) is outcome
