"""What happens to an effort at the school: it begins, and its plan is kept true."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.danish import today
from skolefleks.permissions import EVERYWHERE, require
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import move
from visitation.efforts import rules
from visitation.efforts.following import summarise
from visitation.lifecycle import EffortStatus
from visitation.models import (
    Effort,
    EffortCondition,
    EffortContact,
    EffortDelay,
    EffortGoal,
    EffortPhase,
    PlanMeasure,
)
from visitation.recusals.rules import Recused

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

    from skolefleks.models import School, User

Part = EffortContact.Part
Phase = EffortPhase.Kind

# What a new version of a goal may say differently; how it is
# measured stays.
GOAL_FIELDS = (
    "what low_anchor high_anchor unit baseline target due_on how_measured"
).split()


@transaction.atomic
def confirm_begun(effort: Effort, *, begun_on: date, by: User) -> None:
    """Say that the effort has begun. Raises NotPossible, Overtaken, Refusal for an odd day."""
    require_open(effort, P.EFFORT_WRITE, by=by)
    if begun_on > today():
        raise Refusal("Vælg i dag eller en tidligere dag.", field="begun_on")
    if begun_on > effort.ends_on:
        raise Refusal("Dagen ligger efter indsatsens sidste dag.", field="begun_on")

    # The day before the status: the database knows no running
    # effort without it.
    effort.begun_on = begun_on
    effort.begun_by = by
    effort.save(update_fields=["begun_on", "begun_by"])
    move(effort, "confirm_begun", by=by, begun_on=begun_on.isoformat())
    summarise(effort)

    # The committee granted the days before it too.
    if begun_on > effort.starts_on:
        outbox.post("effort.delayed", effort=str(effort.pk))


@transaction.atomic
def say_not_begun(
    effort: Effort, *, reason: str, expected_on: date, by: User
) -> EffortDelay:
    """Say why the effort has not begun; the committee is told. The money stays where it is.

    Raises NotPossible once it has begun, Refusal for a day that
    is past.
    """
    require_open(effort, P.EFFORT_WRITE, by=by)
    if effort.status != EffortStatus.AWAITING:
        raise NotPossible
    if expected_on < today():
        raise Refusal("Vælg i dag eller en senere dag.", field="expected_on")

    delay = EffortDelay.objects.create(
        effort=effort,
        reason=reason,
        expected_on=expected_on,
        by=by,
        at=timezone.now(),
    )
    audit.record("say_not_begun", effort, by=by, expected_on=expected_on.isoformat())
    outbox.post("effort.delayed", effort=str(effort.pk))
    return delay


# -- the plan --------------------------------------------------------------------------------------
@transaction.atomic
def write_measure(measure: PlanMeasure, *, by: User, **fields: Any) -> None:
    """Keep a measure of the plan as it is carried out; a new one comes last. Raises NotPossible."""
    effort = measure.effort
    require_open(effort, P.EFFORT_WRITE, by=by)

    is_new = measure._state.adding
    if is_new:
        measure.position = effort.measures.count()
    for name, value in fields.items():
        setattr(measure, name, value)
    measure.save()

    verb = "change_measure"
    if is_new:
        verb = "add_measure"
    audit.record(verb, effort, by=by, measure=str(measure.pk))


@transaction.atomic
def write_contacts(
    effort: Effort, *, contacts: Mapping[str, tuple[str, str]], by: User
) -> None:
    """Keep who holds each part, and what is arranged. Raises NotPossible."""
    require_open(effort, P.EFFORT_WRITE, by=by)
    for contact in effort.contacts.filter(part__in=contacts):
        contact.who, contact.arrangement = contacts[contact.part]
        contact.is_named = bool(contact.who or contact.arrangement)
        contact.save()
    audit.record("write_contacts", effort, by=by, parts=sorted(contacts))
    summarise(effort)


@transaction.atomic
def set_phases(effort: Effort, *, first_days: Mapping[Phase, date], by: User) -> None:
    """Set the first day of the phases after the first one.

    Raises NotPossible, and Refusal unless they follow each
    other inside the effort.
    """
    require_open(effort, P.EFFORT_WRITE, by=by)
    rules.require_phases(list(first_days.values()), effort.starts_on, effort.ends_on)

    # Deleted and written anew: two phases never begin together,
    # not even for a moment.
    phases = list(effort.phases.all())
    effort.phases.all().delete()
    for phase in phases:
        EffortPhase.objects.create(
            effort=effort,
            kind=phase.kind,
            starts_on=first_days.get(Phase(phase.kind), phase.starts_on),
            is_set_by_school=True,
        )
    audit.record("set_phases", effort, by=by)


@transaction.atomic
def change_goal(
    goal: EffortGoal, *, reason: str, by: User, **fields: Any
) -> EffortGoal:
    """Put a new version in the place of a goal, with the reason; the old one stays readable.

    Raises NotPossible, and Overtaken where somebody has changed
    it already.
    """
    effort = goal.effort
    require_open(effort, P.EFFORT_WRITE, by=by)
    if EffortGoal.objects.filter(replaces=goal).exists():
        raise Overtaken

    version = EffortGoal(
        effort=effort,
        number=goal.number,
        version=goal.version + 1,
        replaces=goal,
        kind=goal.kind,
        scale_id=goal.scale_id,
        reason=reason,
        by=by,
        at=timezone.now(),
    )
    for name in GOAL_FIELDS:
        setattr(version, name, fields.get(name, getattr(goal, name)))
    version.save()
    audit.record(
        "change_goal", effort, by=by, goal=goal.number, version=version.version
    )
    return version


@transaction.atomic
def settle_condition(
    condition: EffortCondition,
    *,
    state: EffortCondition.State,
    owner: EffortCondition.Owner,
    due_on: date | None,
    note: str,
    by: User,
) -> None:
    """Say whose a condition is, by when, and whether it is met.

    Raises NotPossible for what is asked no more, Recused.
    """
    effort = condition.effort
    require_open(effort, P.CONDITION_SETTLE, by=by)
    if condition.state == EffortCondition.State.DROPPED:
        raise NotPossible

    condition.state = state
    condition.owner = owner
    condition.due_on = due_on
    condition.note = note
    # Taken back to open, nobody has settled it.
    condition.settled_by = None
    condition.settled_at = None
    if state != EffortCondition.State.OPEN:
        condition.settled_by = by
        condition.settled_at = timezone.now()
    condition.save()
    audit.record("settle_condition", condition, by=by, state=state)
    summarise(effort)


def require_open(effort: Effort, right: P, *, by: User) -> None:
    """Hold the effort's row, and raise what stands in the way of acting on it.

    PermissionDenied without the right, Recused where the case
    is closed to the person, and NotPossible once the effort is
    over.
    """
    require_allowed(effort, right, by=by)
    if not effort.is_live:
        raise NotPossible("Indsatsen er slut. Den kan læses, men ikke ændres.")


def require_allowed(effort: Effort, right: P, *, by: User) -> None:
    """Hold the effort's row; raise PermissionDenied or Recused, whether or not it is over."""
    # The page may show what it was before somebody else acted.
    rows = Effort.objects.select_for_update(of=("self",))
    effort.refresh_from_db(fields=["status"], from_queryset=rows)
    require(by, right, at=effort.application)
    if not Effort.objects.visible_to(by).filter(pk=effort.pk).exists():
        raise Recused


@transaction.atomic
def take_over_efforts(school: School, *, into: School, by: User) -> int:
    """Let the efforts of a merged school go on at the other; how many."""
    require(by, P.PLACES_LOOK_AFTER, at=EVERYWHERE)
    there = Effort.objects.live().filter(school=into).values("pupil")
    if Effort.objects.live().filter(school=school, pupil__in=there).exists():
        raise NotPossible(
            "En elev flytter netop nu mellem de to skoler."
            " Vent, til indsatsen er slut på den første."
        )

    efforts = list(Effort.objects.filter(school=school).order_by("pk"))
    Effort.objects.filter(pk__in=[one.pk for one in efforts]).update(school=into)
    audit.record_each("take_over_effort", efforts, by=by)
    return len(efforts)
