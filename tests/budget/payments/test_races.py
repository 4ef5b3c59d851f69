"""A plan that is changed in the moment in which its money is on its way."""

from __future__ import annotations

import uuid
from functools import partial

import pytest
from django.db import transaction

from budget.models import Instalment, PaymentRun
from budget.payments import actions as payments
from budget.payments import planning, queries, settling
from skolefleks.danish import today
from skolefleks.refusals import Overtaken
from skolefleks.statemachine import follow
from tests.racing import race


def cancelling(instalment, by):
    """As a decision does it that makes a grant less."""
    return partial(follow, instalment, "cancel", by=by, amount=instalment.amount)


def plan_shorter(grant, by):
    """The first quarter is not planned any more."""
    return planning.plan(
        grant.pk,
        tariff=1,
        starts_on=grant.starts_on,
        ends_on=grant.starts_on,
        school=grant.decision.application.school,
        district=grant.district,
        by=by,
    )


@race("budget.payments.planning.plan", held="planned", off="cancelled")
def test_what_is_handed_over_at_that_moment_is_not_planned_anew(
    approved, grant, chief, chair, together, outcome
):
    instalment = approved.instalments.get()
    together(partial(payments.export, approved, by=chief), partial(plan_shorter, grant, by=chair))
    instalment.refresh_from_db()
    assert instalment.status == outcome


@race("budget.payments.actions._lock_instalments", held="approved", off="exported")
def test_what_is_cancelled_at_that_moment_is_not_handed_over(
    approved, chief, chair, together, outcome
):
    instalment = approved.instalments.get()
    together(cancelling(instalment, chair), partial(payments.export, approved, by=chief))
    assert PaymentRun.objects.get().status == outcome


@pytest.fixture
def owed(grant, schools):
    """1,000 DKK that a school without payments owes."""
    row = Instalment.objects.order_by("due_on")[0]
    row.pk = uuid.uuid4()
    row.school = schools["Hedegårdsskolen"]
    row.amount = -1_000
    row.save(force_insert=True)
    return row


@race("budget.payments.actions.propose_collection", held=0, off=1)
def test_what_is_cancelled_at_that_moment_is_not_collected(owed, chief, together, outcome):
    collect = partial(payments.propose_collection, owed.school, by=chief)
    together(cancelling(owed, chief), collect)
    assert PaymentRun.objects.count() == outcome


@race("budget.payments.actions.propose", held=[], off=["cancelled"])
def test_what_is_cancelled_at_that_moment_is_not_proposed(spring, chief, chair, together, outcome):
    instalment = Instalment.objects.order_by("due_on")[0]
    propose = partial(payments.propose, until=instalment.due_on, by=chief)
    together(cancelling(instalment, chair), propose)
    in_runs = Instalment.objects.exclude(run=None)
    assert list(in_runs.values_list("status", flat=True)) == outcome


@race("budget.payments.settling._finish", held=None, off=Overtaken)
def test_a_run_that_is_finished_at_that_moment_is_not_finished_again(
    exported, chief, together, outcome
):
    payments.mark_paid(exported, on=today(), by=chief)
    for instalment in exported.instalments.all():
        settling._settle_instalment(instalment.pk, exported)
    finish = partial(settling._finish, exported)
    _, late = together(finish, finish)
    assert late is outcome or isinstance(late, outcome)
    assert PaymentRun.objects.get().status == "paid"


def beside(instalment):
    with transaction.atomic():
        return queries.movable_beside(instalment)


@race("budget.payments.queries.movable_beside", held=0, off=1)
def test_what_is_handed_over_at_that_moment_is_not_moved(approved, chief, together, outcome):
    instalment = approved.instalments.get()
    export = partial(payments.export, approved, by=chief)
    _, rows = together(export, partial(beside, instalment))
    assert [row.pk for row in rows].count(instalment.pk) == outcome


def run_of(posting):
    with transaction.atomic():
        return queries.run_of_payment(posting).status


@race("budget.payments.queries.run_of_payment", held="returned", off="paid")
def test_the_run_of_a_payment_is_read_as_others_leave_it(paid, chief, together, outcome):
    posting = paid.instalments.get().posting
    run = PaymentRun.objects.get(pk=paid.pk)
    come_back = partial(follow, run, "come_back", by=chief)
    assert together(come_back, partial(run_of, posting))[1] == outcome


def status_under_lock(instalment):
    with transaction.atomic():
        planning.lock([instalment.reference])
        return Instalment.objects.get(pk=instalment.pk).status


@race("budget.payments.planning.lock", held="cancelled", off="planned")
def test_a_plan_that_is_locked_is_read_as_others_leave_it(grant, chair, together, outcome):
    instalment = Instalment.objects.earliest("due_on")
    read = partial(status_under_lock, instalment)
    _, status = together(cancelling(instalment, chair), read)
    assert status == outcome
