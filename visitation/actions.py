"""What the committee does. The only acts that spend, all of it or none: state, postings, trail and outbox together.

Lock order: pools by fiscal year, ascending; then the application.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

import budget.actions
from applications.actions import lock, note_effort
from applications.lifecycle import Status
from applications.models import Application, PupilCase
from budget.tariff import by_fiscal_year
from skolefleks import audit, outbox
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import move
from visitation.lifecycle import DecisionStatus, GrantStatus
from visitation.models import Decision, Grant

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from skolefleks.models import User

P, Outcome = Permission, Decision.Outcome


class Recused(Refusal):
    """The person is disqualified (inhabil) in this case."""

    message = "Du er inhabil i denne sag og kan hverken læse udvalgets side af den eller afgøre den."


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
    counted = _years_counted(granted)
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
        counted = _years_counted(granted)
        budget.actions.release(granted.pk, keep={}, years=years, by=by, text=decision.subject, counted=counted)


@transaction.atomic
def release(application: Application, *, by: User) -> list[Decision]:
    """Make the decisions of all the application's pupils known to the school. Raises Recused, NotPossible, Overtaken."""
    lock(application)
    require_not_recused(by, application)
    cases = list(application.pupil_cases.all())
    decisions = list(Decision.objects.standing().filter(pupil_case__in=cases).select_related("pupil_case__application"))
    if len(decisions) < len(cases):
        raise NotPossible("Der mangler en afgørelse for mindst én elev. Afgør alle elever, før I frigiver.")
    now = timezone.now()
    for decision in decisions:
        move(decision, "release", by=by)
    Decision.objects.filter(pk__in=[decision.pk for decision in decisions]).update(released_at=now)
    move(application, "close", by=by)
    Application.objects.filter(pk=application.pk).update(closed_at=now, updated_at=now)
    for granted in Grant.objects.filter(decision__in=decisions).select_related("district").order_by("pk"):
        _plan_payments(granted, application, by=by)
    _tell_list(application)
    outbox.post("decisions.released", application=str(application.pk))
    return decisions


@transaction.atomic
def send_back(application: Application, *, note: str, asks: Mapping[str, str] | None = None, by: User) -> None:
    """Ask the school for what is missing, in all and by step of its form.

    Raises Recused, NotPossible (also when a pupil is decided), Overtaken.
    """
    lock(application)
    require_not_recused(by, application)
    if Decision.objects.standing().filter(pupil_case__application=application).exists():
        raise NotPossible("Mindst én elev er afgjort. Fortryd afgørelsen, før I beder om oplysninger.")
    move(application, "send_back", by=by)
    application.sent_back_note, application.updated_at = note, timezone.now()
    application.sent_back_asks = json.dumps(dict(asks or {}), ensure_ascii=False)
    application.save(update_fields=["sent_back_note", "sent_back_asks", "updated_at"])
    outbox.post("application.sent_back", application=str(application.pk))


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
        _plan_payments(granted, granted.decision.application, by=by)
        _tell_list(granted.decision.application)
    keep, counted = granted.by_fiscal_year(), _years_counted(granted)
    return budget.actions.release(granted.pk, keep=keep, years=years, by=by, text=granted.subject, counted=counted)


def require_not_recused(user: User, application: Application) -> None:
    """Raises Recused where `user` is disqualified, PermissionDenied where they are not of the committee at all."""
    require(user, P.QUEUE_READ)
    if not Application.objects.reviewable_by(user).filter(pk=application.pk).exists():
        raise Recused


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


def _plan_payments(granted: Grant, application: Application, *, by: User) -> None:
    """Let the school be paid for the days that the grant runs; what it was to have for other days is stopped."""
    budget.actions.plan(
        granted.pk,
        tariff=granted.tariff,
        starts_on=granted.starts_on,
        ends_on=granted.last_day,
        school=application.school,
        district=granted.district,
        by=by,
        text=application.number,
    )


def _tell_list(application: Application) -> None:
    """The school's list shows how long the case's released grants run."""
    running = Grant.objects.filter(
        decision__pupil_case__application=application, decision__status=DecisionStatus.RELEASED
    )
    note_effort(application, ends_on=max((granted.last_day for granted in running), default=None))


def _years_counted(granted: Grant) -> set[int]:
    """The fiscal years in which another grant of the same pupil holds the place in the district."""
    others = Grant.objects.filter(pupil=granted.pupil, district=granted.district).exclude(pk=granted.pk)
    return {year for other in others.exclude(status=GrantStatus.ANNULLED) for year in other.by_fiscal_year()}
