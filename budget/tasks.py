"""What the worker and its clock do for the payments: propose what falls due, write what was paid. Calls acts only."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

from celery import shared_task
from django.conf import settings

from budget.lifecycle import RunStatus
from budget.models import PaymentRun
from budget.payments import actions as payments
from skolefleks import outbox
from skolefleks.calendar import banking_days_on, is_banking_day
from skolefleks.danish import today


@shared_task(ignore_result=True)
def propose_payments() -> None:
    """On banking days, take what falls due soon into a run that a chief is to approve. Nothing due: nothing happens."""
    if is_banking_day(today()):
        with suppress(payments.NothingDue):
            payments.propose(
                until=banking_days_on(today(), settings.PAYMENT_LEAD_DAYS), by=None
            )


@shared_task(ignore_result=True)
def settle_run(run_id: str) -> None:
    payments.settle(PaymentRun.objects.select_related("marked_by").get(pk=run_id))


@shared_task(ignore_result=True)
def settle_payments() -> None:
    """Take up what a killed worker left, or a bell that nobody heard."""
    for run in PaymentRun.objects.filter(status=RunStatus.PAYING).select_related(
        "marked_by"
    ):
        payments.settle(run)


@outbox.handles("payments.marked_paid")
def ring(payload: dict[str, Any]) -> None:
    """Not done here: a handler runs in one transaction, and each instalment is to have its own."""
    settle_run.apply_async((payload["run"],), retry=False)
