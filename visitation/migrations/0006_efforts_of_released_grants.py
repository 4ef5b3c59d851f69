"""An effort for every grant that was released before there were efforts.

Grants of a pupil at one school that follow each other without a day between, or of which the
first still runs, are one effort.
Whether the school has begun is not known: it is asked, as it is for new ones.
"""

from datetime import timedelta

from django.db import migrations
from django.utils import timezone

from skolefleks.danish import born_on
from visitation.efforts import rules

ONE_DAY = timedelta(days=1)

CONTACTS = {
    "daily_leader": ("daily_leader_name", ""),
    "ppr": ("ppr_contact", "ppr_daily"),
    "coordinator": ("", "coordinator"),
    "kui": ("", "kui_cooperation"),
    "mentor": ("", "mentor"),
    "workplace": ("", "workplace_training"),
    "exam": ("", "exam_path"),
}
GOAL_FIELDS = (
    "kind what low_anchor high_anchor unit baseline target due_on how_measured"
).split()
MEASURE_FIELDS = (
    "position kind what who starts_on ends_on cost expected_effect how_known"
).split()


def build_efforts(apps, schema_editor):
    Grant = apps.get_model("visitation", "Grant")
    grants = (
        Grant.objects.exclude(status="annulled")
        .filter(decision__status__in=("released", "replaced"), effort=None)
        .select_related("decision__pupil_case__application", "decision__pupil_case__pupil")
        .order_by("pupil", "starts_on")
    )

    effort = None
    for grant in grants:
        pupil_case = grant.decision.pupil_case
        last_day = grant.ended_on or grant.ends_on
        goes_on = (
            effort is not None
            and effort.pupil_id == grant.pupil_id
            and effort.school_id == pupil_case.application.school_id
            and (
                effort.ends_on + ONE_DAY >= grant.starts_on
                # A pupil has one live effort at a school, also over a summer between two grants.
                or effort.ends_on >= timezone.localdate()
            )
        )
        if not goes_on:
            effort = begin(apps, grant, pupil_case, last_day)
        effort.ends_on = max(effort.ends_on, last_day)
        effort.status = "awaiting"
        if effort.ends_on < timezone.localdate():
            effort.status = "ended"
        effort.save()

        Grant.objects.filter(pk=grant.pk).update(effort=effort)
        write_conditions(apps, effort, grant)
        lay_windows(apps, effort, grant, last_day)
        lay_phases(apps, effort, pupil_case.kind)
        ask_for_contacts(apps, effort, pupil_case)
        summarise(apps, effort)


def begin(apps, grant, pupil_case, last_day):
    Effort = apps.get_model("visitation", "Effort")
    effort = Effort.objects.create(
        application=pupil_case.application,
        pupil_case=pupil_case,
        pupil_id=grant.pupil_id,
        school_id=pupil_case.application.school_id,
        starts_on=grant.starts_on,
        ends_on=last_day,
        # At first: of two live ones at one school the database would refuse the second.
        status="ended",
        created_at=timezone.now(),
    )

    PlanMeasure = apps.get_model("visitation", "PlanMeasure")
    PlannedMeasure = apps.get_model("applications", "PlannedMeasure")
    for planned in PlannedMeasure.objects.filter(application=pupil_case.application):
        measure = PlanMeasure(effort=effort)
        for name in MEASURE_FIELDS:
            setattr(measure, name, getattr(planned, name))
        if measure.starts_on and measure.ends_on:
            measure.ends_on = max(measure.starts_on, measure.ends_on)
        measure.save()

    EffortGoal = apps.get_model("visitation", "EffortGoal")
    Goal = apps.get_model("applications", "Goal")
    goals = Goal.objects.filter(pupil_case=pupil_case).order_by("position", "id")
    for number, goal in enumerate(goals, start=1):
        version = EffortGoal(effort=effort, number=number, at=timezone.now())
        for name in GOAL_FIELDS:
            setattr(version, name, getattr(goal, name))
        version.save()
    return effort


def write_conditions(apps, effort, grant):
    EffortCondition = apps.get_model("visitation", "EffortCondition")
    lines = [line.strip(" -•*\t") for line in (grant.conditions or "").splitlines()]
    for position, text in enumerate(filter(None, lines)):
        EffortCondition.objects.create(
            effort=effort, grant=grant, position=position, text=text
        )


def lay_windows(apps, effort, grant, last_day):
    """Days that went by before there were windows are not asked for any more."""
    FollowUp = apps.get_model("visitation", "FollowUp")
    FollowUpWindow = apps.get_model("visitation", "FollowUpWindow")
    decided = FollowUp.objects.filter(grant=grant).order_by("due_on")
    windows = [rules.window_up_to(day) for day in decided.values_list("due_on", flat=True)]
    if not windows:
        windows = rules.follow_ups(grant.starts_on, last_day)

    there = FollowUpWindow.objects.filter(effort=effort)
    taken = set(there.values_list("hold_by", flat=True))
    for window in windows:
        is_inside = timezone.localdate() <= window.hold_by <= last_day
        if is_inside and window.hold_by not in taken:
            FollowUpWindow.objects.create(effort=effort, grant=grant, **window._asdict())
            taken.add(window.hold_by)


def lay_phases(apps, effort, kind):
    EffortPhase = apps.get_model("visitation", "EffortPhase")
    EffortPhase.objects.filter(effort=effort).delete()
    for phase, first_day in rules.phases(kind, effort.starts_on, effort.ends_on):
        EffortPhase.objects.create(effort=effort, kind=phase.value, starts_on=first_day)


def ask_for_contacts(apps, effort, pupil_case):
    EffortContact = apps.get_model("visitation", "EffortContact")
    there = set(EffortContact.objects.filter(effort=effort).values_list("part", flat=True))
    born = born_on(pupil_case.pupil.cpr)
    asked = rules.parts_asked_for(born, effort.starts_on, effort.ends_on)
    for part, asked_from in asked:
        if part.value in there:
            continue
        who_field, arrangement_field = CONTACTS[part.value]
        contact = EffortContact(effort=effort, part=part.value, asked_from=asked_from)
        if who_field:
            contact.who = getattr(pupil_case.application, who_field)
        if arrangement_field:
            contact.arrangement = getattr(pupil_case.application, arrangement_field)
        contact.is_named = bool(contact.who or contact.arrangement)
        contact.save()


def summarise(apps, effort):
    """A live one waits first of all for the school to say that it has begun."""
    effort.act_from = None
    if effort.status == "awaiting":
        effort.act_from = effort.starts_on
    effort.save()


class Migration(migrations.Migration):

    dependencies = [
        ("visitation", "0005_efforts"),
        ("applications", "0007_a_case_is_dealt_with"),
    ]

    operations = [migrations.RunPython(build_efforts, migrations.RunPython.noop)]
