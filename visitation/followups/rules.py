"""What holds of a follow-up: when people are reminded of it, and what its outcome asks for."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

from skolefleks.models import Role
from skolefleks.setup import trade
from visitation.lifecycle import FollowUpStatus
from visitation.models import FollowUpReminder, FollowUpWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date

    from visitation.models import EffortContact, EffortGoal, PlanMeasure

Kind = FollowUpReminder.Kind
Outcome = FollowUpWindow.Outcome

# The school and PPR settle the others; these are decided by the
# committee.
FOR_COMMITTEE = (Outcome.STEP_DOWN, Outcome.EXTEND, Outcome.STOP)


def is_for_committee(outcome: str, *, asks_committee: bool = False) -> bool:
    """Whether the committee has to decide what comes of the outcome.

    A correction is the school's own, unless tariff or
    conditions change with it.
    """
    if outcome == Outcome.CHANGE:
        return asks_committee
    return outcome in FOR_COMMITTEE


# -- the reminders ---------------------------------------------------------------------------------
class Reminder(NamedTuple):
    """A reminder of one of the two clocks: how many days from its last day, and to whom."""

    kind: Kind
    status: FollowUpStatus
    days: int
    role: Role
    # Of these, one that is late is not sent once a later one is
    # due.
    is_passed_over: bool


def reminders() -> list[Reminder]:
    """All there are, in the order in which they come."""
    to_hold, to_tell = FollowUpStatus.PLANNED, FollowUpStatus.HELD
    daily = (Kind.FIRST, Kind.SECOND, Kind.LAST_DAY, Kind.AFTER)
    leader, chair = Role.SCHOOL_LEADER, Role.COMMITTEE_CHAIR

    table = []
    for kind, days in zip(daily, trade.now().follow_up_reminder_days, strict=True):
        table.append(Reminder(kind, to_hold, days, Role.SCHOOL_STAFF, True))
    after = trade.now().follow_up_reminder_days[-1]
    to_leader, to_chair = (
        trade.now().follow_up_leader_days,
        trade.now().follow_up_chair_days,
    )
    return [
        *table,
        Reminder(Kind.LEADER, to_hold, to_leader, leader, False),
        Reminder(Kind.CHAIR, to_hold, to_chair, chair, False),
        Reminder(Kind.TELL_LAST_DAY, to_tell, 0, leader, True),
        Reminder(Kind.TELL_AFTER, to_tell, after, leader, True),
        Reminder(Kind.TELL_CHAIR, to_tell, to_chair, chair, False),
    ]


def reminders_due(
    window: FollowUpWindow, kinds_sent: Iterable[str], day: date
) -> list[Reminder]:
    """What is to be sent on `day`, each kind once.

    Where the clock stood still for a while only the newest of
    the ordinary reminders is sent: three mails at once help
    nobody. The leader and the chair are told all the same.
    """
    due = [
        reminder
        for reminder in reminders()
        if reminder.status == window.status and _day_of(reminder, window) <= day
    ]
    ordinary = [reminder for reminder in due if reminder.is_passed_over]
    beyond = [reminder for reminder in due if not reminder.is_passed_over]
    return [
        one for one in (*ordinary[-1:], *beyond) if one.kind not in set(kinds_sent)
    ]


def _day_of(reminder: Reminder, window: FollowUpWindow) -> date:
    last_day = window.hold_by
    if reminder.status == FollowUpStatus.HELD:
        last_day = window.tell_by
    return last_day + timedelta(days=reminder.days)


# -- the status report -----------------------------------------------------------------------------
def prefilled(
    measures: Sequence[PlanMeasure], contacts: Sequence[EffortContact]
) -> str:
    """The plan as the status report begins: what is to be told of it, line by line."""
    lines = []
    for measure in measures:
        line = f"{measure.get_kind_display()}: {measure.what}"
        if measure.who:
            line += f" ({measure.who})"
        lines.append(line)
        lines.append("Sådan er det gået: ")
        lines.append("")
    for contact in contacts:
        if contact.who:
            lines.append(f"{contact.get_part_display()}: {contact.who}")
    return "\n".join(lines).strip()


def prefilled_progress(goals: Sequence[EffortGoal], stands: Mapping[int, str]) -> str:
    """The goals as the report begins with them, each with what its curves say, by its number."""
    lines = []
    for goal in goals:
        lines.append(f"Mål {goal.number}: {goal.what} ({goal.way})")
        if goal.number in stands:
            lines.append(stands[goal.number])
        lines.append("Sådan ser vi det: ")
        lines.append("")
    return "\n".join(lines).strip()
