"""The effort follows its grants: it begins, is extended, ends and is cancelled with them.

Each act of the committee that makes a grant known, cuts it
short or annuls it calls `follow_grants` in its own transaction.
The clock calls `end_those_that_are_over`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.models import Goal
from skolefleks import audit
from skolefleks.danish import born_on, today
from skolefleks.statemachine import follow
from visitation.closings import rules as closing_rules
from visitation.efforts import closing, queries, rules
from visitation.lifecycle import EffortStatus, FollowUpStatus
from visitation.models import (
    Effort,
    EffortCondition,
    EffortContact,
    EffortGoal,
    EffortPhase,
    FollowUpWindow,
    PlanMeasure,
)

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application, PupilCase
    from skolefleks.models import User
    from visitation.models import Grant

Part = EffortContact.Part

# What the application said of a part, for the plan to begin
# with.
WRITTEN_BEFORE = {
    Part.DAILY_LEADER: ("daily_leader_name", ""),
    Part.PPR: ("ppr_contact", "ppr_daily"),
    Part.COORDINATOR: ("", "coordinator"),
    Part.KUI: ("", "kui_cooperation"),
    Part.MENTOR: ("", "mentor"),
    Part.WORKPLACE: ("", "workplace_training"),
    Part.EXAM: ("", "exam_path"),
}

# What is copied from a goal of the application, and from a
# planned measure.
GOAL_FIELDS = (
    "kind what low_anchor high_anchor unit baseline target due_on how_measured"
).split()
MEASURE_FIELDS = (
    "position kind what who starts_on ends_on cost expected_effect how_known"
).split()


# -- what others call --
@transaction.atomic
def follow_grants(pupil_case: PupilCase, *, by: User) -> None:
    """Let the pupil's efforts be as the grants that the school knows of.

    A grant that carries on what runs joins its effort, another
    one begins an effort of its own.
    """
    for grant in queries.grants_without_effort(pupil_case):
        effort = queries.effort_to_join(grant)
        if effort is None:
            effort = _begin(grant, pupil_case, by=by)
        grant.effort = effort
        grant.save(update_fields=["effort"])

    for effort in queries.efforts_of_pupil(pupil_case):
        _follow(effort, by=by)


def end_those_that_are_over() -> int:
    """End the live efforts whose last day has passed, each by itself; how many there were."""
    over = (
        Effort.objects.live().filter(ends_on__lt=today()).values_list("pk", flat=True)
    )
    ended = 0
    for key in list(over):
        with transaction.atomic():
            # Read again with the row held: a decision may have
            # extended it meanwhile.
            effort = Effort.objects.select_for_update().get(pk=key)
            if effort.is_live and effort.ends_on < today():
                _end(effort, by=None)
                summarise(effort)
                ended += 1
    return ended


def summarise(effort: Effort) -> None:
    """Store since when the effort waits for somebody, for the lists. Called by each of its acts."""
    tasks = rules.tasks_of(
        effort,
        effort.windows.all(),
        effort.conditions.all(),
        effort.contacts.all(),
    )
    # Once it is over: none of the others is left then.
    tasks += closing_rules.tasks_of(effort.closings.all(), effort.whereabouts.all())
    effort.act_from = rules.act_from(tasks)
    effort.save(update_fields=["act_from"])


# -- the beginning ---------------------------------------------------------------------------------
def _begin(grant: Grant, pupil_case: PupilCase, *, by: User) -> Effort:
    """The effort with its plan and its goals; the period and what hangs on it is `_follow`'s."""
    application = pupil_case.application
    effort = Effort.objects.create(
        application=application,
        pupil_case=pupil_case,
        pupil_id=grant.pupil_id,
        school_id=application.school_id,
        starts_on=grant.starts_on,
        ends_on=grant.last_day,
        created_at=timezone.now(),
    )
    _copy_measures(effort, application)
    _freeze_goals(effort)
    audit.record("begin_effort", effort, by=by, grant=str(grant.pk))
    return effort


def _copy_measures(effort: Effort, application: Application) -> None:
    for planned in application.planned_measures.all():
        measure = PlanMeasure(effort=effort)
        for name in MEASURE_FIELDS:
            setattr(measure, name, getattr(planned, name))
        # A day of the application that lies before the effort
        # is no day of the plan.
        if measure.starts_on and measure.ends_on:
            measure.ends_on = max(measure.starts_on, measure.ends_on)
        measure.save()


def _freeze_goals(effort: Effort) -> None:
    """Version 1 of each goal: what the school applied with, as it stands on the first day."""
    goals = Goal.objects.filter(pupil_case=effort.pupil_case_id)
    for number, goal in enumerate(goals, start=1):
        version = EffortGoal(effort=effort, number=number, at=timezone.now())
        for name in GOAL_FIELDS:
            setattr(version, name, getattr(goal, name))
        version.save()


# -- following -------------------------------------------------------------------------------------
def _follow(effort: Effort, *, by: User) -> None:
    # Read anew: the act that called may have cut one short.
    grants = list(effort.grants.standing().order_by("starts_on"))
    _drop_conditions(effort, grants)
    if not grants:
        _cancel(effort, by=by)
        summarise(effort)
        return

    effort.starts_on = grants[0].starts_on
    effort.ends_on = max(grant.last_day for grant in grants)
    effort.save(update_fields=["starts_on", "ends_on"])

    # What is asked of the effort is asked of the grant that it
    # has at the end.
    last = grants[-1].decision
    effort.amendments.open().update(pupil_case=last.pupil_case_id)

    _lay_phases(effort)
    _ask_for_contacts(effort)
    for grant in grants:
        _write_conditions(effort, grant)
        _lay_windows(effort, grant, by=by)
    _drop_windows(effort, grants, by=by)

    # An end that lies ahead is left to the clock.
    if effort.is_live and effort.ends_on < today():
        _end(effort, by=by)
    elif effort.status == EffortStatus.ENDED and effort.ends_on >= today():
        _go_on(effort, by=by)
    summarise(effort)


