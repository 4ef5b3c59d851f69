"""The list of meetings, as its pages read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Count
from django.utils import timezone

from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.meetings import rules
from visitation.models import Attendance, Meeting

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User

# More than a year's meetings.
UPCOMING_SHOWN = 60
UNANSWERED_SHOWN = 5


def upcoming() -> list[Meeting]:
    """The meetings that are not yet held, the next one first."""
    return list(
        Meeting.objects.upcoming().order_by("starts_at", "pk")[:UPCOMING_SHOWN]
    )


class StartMeetings(NamedTuple):
    """What a front page says of the meetings: the next one, and the minutes not approved."""

    next: Meeting | None
    unapproved: list[Meeting]


def for_start() -> StartMeetings:
    """The next meeting with its number of `cases`, and those held without approved minutes.

    Takes one query.
    """
    rows = Meeting.objects.filter(status__in=(*UPCOMING, MeetingStatus.HELD))
    counted = rows.annotate(cases=Count("items")).order_by("starts_at", "pk")

    upcoming, unapproved = [], []
    for meeting in counted[:UPCOMING_SHOWN]:
        if meeting.status == MeetingStatus.HELD:
            unapproved.append(meeting)
        else:
            upcoming.append(meeting)
    return StartMeetings(next(iter(upcoming), None), unapproved)


def unanswered_by(user: User) -> list[Meeting]:
    """The coming meetings that the person is called to and has not answered. One query."""
    rows = Meeting.objects.filter(
        status__in=rules.NOT_OPENED,
        attendances__user=user,
        attendances__state=Attendance.State.INVITED,
    )
    return list(rows.order_by("starts_at", "pk")[:UNANSWERED_SHOWN])


def past() -> QuerySet[Meeting]:
    """Those that are held or called off."""
    return Meeting.objects.exclude(status__in=UPCOMING)


def days_with_meetings() -> set[str]:
    """The days from today on, in ISO, that have a meeting already."""
    # A meeting earlier today takes its day no more.
    coming = Meeting.objects.upcoming().filter(starts_at__gte=timezone.now())
    starts = coming.values_list("starts_at", flat=True)
    return {timezone.localdate(starts_at).isoformat() for starts_at in starts}
