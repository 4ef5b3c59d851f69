"""An effort goes on at another school: what comes along, and what stays with the school before."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from skolefleks import audit
from visitation.models import (
    Effort,
    EffortCondition,
    EffortContact,
    EffortGoal,
    Measurement,
    PlanMeasure,
)

if TYPE_CHECKING:
    from django.db.models import Model

    from applications.models import PupilCase
    from skolefleks.models import User
    from visitation.models import Grant

# It names people of the school before.
LEFT_BEHIND = (EffortContact.Part.DAILY_LEADER,)

# A version of a goal begins anew; what it says is the newest.
NEW_IN_GOAL = {"version": 1, "replaces": None, "reason": "", "by": None}


def carry_on(
    effort: Effort, pupil_case: PupilCase, grant: Grant, *, by: User
) -> Effort:
    """The effort at the new school, with plan, people, goals, measurements and conditions.

    All is copied: the old school keeps what it has, and sees
    nothing of what comes. Phases and follow-ups are laid anew
    by `following.follow_grants`.
    """
    successor = Effort.objects.create(
        application=pupil_case.application,
        pupil_case=pupil_case,
        pupil_id=effort.pupil_id,
        school_id=pupil_case.application.school_id,
        moved_from=effort,
        starts_on=grant.starts_on,
        ends_on=grant.last_day,
        created_at=timezone.now(),
    )
    for measure in PlanMeasure.objects.filter(effort=effort):
        _copy(measure, effort=successor)
    for contact in effort.contacts.exclude(part__in=LEFT_BEHIND):
        _copy(contact, effort=successor)
    for goal in effort.goals.current():
        moved = _copy(goal, effort=successor, at=timezone.now(), **NEW_IN_GOAL)
        _copy_measurements(goal, moved, successor)

    # What the school before has met is not asked for again.
    asked = effort.conditions.exclude(state=EffortCondition.State.DROPPED)
    for condition in asked:
        _copy(condition, effort=successor, grant=grant)
    audit.record("begin_effort", successor, by=by, moved_from=str(effort.pk))
    return successor


def _copy_measurements(goal: EffortGoal, moved: EffortGoal, successor: Effort) -> None:
    """What counts of all the goal's versions: a curve goes on where it was."""
    rows = Measurement.objects.current().filter(
        effort=goal.effort_id, goal__number=goal.number
    )
    taken = set()
    for row in rows.order_by("measured_on", "-at"):
        # Two versions of a goal may have been measured on one
        # day.
        key = (row.voice, row.measured_on)
        if key not in taken:
            taken.add(key)
            _copy(row, effort=successor, goal=moved, replaces=None)


def _copy(row: Any, **changed: Any) -> Any:
    """The row under a key of its own: its texts are sealed anew."""
    copied: Model = type(row)()
    for field in row._meta.concrete_fields:
        if field.name in changed:
            setattr(copied, field.name, changed[field.name])
        elif not field.primary_key:
            setattr(copied, field.attname, getattr(row, field.attname))
    copied.save(force_insert=True)
    return copied
