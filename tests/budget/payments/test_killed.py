"""Whatever is killed, run twice or done at once: each instalment is paid once."""

from __future__ import annotations

import os
import signal
import time
import uuid
from contextlib import closing, nullcontext
from datetime import date, timedelta
from functools import partial

import psycopg
import pytest
from django.db import connection, connections, transaction

from budget.books import actions as books
from budget.models import Instalment, PaymentRun, Posting, Standing
from budget.payments import actions as payments
from budget.payments import planning, settling
from budget.tariff import by_fiscal_year
from budget.tasks import settle_payments, settle_run
from skolefleks import audit
from skolefleks.calendar import banking_day_before
from skolefleks.danish import today
from tests.conftest import NEXT, YEAR
from tests.racing import at_once
from tests.roles import guards_off

pytestmark = pytest.mark.django_db(transaction=True)


PERIOD = (date(YEAR, 1, 1), date(NEXT, 12, 31))
PAID_ON = banking_day_before(today())
GRANTS, RATES = 5, 15


def committed(school, chair, grants):
    """So many grants of two years, committed and planned.

    What is due by now is several fiscal years' money.
    """
    for number in range(grants):
        reference = uuid.uuid4()
        tariff = 60_000 + number
        books.commit(reference, by_fiscal_year(tariff, *PERIOD), district=school.district, by=chair)
        period = {"tariff": tariff, "starts_on": PERIOD[0], "ends_on": PERIOD[1]}
        planning.plan(
            reference,
            **period,
            school=school,
            district=school.district,
            by=chair,
            text=f"Sag {number}",
        )


@pytest.fixture
def due(pools, schools, chair, settings):
    """The instalments of this year, three a grant; all of them are taken as due."""
    settings.PAYMENT_MONTHS = (6, 9, 12)
    committed(schools["Baltorpskolen"], chair, grants=GRANTS)
    return date(YEAR, 12, 31)


@pytest.fixture
def handed_over(due, chief, chief_bur):
    run = payments.propose(until=due, by=chief, reason="Alt.")
    assert run.count == RATES
    payments.approve(run, by=chief_bur)
    payments.export(run, by=chief)
    run.exported_at -= timedelta(days=7)
    run.save(update_fields=["exported_at"])
    return run


@pytest.fixture
def paying(handed_over, chief):
    payments.mark_paid(handed_over, on=PAID_ON, by=chief)
    return handed_over


def amounts(rows):
    return sorted(rows.values_list("amount", flat=True))


def each_is_paid_once(run):
    """Every instalment has its line, every line its instalment, and the standing is their sum."""
    postings = Posting.objects.filter(kind="payment")
    lines = run.instalments.filter(status="paid").values_list("posting", flat=True)
    paid = sum(row.paid for row in Standing.objects.filter(district__isnull=False))
    return (
        amounts(postings) == amounts(run.instalments.all())
        and set(lines) == set(postings.values_list("pk", flat=True))
        and paid == run.amount
        and PaymentRun.objects.get(pk=run.pk).status == "paid"
    )


# -- at once --------------------------------------------------------------------------------------
def test_of_two_who_propose_at_once_one_gets_it_all(due, chief, chief_bur):
    propose = partial(payments.propose, until=due, reason="Alt.")
    answers = at_once([partial(propose, by=by) for by in (chief, chief_bur) * 4])
    refusals = [answer for answer in answers if isinstance(answer, payments.NothingDue)]
    assert (len(refusals), PaymentRun.objects.get().count) == (7, RATES)


def test_the_same_run_settled_by_eight_at_once_is_paid_once(paying):
    run = PaymentRun.objects.select_related("marked_by").get()
    counts = at_once([partial(settling.settle, run) for _ in range(8)])
    assert sum(counts) == RATES
    assert each_is_paid_once(paying)
    assert audit.verify().is_intact


def settle_blindly(pk, run, guard):
    """What settling would be without its locks: it trusts what it read before the others wrote."""
    instalment = Instalment.objects.get(pk=pk)
    with guard():
        posting = write(instalment, by=run.marked_by)
        Instalment.objects.filter(pk=pk).update(status="paid", posting=posting, paid_on=run.paid_on)


def write(instalment, *, by):
    """The line in the books of an instalment."""
    return books.pay(
        instalment.reference,
        year=instalment.pool_id,
        amount=instalment.amount,
        district=instalment.district,
        by=by,
    )


def test_without_looking_again_the_database_still_pays_once_and_without_it_twice(paying):
    run = PaymentRun.objects.select_related("marked_by").get()
    pk = run.instalments.order_by("pk").first().pk
    settling._settle_instalment(pk, run)
    [refusal] = at_once([partial(settle_blindly, pk, run, nullcontext)])
    assert "Cannot update" in str(refusal)

    without_guard = partial(guards_off, "budget.Instalment:is_frozen_when_paid")
    at_once([partial(settle_blindly, pk, run, without_guard)])
    amount = Instalment.objects.get(pk=pk).amount
    assert Posting.objects.filter(kind="payment", amount=amount).count() >= 2