def _end(effort: Effort, *, by: User | None) -> None:
    """Nothing lies ahead any more; a talk that was held may still be told of."""
    for window in effort.windows.filter(status=FollowUpStatus.PLANNED):
        follow(window, "cancel_follow_up", by=by)
    follow(effort, "end_effort", by=by)
    closing.lay(effort, by=by)


def _cancel(effort: Effort, *, by: User) -> None:
    for window in effort.windows.open():
        follow(window, "cancel_follow_up", by=by)
    for amendment in effort.amendments.open():
        follow(amendment, "lapse_amendment", by=by)
    if effort.status != EffortStatus.CANCELLED:
        follow(effort, "cancel_effort", by=by)
        closing.drop(effort, by=by)


def _go_on(effort: Effort, *, by: User) -> None:
    """A new grant carries on what had ended."""
    verb = "resume_effort"
    if effort.begun_on is None:
        verb = "await_effort"
    follow(effort, verb, by=by)
    closing.drop(effort, by=by)


# -- what a plan consists of --
def _lay_phases(effort: Effort) -> None:
    """By rule, unless the school has set them and they still lie inside the effort."""
    rows = list(effort.phases.all())
    is_set = any(phase.is_set_by_school for phase in rows)
    if is_set and rules.lie_inside(rows, effort.starts_on, effort.ends_on):
        return

    # Nothing points to a phase, so a new set may take the place
    # of the old.
    effort.phases.all().delete()
    laid = rules.phases(effort.pupil_case.kind, effort.starts_on, effort.ends_on)
    for kind, first_day in laid:
        EffortPhase.objects.create(effort=effort, kind=kind, starts_on=first_day)


def _ask_for_contacts(effort: Effort) -> None:
    """Add the parts that the pupil's age asks for now; what somebody wrote of a part stays."""
    application = effort.application
    born = born_on(effort.pupil.cpr)
    parts = rules.parts_asked_for(born, effort.starts_on, effort.ends_on)
    parts_there = {contact.part for contact in effort.contacts.all()}

    for part, asked_from in parts:
        if part in parts_there:
            continue
        who_field, arrangement_field = WRITTEN_BEFORE[part]
        contact = EffortContact(effort=effort, part=part, asked_from=asked_from)
        if who_field:
            contact.who = getattr(application, who_field)
        if arrangement_field:
            contact.arrangement = getattr(application, arrangement_field)
        contact.is_named = bool(contact.who or contact.arrangement)
        contact.save()


def _write_conditions(effort: Effort, grant: Grant) -> None:
    """An item for each paragraph of the grant's conditions, once."""
    if effort.conditions.filter(grant=grant).exists():
        return
    paragraphs = [line.strip(" -•*\t") for line in grant.conditions.splitlines()]
    # A grant that carries on what ran repeats its conditions:
    # these are asked for already.
    standing = effort.conditions.exclude(state=EffortCondition.State.DROPPED)
    there = {condition.text for condition in standing}
    new = [text for text in paragraphs if text and text not in there]
    for position, text in enumerate(new):
        EffortCondition.objects.create(
            effort=effort, grant=grant, position=position, text=text
        )


def _drop_conditions(effort: Effort, standing: list[Grant]) -> None:
    """What an annulled grant asked for is asked no more."""
    conditions = effort.conditions.exclude(grant__in=standing)
    conditions.filter(state=EffortCondition.State.OPEN).update(
        state=EffortCondition.State.DROPPED
    )


# -- the follow-ups --
def _lay_windows(effort: Effort, grant: Grant, *, by: User) -> None:
    """The grant's windows, once: by the days that were decided, or else by the rule.

    What lies behind on the day of the release is not asked for.
    """
    if effort.windows.filter(grant=grant).exists():
        return
    days = [follow_up.due_on for follow_up in grant.follow_ups.all()]
    # What the committee decided goes before the rule.
    if days:
        laid = [rules.window_up_to(day) for day in days]
    else:
        laid = rules.follow_ups(grant.starts_on, grant.last_day)

    days_laid: set[date] = set()
    standing = effort.windows.exclude(status=FollowUpStatus.CANCELLED)
    days_laid.update(standing.values_list("hold_by", flat=True))
    for window in laid:
        is_inside = today() <= window.hold_by <= grant.last_day
        if is_inside and window.hold_by not in days_laid:
            FollowUpWindow.objects.create(
                effort=effort, grant=grant, **window._asdict()
            )
            days_laid.add(window.hold_by)
    audit.record("lay_follow_ups", effort, by=by, grant=str(grant.pk))


def _drop_windows(effort: Effort, standing: list[Grant], *, by: User) -> None:
    """What was planned for days that no grant of its own has any more."""
    last_days = {grant.pk: grant.last_day for grant in standing}
    for window in effort.windows.filter(status=FollowUpStatus.PLANNED):
        last_day = last_days.get(window.grant_id)
        if last_day is None or window.hold_by > last_day:
            follow(window, "cancel_follow_up", by=by)
