"""A chief's act is killed twenty times: nothing of it is left, and then it is done once."""

from __future__ import annotations

import signal
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from django.db import connection

from budget.books.proof import prove
from budget.closing import actions as closing
from budget.closing import rules as closing_rules
from budget.models import BookedImport, Difference, Instalment, Pool, Posting, Proposal
from budget.payments import actions as payments
from budget.payments import settling
from budget.proposals import actions as proposals
from budget.reconciliation import actions as reconciliation
from budget.reconciliation import forms
from budget.reconciliation.reading import Line
from budget.returns import actions as returns
from budget.returns.queries import can_come_back
from skolefleks.danish import today
from skolefleks.models import User
from tests.budget.payments.test_killed import AUDIT, STANDING, beside, kill_at
from tests.conftest import AFTER, NEXT

__all__ = ("beside",)

pytestmark = [pytest.mark.long, pytest.mark.django_db(transaction=True)]

# Held, the act stands still before it is begun.
POOLS = "SELECT FROM budget_pool FOR UPDATE"
FILES = "SELECT pg_advisory_lock(hashtext('skolefleks.reconciliation'))"
WITH_MONEY = (POOLS, STANDING, AUDIT)
WITH_FILES = (FILES, AUDIT)


@pytest.fixture
def run(released, chief, chief_bur):
    """All that one grant is to have in NEXT is paid; it is February after it."""
    with time_machine.travel(f"{AFTER}-02-01 12:00", tick=False):
        run = payments.propose(until=today(), by=chief)
        payments.approve(run, by=chief_bur)
        payments.export(run, by=chief)
    with time_machine.travel(f"{AFTER}-02-03 12:00", tick=False):
        payments.mark_paid(run, on=today(), by=chief)
        settling.settle(run)
        run.refresh_from_db()
        yield run


def approve(proposal_pk, user_pk):
    user = User.objects.get(pk=user_pk)
    proposals.approve(Proposal.objects.get(pk=proposal_pk), by=user)


@pytest.fixture
def reversal(run, chief, chief_bur):
    line = Posting.objects.filter(kind="allocation", pool=AFTER).first()
    proposal = proposals.correct(line, reason="Fejl.", by=chief)
    yield partial(approve, proposal.pk, chief_bur.pk), WITH_MONEY
    assert Posting.objects.filter(reverses=line).count() == 1


@pytest.fixture
def some_lines(run, chief, chief_bur):
    keys = [row.pk for row in can_come_back(run)][:2]
    proposal = returns.propose_return(run, keys, on=today(), reason="Afvist.", by=chief)
    yield partial(approve, proposal.pk, chief_bur.pk), WITH_MONEY
    assert Posting.objects.filter(kind="payment", reverses__isnull=False).count() == 2
    assert Instalment.objects.waiting().filter(pool=NEXT).count() == 2


@pytest.fixture
def whole_run(run, chief, chief_bur):
    keys = [row.pk for row in can_come_back(run)]
    proposal = returns.propose_return(run, keys, on=today(), reason="Afvist.", by=chief)
    yield partial(approve, proposal.pk, chief_bur.pk), WITH_MONEY
    run.refresh_from_db()
    assert run.status == "returned"
    assert Instalment.objects.waiting().filter(pool=NEXT).count() == len(keys)


@pytest.fixture
def closed_year(run, sources, chief, chief_bur):
    choices = dict.fromkeys(sources, closing_rules.CARRY)
    proposal = closing.propose_closing(NEXT, choices, reason="Gået.", by=chief)
    yield partial(approve, proposal.pk, chief_bur.pk), WITH_MONEY
    assert Pool.objects.get(pk=NEXT).closed_at is not None
    moved = Posting.objects.filter(reference=proposal.pk)
    assert sum(posting.amount for posting in moved) == 0
    assert moved.count() == 4


def take_in(lines, user_pk):
    reconciliation.take_in(
        lines,
        profile_name="Økonomisystem",
        columns={name: forms.FIRST_PROFILE[name] for name in forms.COLUMNS},
        covers_from=today() - timedelta(days=60),
        covers_to=today(),
        file_name="prisme.csv",
        by=User.objects.get(pk=user_pk),
    )


@pytest.fixture
def reconciled(run, chief):
    """A file that lacks one line and has one too much."""
    rows = list(run.instalments.order_by("pk"))[1:]
    lines = []
    for number, row in enumerate(rows, start=2):
        lines.append(line_of(number, row.amount, row.account, run.number))
    lines.append(line_of(99, 12, "XG-9", ""))
    yield partial(take_in, lines, chief.pk), WITH_FILES
    assert BookedImport.objects.count() == 1
    assert Difference.objects.filter(status="open").count() == 2


def line_of(number, amount, account, run_number):
    values = dict.fromkeys(Line._fields, "")
    values |= {"number": number, "booked_on": today(), "amount": amount}
    values |= {"account": account, "run_number": run_number}
    return Line(**values)


def all_rows():
    """What stands in every table of the money, in the trail and in the outbox."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name FROM information_schema.tables"
            " WHERE table_schema = 'public' AND (table_name LIKE 'budget\\_%'"
            " OR table_name IN ('skolefleks_auditentry', 'skolefleks_outboxmessage'))"
        )
        rows = {}
        for [table] in cursor.fetchall():
            cursor.execute(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM {table} t")
            rows[table] = cursor.fetchone()
    return rows


@pytest.mark.parametrize(
    "name", ["reversal", "some_lines", "whole_run", "closed_year", "reconciled"]
)
def test_an_act_killed_twenty_times_leaves_nothing_and_is_then_done_once(name, request, beside):
    act, points = request.getfixturevalue(name)
    before = all_rows()
    signals = []
    for attempt in range(20):
        signals.append(kill_at(beside, points[attempt % len(points)], [], act))
        assert all_rows() == before
    assert signals == [signal.SIGKILL] * 20

    act()
    assert all_rows() != before
    assert [check.difference for check in prove() if not check.holds] == []