def plan_one_day(reference, *, school, by):
    """The plan of a grant that is cut short to its first day."""
    first = PERIOD[0]
    period = {"tariff": 1, "starts_on": first, "ends_on": first}
    planning.plan(reference, **period, school=school, district=school.district, by=by)


def test_a_grant_cut_short_while_the_run_is_handed_over_is_either_stopped_or_owed(
    due, chair, chief, chief_bur, schools
):
    run = payments.propose(until=due, by=chief, reason="Alt.")
    payments.approve(run, by=chief_bur)
    reference = run.instalments.order_by("amount").first().reference
    stop = partial(plan_one_day, reference, school=schools["Baltorpskolen"], by=chair)
    at_once([stop, partial(payments.export, run, by=chief)])

    left = Instalment.objects.planned().filter(run=run, reference=reference).count()
    lines = payments.file_of(PaymentRun.objects.get()).count(b"\r\n")
    # Beside the instalments: the head and the control.
    if Instalment.objects.owed().filter(reference=reference).exists():
        assert (left, lines) == (3, 2 + RATES)
    else:
        assert (left, lines) == (0, 2 + RATES - 3)


# -- killed ---------------------------------------------------------------------------------------
# Taken at commit: held, every commit stands still.
AUDIT = "SELECT pg_advisory_lock(hashtext('skolefleks.audit'))"
# Held, its payment stands still before it is begun.
ROW = "SELECT FROM budget_instalment WHERE id = %s FOR UPDATE"
# Held, the line in the books is half written.
STANDING = "SELECT FROM budget_standing FOR UPDATE"

WAITING = """
    SELECT count(*) FROM pg_stat_activity
    WHERE wait_event_type = 'Lock' AND datname = current_database()
"""
OPEN = "SELECT count(*) FROM pg_stat_activity WHERE pid = {}"


@pytest.fixture
def beside():
    """Two connections of our own, in no test transaction: one holds a lock, the other looks on."""
    params = connection.get_connection_params() | {"cursor_factory": None}
    with (
        closing(psycopg.connect(**params)) as holder,
        closing(psycopg.connect(**params, autocommit=True)) as onlooker,
    ):
        yield holder, onlooker


def until(onlooker, sql, count):
    """Wait until the database counts that many."""
    deadline = time.monotonic() + 20
    while onlooker.execute(sql).fetchone()[0] != count:
        assert time.monotonic() < deadline, sql
        time.sleep(0.005)


def a_worker(task):
    """Fork a worker as Celery's pool does: a process with its own connections runs one task."""
    connections.close_all()
    pid = os.fork()
    if pid == 0:
        try:
            task()
        finally:
            os._exit(0)
    return pid


def kill_at(beside, lock, params, task):
    """Let a worker run into `lock`, and kill it there with signal 9; which signal it died of."""
    holder, onlooker = beside
    holder.execute(lock, params)
    pid = a_worker(task)
    until(onlooker, WAITING, 1)
    [backend] = onlooker.execute(WAITING.replace("count(*)", "pid")).fetchone()
    os.kill(pid, signal.SIGKILL)
    _, status = os.waitpid(pid, 0)
    holder.execute("SELECT pg_advisory_unlock_all()")
    holder.rollback()
    # What the dead one's connection had begun is done or undone.
    until(onlooker, OPEN.format(backend), 0)
    return os.WTERMSIG(status)


def test_a_worker_killed_twenty_times_in_the_middle_of_a_run_pays_each_instalment_once(
    paying, beside
):
    signals = []
    counts = []
    for attempt in range(20):
        planned = paying.instalments.planned().order_by("-amount", "pk")
        first, second = planned.values_list("pk", flat=True)[:2]
        points = [(ROW, [first]), (AUDIT, []), (STANDING, []), (ROW, [second])]
        lock, params = points[attempt % 4]
        signals.append(kill_at(beside, lock, params, partial(settle_run, str(paying.pk))))
        counts.append(Posting.objects.filter(kind="payment").count())
    assert (signals, PaymentRun.objects.get().status) == ([signal.SIGKILL] * 20, "paying")
    assert counts == sorted(counts)
    assert 5 <= counts[-1] < RATES
    settle_payments()
    assert each_is_paid_once(paying)


def pay_in_two_steps(pk, run):
    """How it must not be: the line in the books first, the status in a transaction after it."""
    instalment = Instalment.objects.get(pk=pk)
    posting = write(instalment, by=run.marked_by)
    with transaction.atomic():
        rows = Instalment.objects.select_for_update().filter(pk=pk)
        assert rows.get()
        rows.update(status="paid", posting=posting, paid_on=run.paid_on)


def test_in_two_steps_a_killed_worker_would_have_paid_twice(paying, beside, monkeypatch):
    monkeypatch.setattr(settling, "_settle_instalment", pay_in_two_steps)
    first = paying.instalments.planned().order_by("-amount", "pk").first()
    kill_at(beside, ROW, [first.pk], partial(settle_run, str(paying.pk)))
    settling._settle_instalment(first.pk, PaymentRun.objects.get())
    lines = Posting.objects.filter(kind="payment", reference=first.reference)
    assert lines.filter(amount=first.amount).count() == 2
