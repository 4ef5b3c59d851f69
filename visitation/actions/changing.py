"""What is done to a grant that the school knows of: always by a new word that leaves the old one readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

import budget.actions
from skolefleks.refusals import Refusal
from skolefleks.statemachine import move
from visitation.actions.grants import plan_payments, tell_list, years_counted
from visitation.actions.recusals import require_not_recused
from visitation.lifecycle import DecisionStatus

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import User
    from visitation.models import Grant


@transaction.atomic
def end_early(granted: Grant, *, on: date, grounds: str, by: User) -> dict[int, int]:
    """End a grant with `on` as its last day; the whole DKK given back to the pool, by fiscal year.

    Raises Recused, NotPossible, Overtaken, Refusal for a day outside the period, budget.actions.AlreadyPaid.
    """
    if not granted.starts_on <= on < granted.ends_on:
        raise Refusal("Vælg en dag inden for bevillingens periode.", field="ended_on")
    years = granted.by_fiscal_year()
    budget.actions.lock_pools(years)
    require_not_recused(by, granted.decision.application)
    move(granted, "end_early", by=by)
    granted.ended_on, granted.ended_grounds = on, grounds
    granted.save(update_fields=["ended_on", "ended_grounds"])
    if granted.decision.status == DecisionStatus.RELEASED:
        plan_payments(granted, granted.decision.application, by=by)
        tell_list(granted.decision.application)
    keep, counted = granted.by_fiscal_year(), years_counted(granted)
    return budget.actions.release(granted.pk, keep=keep, years=years, by=by, text=granted.subject, counted=counted)
