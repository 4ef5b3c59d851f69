"""Deciding one pupil: granting, rejecting, postponing, and undoing before it is released.

Every act takes its locks in the same order, so that no two wait for each
other: first the pools, ascending by fiscal year, then the row of the case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import Pupil
from applications.writing import actions as writing
from budget.books import actions as books
from budget.payments import planning
from skolefleks import audit, outbox
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import today
from skolefleks.models import User
from skolefleks.permissions import Permission as P
from skolefleks.permissions import require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import move
from visitation.agenda import happenings
from visitation.decisions import queries, rules
from visitation.law import actions as law
from visitation.letters import actions as letters
from visitation.lifecycle import GrantStatus
from visitation.models import (
    Decision,
    FollowUp,
    Grant,
    JournalEntry,
    Participant,
    TariffStep,
)
from visitation.recusals import actions as recusals
from visitation.ways import actions as ways
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application, PupilCase

Outcome = Decision.Outcome
Part = Participant.Part


class AlreadyGranted(Refusal):
    """The pupil has a running grant on one of the days."""

    message = (
        "Eleven har allerede en bevilling, der løber på nogle af de samme dage."
        " Vælg en anden periode."
    )


# -- the decision ----------------------------------------------------------------------------------
@transaction.atomic
def grant(
    pupil_case: PupilCase,
    terms: rules.Terms,
    *,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
) -> Grant:
    """Grant one pupil money and commit it, provisionally until the decision is released.

    `way` says how, outside a meeting; at one it is None. It is granted in
    part where it is less than the school applied for.
    Raises Recused, NotPossible, Overtaken, AlreadyGranted, NotHeard, Refusal
    for a past period without a reason, and the books' NoPool and Overdrawn.
    """
    outcome = rules.outcome_of(terms, pupil_case)
    rules.require_past_reason(terms, pupil_case.application)

    books.lock_pools(terms.by_fiscal_year())
    put_off = _require_may_decide(pupil_case, outcome, by=by)

    decision = write(
        pupil_case,
        outcome,
        grounds=grounds,
        deviation=terms.deviation,
        weight=terms.weight,
        replaces=put_off,
        way=way,
        by=by,
    )
    new_grant = create_grant(decision, terms, by=by)

    # Both centre chiefs are told, and release waits for them.
    if rules.is_above_ceiling(terms.tariff):
        outbox.post("ceiling.exceeded", decision=str(decision.pk))
    return new_grant


@transaction.atomic
def reject(
    pupil_case: PupilCase,
    *,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
    weight: int | None = None,
) -> Decision:
    """Reject one pupil's application, provisionally until it is released.

    Raises Recused, NotPossible, Overtaken, NotHeard.
    """
    put_off = _require_may_decide(pupil_case, Outcome.REJECTED, by=by)

    decision = write(
        pupil_case,
        Outcome.REJECTED,
        grounds=grounds,
        weight=weight,
        replaces=put_off,
        way=way,
        by=by,
    )
    audit.record("reject", decision, by=by)
    return decision


@transaction.atomic
def postpone(
    pupil_case: PupilCase,
    *,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
) -> Decision:
    """Put one pupil off to a later meeting. Raises Recused, NotPossible, Overtaken."""
    put_off = _require_may_decide(pupil_case, Outcome.POSTPONED, by=by)

    decision = write(
        pupil_case,
        Outcome.POSTPONED,
        grounds=grounds,
        replaces=put_off,
        way=way,
        by=by,
    )
    audit.record("postpone", decision, by=by)
    return decision


@transaction.atomic
def undo(decision: Decision, *, by: User) -> None:
    """Take a decision back before it is released; its money is free again.

    Raises Recused, NotPossible, Overtaken.
    """
    grant = Grant.objects.filter(decision=decision).first()
    if grant:
        books.lock_pools(grant.by_fiscal_year())
    recusals.require_not_recused(by, decision.application)

    # The step before the money: it is refused where the decision was
    # released meanwhile.
    move(decision, "undo", by=by)
    # At the meeting it is as if it had not been; after the meeting it was decided there.
    if decision.meeting:
        kind = happenings.Kind.UNDONE
        happenings.note(decision.meeting, kind, by=by, decision=decision)
    if grant:
        annul(grant, by=by)


def _require_may_decide(
    pupil_case: PupilCase, outcome: Outcome, *, by: User
) -> Decision | None:
    """Hold the case's row, and raise what stands in the way of deciding the pupil.

    Returns the decision by which the pupil was put off, where the school knows of one.
    """
    application = pupil_case.application
    require(by, P.CASE_DECIDE, at=application)
    # This holds the row, and reads it anew.
    recusals.require_not_recused(by, application)

    if application.status != Status.SUBMITTED:
        raise NotPossible
    put_off = None
    for standing in Decision.objects.standing().filter(pupil_case=pupil_case):
        if not standing.waits_again:
            raise Overtaken(
                "Afgørelsen for eleven er allerede truffet. Genindlæs siden, og læs den."
            )
        put_off = standing
    law.require_heard(application, outcome)
    return put_off


# -- what deciding and correcting have in common ---------------------------------------------------
def write(
    pupil_case: PupilCase,
    outcome: Outcome,
    *,
    grounds: str,
    what: ways_rules.What = ways_rules.What.FIRST,
    way: ways_rules.Way | None,
    by: User,
    deviation: str | None = None,
    weight: int | None = None,
    replaces: Decision | None = None,
) -> Decision:
    """Write a decision, who made it and how, and its line in the journal.

    The only place where a decision comes into being. Whoever calls has made
    sure that it may. Raises NotPossible and Refusal where `by` cannot decide
    it so (`visitation.ways.rules`).
    """
    application = pupil_case.application
    is_postponing = outcome == Outcome.POSTPONED
    settled = ways.settle(pupil_case, what, way, is_postponing=is_postponing, by=by)
    decision = Decision.objects.create(
        pupil_case=pupil_case,
        outcome=outcome,
        grounds=grounds,
        # The texts lie encrypted, so the database can only check that there
        # is one by this.
        has_grounds=bool(grounds.strip()),
        deviation=deviation,
        weight=weight,
        age=pupil_case.age_on(today()),
        basis=settled.basis,
        meeting=settled.meeting,
        written_round=settled.circular,
        ground=settled.ground,
        alone_reason=settled.reason or None,
        has_alone_reason=bool(settled.reason.strip()),
        replaces=replaces,
        decided_by=by,
        decided_at=timezone.now(),
    )

    _note_participants(decision, settled)
    letters.note(JournalEntry.What.DECIDED, application, by=by)
    if settled.meeting:
        kind, counting = happenings.Kind.DECIDED, settled.counting
        happenings.note(
            settled.meeting, kind, by=by, decision=decision, counting=counting
        )
    return decision


def _note_participants(decision: Decision, settled: ways.Settled) -> None:
    """Write down who took part and who was out, as it was when the decision was made."""
    rows = []
    for user in sorted(settled.took_part):
        rows.append(
            Participant(decision=decision, user_id=user, part=Part.TOOK_PART, why="")
        )
    for user, why in sorted(settled.out.items()):
        rows.append(
            Participant(decision=decision, user_id=user, part=Part.OUT, why=why)
        )
    Participant.objects.bulk_create(rows)


def create_grant(decision: Decision, terms: rules.Terms, *, by: User) -> Grant:
    """Create the grant that a decision gives, and commit its money.

    Raises NotPossible for a pupil without a CPR number, AlreadyGranted,
    NoPool, Overdrawn.
    """
    pupil_case = decision.pupil_case
    application = pupil_case.application
    # Anew: the committee may have joined two rows since the page was read.
    pupil_case.pupil = Pupil.objects.filter(cases=pupil_case).first()
    if pupil_case.pupil is None:
        raise NotPossible

    grant = Grant(
        decision=decision,
        pupil=pupil_case.pupil,
        district=application.school.district,
        tariff=terms.tariff,
        starts_on=terms.starts_on,
        ends_on=terms.ends_on,
        conditions=terms.conditions,
    )
    try:
        grant.save(force_insert=True)
    except IntegrityError as error:
        raise AlreadyGranted(field="starts_on") from error

    # A day that is typed twice is one follow-up.
    days = sorted(set(terms.follow_ups))
    FollowUp.objects.bulk_create(FollowUp(grant=grant, due_on=day) for day in days)
    # Before the money: what is committed is the sum of all tariffs in the row.
    _set_steps(grant, terms)

    books.commit(
        grant.pk,
        grant.by_fiscal_year(),
        district=grant.district,
        by=by,
        text=application.number,
        counted=queries.years_counted(grant),
    )
    audit.record("grant", decision, by=by, grant=str(grant.pk), tariff=terms.tariff)
    return grant


def _set_steps(grant: Grant, terms: rules.Terms) -> None:
    """Write the tariffs that follow the first one inside the period."""
    if not terms.steps:
        return
    before = terms.tariff
    for step in terms.steps:
        TariffStep.objects.create(
            grant=grant, from_on=step.from_on, before=before, tariff=step.tariff
        )
        before = step.tariff
    # The database has written them into the grant (a trigger).
    grant.refresh_from_db(fields=["later_tariffs"])


def annul(grant: Grant, *, by: User) -> None:
    """Let a grant be as if it had not been, its money free again; what is paid is owed."""
    move(grant, "annul", by=by)
    # The place goes back too, unless another grant holds it.
    books.release(
        grant.pk,
        keep={},
        years=grant.by_fiscal_year(),
        by=by,
        text=grant.subject,
        counted=queries.years_counted(grant),
    )


# -- what follows from a grant that the school knows of --------------------------------------------
def plan_payments(
    grant: Grant,
    application: Application,
    *,
    by: User,
    until: date | None = None,
    verb: str = "cancel",
) -> None:
    """Let the school be paid for the days that the grant runs, or for those up to `until`.

    What the school was to have beyond that is stopped, by the instalments'
    `verb`.
    """
    if until is None:
        until = grant.last_day

    planning.plan(
        grant.pk,
        tariff=grant.tariff,
        starts_on=grant.starts_on,
        ends_on=until,
        later=grant.later,
        school=application.school,
        district=grant.district,
        by=by,
        text=application.number,
        verb=verb,
    )


def stop_payments(grant: Grant, application: Application, *, by: User) -> None:
    """Let the school be paid nothing of the grant; what it has had, it owes."""
    plan_payments(grant, application, until=grant.starts_on - ONE_DAY, by=by)


def plan_what_is_left(grant: Grant, application: Application, *, by: User) -> None:
    """Plan the payments anew as the grant stands: annulled, cut short or running."""
    if grant.status == GrantStatus.ANNULLED:
        stop_payments(grant, application, by=by)
    else:
        plan_payments(grant, application, by=by)


def note_answer(application: Application) -> None:
    """Let the lists show what the school was told: the answer, the tariff, the period."""
    decisions = Decision.objects.known_to_school().select_related("grant")
    of_case = decisions.filter(pupil_case__application=application)
    answers = queries.answers_of(of_case)
    grants = Grant.objects.standing().known_to_school()
    grants = grants.filter(decision__pupil_case__application=application)
    tariffs = queries.tariffs_of(of_case)
    writing.note_answer(
        application,
        answer=rules.answer_of(decision.outcome for decision in answers),
        granted=sum(tariffs),
        starts_on=min((grant.starts_on for grant in grants), default=None),
        ends_on=max((grant.last_day for grant in grants), default=None),
    )
