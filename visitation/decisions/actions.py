"""What is said of one pupil: yes, no or not yet; and taking it back before anybody is told."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.lifecycle import Status
from budget.books import actions as books
from budget.tariff import by_fiscal_year
from skolefleks import audit, outbox
from skolefleks.danish import today
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import move
from visitation.decisions.grants import years_counted
from visitation.decisions.participants import meeting_on, note_participants
from visitation.law import actions as law
from visitation.letters import actions as letters
from visitation.models import Decision, FollowUp, Grant, JournalEntry
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from datetime import date

    from applications.models import PupilCase
    from skolefleks.models import User


Outcome = Decision.Outcome


class AlreadyGranted(Refusal):
    """The pupil has a running grant on one of the days."""

    message = "Eleven har allerede en bevilling, der løber på nogle af de samme dage. Vælg en anden periode."


@dataclass(frozen=True)
class Terms:
    """What is granted: whole DKK a year, first and last day, the conditions, and the days of the follow-ups.

    `deviation` says why it is not the unit tariff, without a word about the pupil; `weight` is the committee's own.
    """

    tariff: int
    starts_on: date
    ends_on: date
    conditions: str = ""
    deviation: str = ""
    weight: int | None = None
    follow_ups: tuple[date, ...] = ()


@transaction.atomic
def grant(case: PupilCase, terms: Terms, *, grounds: str, by: User) -> Grant:
    """Say yes to one pupil and commit the money, provisionally until released; in part, where it is less than asked for.

    Raises Recused, NotPossible, Overtaken, AlreadyGranted, and budget.actions' NoPool and Overdrawn with the figures.
    """
    books.lock_pools(by_fiscal_year(terms.tariff, terms.starts_on, terms.ends_on))
    decision = _decide(case, outcome_of(case, terms), grounds=grounds, by=by, terms=terms)
    granted = spend(decision, terms, by=by)
    if terms.tariff > settings.TARIFF_CEILING:
        outbox.post("ceiling.exceeded", decision=str(decision.pk))
    return granted


@transaction.atomic
def reject(case: PupilCase, *, grounds: str, by: User, weight: int | None = None) -> Decision:
    """Say no to one pupil, provisionally until released. Raises Recused, NotPossible, Overtaken."""
    decision = _decide(case, Outcome.REJECTED, grounds=grounds, by=by, weight=weight)
    audit.record("reject", decision, by=by)
    return decision


@transaction.atomic
def postpone(case: PupilCase, *, grounds: str, by: User) -> Decision:
    """Put one pupil off to a later meeting. Raises Recused, NotPossible, Overtaken."""
    decision = _decide(case, Outcome.POSTPONED, grounds=grounds, by=by)
    audit.record("postpone", decision, by=by)
    return decision


@transaction.atomic
def undo(decision: Decision, *, by: User) -> None:
    """Take a decision back before it is released; its money is free again. Raises Recused, NotPossible, Overtaken."""
    granted = Grant.objects.filter(decision=decision).first()
    if granted:
        books.lock_pools(granted.by_fiscal_year())
    recusals.require_not_recused(by, decision.application)
    move(decision, "undo", by=by)
    if granted:
        annul(granted, by=by)


def annul(granted: Grant, *, by: User) -> None:
    """Let a grant be as if it had not been, its money free again. Raises budget.actions.AlreadyPaid."""
    move(granted, "annul", by=by)
    years, counted = granted.by_fiscal_year(), years_counted(granted)
    books.release(granted.pk, keep={}, years=years, by=by, text=granted.subject, counted=counted)


def outcome_of(case: PupilCase, terms: Terms, *, since: date | None = None) -> Outcome:
    """Granted, or partly: a lower tariff or a shorter period than the school asked for.

    `since`: the first day of an earlier grant that goes on until this one begins.
    """
    begins = min(filter(None, (since, terms.starts_on)))
    less = case.requested_tariff is not None and terms.tariff < case.requested_tariff
    late = case.starts_on is not None and begins > case.starts_on
    short = case.ends_on is not None and terms.ends_on < case.ends_on
    return Outcome.PARTLY if less or late or short else Outcome.GRANTED


def spend(decision: Decision, terms: Terms, *, by: User) -> Grant:
    """The grant that a decision gives, and the money it takes. Raises AlreadyGranted, NoPool, Overdrawn."""
    case = decision.pupil_case
    if case.pupil is None:
        raise NotPossible
    granted = Grant(decision=decision, pupil=case.pupil, district=case.application.school.district)
    counted = years_counted(granted)
    granted.tariff, granted.starts_on, granted.ends_on = (
        terms.tariff,
        terms.starts_on,
        terms.ends_on,
    )
    granted.conditions = terms.conditions
    try:
        with transaction.atomic():
            granted.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyGranted(field="starts_on") from error
    FollowUp.objects.bulk_create(
        FollowUp(grant=granted, due_on=day) for day in sorted(set(terms.follow_ups))
    )
    number, parts = case.application.number, granted.by_fiscal_year()
    books.commit(granted.pk, parts, district=granted.district, by=by, text=number, counted=counted)
    audit.record("grant", decision, by=by, grant=str(granted.pk), tariff=terms.tariff)
    return granted


def write(
    case: PupilCase,
    outcome: Outcome,
    *,
    grounds: str,
    by: User,
    terms: Terms | None = None,
    weight: int | None = None,
    replaces: Decision | None = None,
) -> Decision:
    """The one place a decision comes into being, with who took part. What must hold first is asked by who calls."""
    decision = Decision.objects.create(
        pupil_case=case,
        outcome=outcome,
        grounds=grounds,
        has_grounds=bool(grounds.strip()),
        deviation=terms.deviation if terms else None,
        weight=(terms.weight if terms else None) or weight,
        age=case.age_on(today()),
        meeting=meeting_on(case.application),
        replaces=replaces,
        decided_by=by,
        decided_at=timezone.now(),
    )
    note_participants(decision)
    letters.note(JournalEntry.What.DECIDED, case.application, by=by)
    return decision


def _decide(
    case: PupilCase,
    outcome: Outcome,
    *,
    grounds: str,
    by: User,
    terms: Terms | None = None,
    weight: int | None = None,
) -> Decision:
    application = case.application
    require(by, Permission.CASE_DECIDE, at=application)
    recusals.require_not_recused(by, application)
    if application.status != Status.SUBMITTED:
        raise NotPossible
    if Decision.objects.settled().filter(pupil_case=case).exists():
        raise Overtaken("Eleven er allerede afgjort. Genindlæs siden, og se afgørelsen.")
    law.require_heard(application, outcome)
    postponed = Decision.objects.released().filter(pupil_case=case).first()
    return write(
        case, outcome, grounds=grounds, by=by, terms=terms, weight=weight, replaces=postponed
    )
