"""Saying yes or no to one pupil, and taking it back before anybody is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

import budget.actions
from applications.actions import lock
from applications.lifecycle import Status
from budget.tariff import by_fiscal_year
from skolefleks import audit
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import move
from visitation.actions.grants import years_counted
from visitation.actions.recusals import require_not_recused
from visitation.models import Decision, Grant

if TYPE_CHECKING:
    from datetime import date

    from applications.models import PupilCase
    from skolefleks.models import User

P, Outcome = Permission, Decision.Outcome


class AlreadyGranted(Refusal):
    """The pupil has a running grant on one of the days."""

    message = "Eleven har allerede en bevilling, der løber på nogle af de samme dage. Vælg en anden periode."


@dataclass(frozen=True)
class Terms:
    """What is granted: whole DKK a year, first and last day, and the conditions."""

    tariff: int
    starts_on: date
    ends_on: date
    conditions: str = ""


@transaction.atomic
def grant(case: PupilCase, terms: Terms, *, grounds: str, by: User) -> Grant:
    """Say yes to one pupil and commit the money, provisionally until released.

    Raises Recused, NotPossible, Overtaken, AlreadyGranted, and budget.actions' NoPool and Overdrawn with the figures.
    """
    parts = by_fiscal_year(terms.tariff, terms.starts_on, terms.ends_on)
    budget.actions.lock_pools(parts)
    decision = _decide(case, Outcome.GRANTED, grounds=grounds, by=by)
    if case.pupil is None:
        raise NotPossible
    granted = Grant(decision=decision, pupil=case.pupil, district=case.application.school.district)
    counted = years_counted(granted)
    granted.tariff, granted.starts_on, granted.ends_on = terms.tariff, terms.starts_on, terms.ends_on
    granted.conditions = terms.conditions
    try:
        with transaction.atomic():
            granted.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyGranted(field="starts_on") from error
    number = case.application.number
    budget.actions.commit(granted.pk, parts, district=granted.district, by=by, text=number, counted=counted)
    audit.record("grant", decision, by=by, grant=str(granted.pk), tariff=terms.tariff)
    return granted


@transaction.atomic
def reject(case: PupilCase, *, grounds: str, by: User) -> Decision:
    """Say no to one pupil, provisionally until released. Raises Recused, NotPossible, Overtaken."""
    decision = _decide(case, Outcome.REJECTED, grounds=grounds, by=by)
    audit.record("reject", decision, by=by)
    return decision


@transaction.atomic
def undo(decision: Decision, *, by: User) -> None:
    """Take a decision back before it is released; its money is free again. Raises Recused, NotPossible, Overtaken."""
    granted = Grant.objects.filter(decision=decision).first()
    if granted:
        budget.actions.lock_pools(granted.by_fiscal_year())
    require_not_recused(by, decision.application)
    move(decision, "undo", by=by)
    if granted:
        move(granted, "annul", by=by)
        years = granted.by_fiscal_year()
        counted = years_counted(granted)
        budget.actions.release(granted.pk, keep={}, years=years, by=by, text=decision.subject, counted=counted)


def _decide(case: PupilCase, outcome: Decision.Outcome, *, grounds: str, by: User) -> Decision:
    """The one place a decision comes into being."""
    application = case.application
    lock(application)
    require(by, P.CASE_DECIDE, application)
    require_not_recused(by, application)
    if application.status != Status.SUBMITTED:
        raise NotPossible
    if Decision.objects.standing().filter(pupil_case=case).exists():
        raise Overtaken("Eleven er allerede afgjort. Genindlæs siden, og se afgørelsen.")
    return Decision.objects.create(
        pupil_case=case,
        outcome=outcome,
        grounds=grounds,
        has_grounds=bool(grounds.strip()),
        decided_by=by,
        decided_at=timezone.now(),
    )
