"""What of the money waits for a person, and what the floors above know of it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Func, Subquery, Sum
from django.db.models.functions import JSONObject
from django.urls import reverse
from django.utils.module_loading import import_string

from budget.lifecycle import DifferenceStatus, RunStatus
from budget.models import (
    BookedImport,
    Difference,
    Instalment,
    PaymentRun,
    Proposal,
    centres_led_by,
)
from budget.payments import rules as payment_rules
from budget.reconciliation.queries import Standing
from skolefleks.models import User
from skolefleks.written_once import rows_written_once

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet

    from budget.dashboard.rules import Outlook


@dataclass(frozen=True)
class Desk:
    """What a chief is to do, what the schools owe (whole DKK), how far the books are reconciled.

    `waiting` has (sentence, address) of each thing that the chief can
    answer now.
    """

    waiting: Sequence[tuple[str, str]]
    owed: int
    reconciled: Standing


def desk_of(user: User) -> Desk:
    """One query: the page is looked at often, and each of these is a small count."""
    [row] = _desk(user)
    proposal_count, run_rows, owed_sum, reconciled_to, open_count = row
    runs = [json.loads(run) for run in run_rows]
    return Desk(
        waiting=[*_proposals(proposal_count), *_runs(runs, user)],
        owed=-(owed_sum or 0),
        reconciled=Standing(reconciled_to, open_count),
    )


@rows_written_once
def _desk(user: User) -> QuerySet[Any, Any]:
    owed = Instalment.objects.owed().order_by().values("status")
    runs = PaymentRun.objects.filter(status=RunStatus.PROPOSED).order_by("number")
    columns = JSONObject(
        number="number",
        proposed_by_id="proposed_by_id",
        proposed_centre="proposed_centre",
    )
    proposals = Proposal.objects.waiting_for(centres_led_by(user), user)
    open_differences = Difference.objects.filter(status=DifferenceStatus.OPEN)
    last_days = BookedImport.objects.order_by("-covers_to").values("covers_to")
    return User.objects.filter(pk=user.pk).values_list(
        _counted(proposals),
        ArraySubquery(runs.values(row=columns)),
        Subquery(owed.annotate(sum=Sum("amount")).values("sum")),
        Subquery(last_days[:1]),
        _counted(open_differences),
    )


def _counted(rows: QuerySet[Any]) -> Subquery:
    """How many rows, inside another query."""
    # A plain Count would group by the row, and say nothing where there is
    # none.
    count = Func(F("pk"), function="COUNT")
    return Subquery(rows.order_by().annotate(count=count).values("count"))


def _proposals(count: int) -> list[tuple[str, str]]:
    if not count:
        return []
    return [(f"{count} forslag venter på dit svar", reverse("budget:proposals"))]


def _runs(rows: Sequence[dict[str, Any]], user: User) -> list[tuple[str, str]]:
    waiting = []
    for row in rows:
        # Not the whole run: what the rule of who may approve looks at.
        run = PaymentRun(**row)
        is_own = run.proposed_by_id == user.pk
        if not is_own and payment_rules.approving_centre(run, user):
            text = f"Kørsel {run.number} venter på din godkendelse"
            waiting.append((text, run.get_absolute_url()))
    return waiting


def outlook_of(year: int) -> Outlook | None:
    """What the floor that grants knows of a fiscal year; None without one. One query."""
    if not settings.POOL_OUTLOOK:
        return None
    ask = import_string(settings.POOL_OUTLOOK)
    outlook: Outlook = ask(year)
    return outlook
