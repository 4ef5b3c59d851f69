"""Writing into the books what the finance system paid, instalment by instalment.

Each is written once, whatever is killed or run twice (docs/decisions/0014). Lock order: pools by
fiscal year, then the instalments by id, then their run.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import transaction

from budget.books import actions as books
from budget.lifecycle import RunStatus
from budget.models import Instalment, PaymentRun
from skolefleks import outbox
from skolefleks.refusals import Refusal
from skolefleks.statemachine import follow

if TYPE_CHECKING:
    from uuid import UUID


log = logging.getLogger(__name__)


def settle(run: PaymentRun) -> int:
    """Write what a run marked as paid paid into the books; how many instalments were written now.

    Each in a transaction of its own, so it may be killed anywhere and run again, or twice at once:
    what is written is not written again. One that the books refuse is left, logged, and does not
    stop the others.
    """
    if run.status != RunStatus.PAYING:
        return 0

    # Only the ids are kept: each instalment is read again under its own lock. What is paid comes
    # first: what is set off, below zero, may be too much of it.
    waiting = run.instalments.planned().order_by("-amount", "pk")
    count = 0
    for pk in list(waiting.values_list("pk", flat=True)):
        if _settle_instalment(pk, run):
            count += 1
    _finish(run)
    return count


@transaction.atomic
def _settle_instalment(instalment_id: UUID, run: PaymentRun) -> bool:
    """Pay one, with its line in the books; False where somebody else has, or the books refuse."""
    # Whoever marked the run: the books follow even where that chief has left since.
    by = run.marked_by
    if by is None:
        return False

    # Read once without a lock, to know its pool: pools are locked before instalments.
    year = Instalment.objects.get(pk=instalment_id).pool_id
    books.lock_pools([year])
    locked = Instalment.objects.select_for_update().planned()
    instalment = locked.filter(pk=instalment_id, run=run).first()
    if instalment is None:
        return False

    try:
        instalment.posting = books.book_payment(
            instalment.reference,
            year=year,
            amount=instalment.amount,
            district=instalment.district,
            by=by,
            text=instalment.text,
        )
    except Refusal:
        # The books wrote nothing before they refused. A person must look: the money is paid.
        log.exception(
            "payments.refused",
            extra={"instalment": str(instalment_id), "run": run.number},
        )
        return False

    instalment.paid_on = run.paid_on
    instalment.save(update_fields=["posting", "paid_on"])
    follow(instalment, "pay", by=by, run=run.number, amount=instalment.amount)
    return True


@transaction.atomic
def _finish(run: PaymentRun) -> None:
    """Close the run when all of it is in the books."""
    runs = PaymentRun.objects.select_for_update(of=("self",)).select_related(
        "marked_by"
    )
    locked = runs.get(pk=run.pk)
    if locked.status != RunStatus.PAYING or locked.marked_by is None:
        return
    if not locked.instalments.planned().exists():
        follow(locked, "finish", by=locked.marked_by)
        # Whose the grants are is known above: who hears of it is said there.
        outbox.post("payments.settled", run=str(locked.pk))
