"""What the worker and its clock do for the money: propose payments, write what was paid, prove.

Each task calls one act.
"""

from __future__ import annotations

from contextlib import suppress
from typing import Any
from uuid import UUID

from celery import shared_task

from budget.lifecycle import RunStatus
from budget.models import PaymentRun
from budget.payments import actions as payments
from budget.payments import notices as payment_notices
from budget.payments import settling
from budget.proposals import notices as proposal_notices
from budget.proving import actions as proving
from budget.proving import notices as proof_notices
from skolefleks import outbox
from skolefleks.calendar import banking_days_on, is_banking_day
from skolefleks.danish import today
from skolefleks.setup import trade


@shared_task(ignore_result=True)
def propose_payments() -> None:
    """On banking days, take what falls due soon into a run that a chief is to approve.

    Where nothing is due, nothing happens.
    """
    if not is_banking_day(today()):
        return

    until = banking_days_on(today(), trade.now().payment_lead_days)
    # A school without an account stands on the chiefs' page: they type it, and it is tried again.
    with suppress(payments.NothingDue, payments.NoAccount):
        payments.propose(until=until, by=None)


@shared_task(ignore_result=True)
def settle_run(run_id: str) -> None:
    """Write what one run paid into the books."""
    run = PaymentRun.objects.select_related("marked_by").get(pk=run_id)
    settling.settle(run)
    proving.prove_since()


@shared_task(ignore_result=True)
def settle_payments() -> None:
    """Take up what a killed worker left, or a bell that nobody heard."""
    runs = PaymentRun.objects.filter(status=RunStatus.PAYING)
    for run in runs.select_related("marked_by"):
        settling.settle(run)


@outbox.handles("payments.proposed")
def tell_of_run(payload: dict[str, Any]) -> None:
    payment_notices.tell_chiefs(payload["run"])


@outbox.handles("proposals.proposed")
def tell_of_proposal(payload: dict[str, Any]) -> None:
    proposal_notices.tell_chiefs(payload["proposal"])


@outbox.handles("payments.marked_paid")
def ring(payload: dict[str, Any]) -> None:
    """Wake a worker for the run.

    Not done here: a handler runs in one transaction, and each instalment is to have its own.
    """
    settle_run.apply_async((payload["run"],), retry=False)


# -- proofs --
@shared_task(ignore_result=True)
def prove_books() -> None:
    """Prove everything, every night."""
    proving.ask(by=None)


# Minutes and not seconds: a million postings and their trail.
@shared_task(ignore_result=True, time_limit=1_800)
def make_proof(proof_id: str) -> None:
    proving.prove_all(UUID(proof_id))


@outbox.handles("proof.asked")
def begin_proof(payload: dict[str, Any]) -> None:
    """Wake a worker for it: a handler runs in one transaction, where nobody sees how far it is."""
    make_proof.apply_async((payload["proof"],), retry=False)


@outbox.handles("proof.due")
def prove_since(_payload: dict[str, Any]) -> None:
    """At once after money was moved: the latest alone."""
    proving.prove_since()


@outbox.handles("proof.red")
def sound_alarm(payload: dict[str, Any]) -> None:
    proof_notices.sound_alarm(payload["proof"])
