"""Meetings of the committee as far as a test wants them, made by the acts that make them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime, time, timedelta

from django.utils import timezone

import applications.tasks  # noqa: F401
import visitation.tasks  # noqa: F401  both register what the worker does with the outbox
from applications.models import Application
from skolefleks.danish import today
from skolefleks.models import OutboxMessage, Role, User
from skolefleks.outbox import deliver
from visitation.agenda import actions as agenda
from visitation.meetings import actions as meetings
from visitation.meetings import rules as meeting_rules
from visitation.models import Attendance, Meeting

PLACE = "Rådhuset, lokale 3"


PRESENT = Attendance.State.PRESENT

ABSENT = Attendance.State.ABSENT


def slot(days: int = 7, hour: int = 9, hours: int = 3, place: str = PLACE) -> meeting_rules.Slot:
    """So many days from today, from nine to noon unless told otherwise."""
    begins = timezone.make_aware(datetime.combine(today() + timedelta(days=days), time(hour)))
    return meeting_rules.Slot(begins, begins + timedelta(hours=hours), place)


def members(person: Callable[..., User], count: int = 3) -> list[User]:
    """`count` members of the committee without any other role; `person` is conftest's fixture."""
    return [
        person(f"Medlem{n} Udvalg", Role.COMMITTEE_MEMBER, centre="C-SIK") for n in range(count)
    ]


def planned(*applications: Application, by: User, days: int = 7, hour: int = 9) -> Meeting:
    """A meeting with `applications` on its agenda, in that order; nobody is invited."""
    [meeting] = meetings.plan([slot(days, hour)], by=by)
    for application in applications:
        agenda.add_to_agenda(meeting, application, by=by)
    meeting.refresh_from_db()
    return meeting


def invited(*applications: Application, by: User, days: int = 7) -> Meeting:
    """And everybody in the committee is invited."""
    meeting = planned(*applications, by=by, days=days)
    meetings.invite(meeting, by=by)
    meeting.refresh_from_db()
    return meeting


def locked(
    *applications: Application, by: User, present: Iterable[User] = (), days: int = 7
) -> Meeting:
    """And the agenda is locked; `present` are there, and all others have sent their apologies."""
    meeting = invited(*applications, by=by, days=days)
    states = dict.fromkeys(meeting.attendances.values_list("user", flat=True), ABSENT)
    for user in present:
        states[user.pk] = PRESENT
    meetings.note_attendance(meeting, states, by=by)
    meetings.lock_agenda(meeting, by=by)
    meeting.refresh_from_db()
    return meeting


def under_way(
    *applications: Application, by: User, present: Iterable[User] = (), days: int = 0
) -> Meeting:
    """And the meeting is opened.

    For a case to be decided there, three of `present` must count (QUORUM).
    """
    meeting = locked(*applications, by=by, present=present, days=days)
    meetings.open_meeting(meeting, by=by)
    meeting.refresh_from_db()
    return meeting


def held(meeting: Meeting, *, by: User) -> Meeting:
    """The meeting under way has ended; what is not decided waits for a later one."""
    meetings.close_meeting(meeting, later=[item.pk for item in meeting.items.all()], by=by)
    meeting.refresh_from_db()
    return meeting


def tell() -> None:
    """Deliver what waits in the outbox, as the worker would."""
    while waiting := list(OutboxMessage.objects.waiting().order_by("created_at")):
        for message in waiting:
            deliver(message.pk)
