"""What is decided of an effort whose school was paid already: carried on, owed, and said before."""

from __future__ import annotations

from datetime import date

import pytest
import time_machine
from django.db import connection

from budget.books.holdings import holdings
from budget.books.proof import prove
from budget.models import Instalment, Standing
from budget.payments import actions as payments
from budget.payments import settling
from budget.tariff import cost
from skolefleks.calendar import banking_day_after
from skolefleks.danish import today
from tests.conftest import AFTER, NEXT, text_of
from visitation.amendments import actions, queries
from visitation.decisions.rules import Terms
from visitation.models import Decision

IN_JULY = banking_day_after(date(NEXT, 7, 10))
FREE = 5_000_000
APRIL, SUMMER = date(NEXT, 4, 1), date(AFTER, 7, 31)
LOWER = Terms(60_000, APRIL, SUMMER, deviation="Mindre behov.")
FIRST_QUARTER = cost(215_000, date(NEXT, 1, 1), date(NEXT, 3, 31))


@pytest.fixture
def paid(effort, chief, chief_bur):
    """It is July: two quarters are paid. Whole DKK."""
    with time_machine.travel(f"{IN_JULY} 12:00", tick=False):
        carry_through(payments.propose(until=today(), by=chief), chief, chief_bur)
        yield cost(215_000, date(NEXT, 1, 1), date(NEXT, 6, 30))


def carry_through(run, chief, chief_bur):
    payments.approve(run, by=chief_bur)
    payments.export(run, by=chief)
    payments.mark_paid(run, on=today(), by=chief)
    settling.settle(run)


def step_down(amendment, *, by, terms=LOWER):
    stepped = Decision.Outcome.STEPPED_DOWN
    return actions.regrant(amendment, stepped, terms, grounds="Går godt.", by=by)


def stop(amendment, *, by):
    return actions.stop(amendment, last_day=date(NEXT, 3, 31), grounds="Flytter.", by=by)


def free():
    return Standing.objects.free([NEXT, AFTER])


def owed():
    return -sum(row.amount for row in Instalment.objects.owed())


def proven():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    return [check.difference for check in prove() if not check.holds] == []


def test_a_step_down_begins_with_what_is_paid_already(ask, paid, chair):
    decision = step_down(ask(), by=chair)
    costs = LOWER.by_fiscal_year()[NEXT].amount
    [in_next, _] = holdings(decision.grant.pk)
    assert (in_next.amount, in_next.paid) == (costs, costs)
    assert owed() == paid - FIRST_QUARTER - costs
    assert free()[NEXT] == FREE - paid
    assert proven()


def test_a_step_down_that_costs_more_than_was_paid_owes_nothing(ask, paid, chair):
    step_down(ask(), by=chair, terms=Terms(150_000, APRIL, SUMMER, deviation="Lidt."))
    assert owed() == 0
    assert proven()


def test_a_stop_after_a_payment_is_owed_and_free_when_it_is_back(
    ask, paid, chair, schools, chief, chief_bur
):
    stop(ask("stop"), by=chair)
    assert (owed(), free()[NEXT]) == (paid - FIRST_QUARTER, FREE - paid)
    run = payments.propose_collection(schools["Baltorpskolen"], by=chief)
    carry_through(run, chief, chief_bur)
    assert (owed(), free()[NEXT]) == (0, FREE - FIRST_QUARTER)
    assert proven()


@pytest.mark.parametrize("terms", [LOWER, None])
def test_what_is_shown_before_is_what_is_free_after(terms, ask, effort, paid, chair):
    changes = queries.changes(queries.grants_of(effort), APRIL, terms)
    if terms:
        step_down(ask(), by=chair)
    else:
        stop(ask("stop"), by=chair)
    assert {change.year: change.free_after for change in changes} == free()
    assert sum(change.owed for change in changes) == owed()


def test_a_second_step_down_counts_what_is_owed_already_once(ask, effort, paid, chair):
    step_down(ask(), by=chair)
    lower = Terms(30_000, date(NEXT, 6, 1), SUMMER, deviation="Endnu mindre.")
    changes = queries.changes(queries.grants_of(effort), lower.starts_on, lower)
    step_down(ask(), by=chair, terms=lower)
    assert {change.year: change.free_after for change in changes} == free()
    assert proven()


def test_the_page_says_what_the_school_will_owe(ask, paid, committee, post):
    typed = {"outcome": "stopped", "last_day": f"31.03.{NEXT}", "grounds": "Virker ikke."}
    page = post(committee, f"{ask('stop').get_absolute_url()}afgoerelse/", typed)
    assert f"For {NEXT} er der udbetalt" in text_of(page)
