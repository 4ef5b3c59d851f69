"""Noting what the bank did not pay, or what came back: proposed by one chief, agreed by the other.

What was sent to the bank is a fact: it is undone by another fact, never by a correction of the
books.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.books.closed import require_open
from budget.models import PaymentReturn, Proposal, ReturnLine
from budget.proposals import actions as proposals
from budget.returns import queries, rules
from skolefleks import audit
from skolefleks.danish import day, kr
from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from uuid import UUID

    from budget.models import PaymentRun
    from skolefleks.models import User


@transaction.atomic
def propose_return(
    run: PaymentRun,
    keys: Collection[UUID],
    *,
    on: date,
    reason: str,
    by: User,
) -> Proposal:
    """Say that the instalments with these ids came back on the day `on`, each whole.

    All of a run, or some of it: a run that the finance system refused, or paid in part. Raises
    NotPossible, Refusal, PermissionDenied.
    """
    rules.require_sent(run)
    rules.require_day(run, on)
    instalments = [row for row in queries.can_come_back(run) if row.pk in set(keys)]
    if not instalments or len(instalments) < len(set(keys)):
        raise Refusal("Vælg de rater, der er kommet tilbage.", field="keys")
    require_open({row.pool_id for row in instalments})
    if queries.is_any_waiting(instalments):
        raise NotPossible(
            "Mindst én af raterne ligger i et forslag, der venter på svar."
        )

    count = f"{len(instalments)} rater"
    if len(instalments) == 1:
        count = "1 rate"
    amount = kr(sum(row.amount for row in instalments))
    text = f"{run.number}: {count}, {amount} tilbage {day(on)}"
    proposal = proposals.propose_other(
        Proposal.Kind.RETURN, text, reason=reason, by=by
    )
    payment_return = PaymentReturn.objects.create(
        proposal=proposal, run=run, returned_on=on
    )
    ReturnLine.objects.bulk_create(
        ReturnLine(payment_return=payment_return, instalment=row)
        for row in instalments
    )
    # After its lines: the trail keeps a digest of what came back.
    audit.record("propose", payment_return, by=by)
    return proposal
