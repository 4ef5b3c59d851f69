"""The list of meetings, as its pages read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.meetings import rules
from visitation.models import Attendance, Meeting

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User

# More than a year's meetings.
UPCOMING_SHOWN = 60


def upcoming() -> list[Meeting]:
    """The meetings that are not yet held, the next one first."""
    return list(
        Meeting.objects.upcoming().order_by("starts_at", "pk")[:UPCOMING_SHOWN]
    )


class StartMeetings(NamedTuple):
    """What a front page says of the meetings.

    The next one, the minutes not approved, and the coming ones that the reader
    is called to and has not answered.
    """

    next: Meeting | None
    unapproved: list[Meeting]
    unanswered: list[Meeting]


def for_start(user: User) -> StartMeetings:
    """The next meeting with its number of `cases`, and what waits of the others.

    Takes one query.
    """
    own = Attendance.objects.filter(meeting=OuterRef("pk"), user=user)
    rows = Meeting.objects.filter(status__in=(*UPCOMING, MeetingStatus.HELD))
    rows = rows.annotate(own_answer=Subquery(own.values("state")))
    counted = rows.annotate(cases=Count("items")).order_by("starts_at", "pk")

    upcoming, unapproved, unanswered = [], [], []
    for meeting in counted[:UPCOMING_SHOWN]:
        if meeting.status == MeetingStatus.HELD:
            unapproved.append(meeting)
            continue
        upcoming.append(meeting)
        is_open = rules.can_be_changed(meeting)
        # Annotated above, and no field of the model.
        marked: Any = meeting
        if is_open and marked.own_answer == Attendance.State.INVITED:
            unanswered.append(meeting)
    return StartMeetings(next(iter(upcoming), None), unapproved, unanswered)


def past() -> QuerySet[Meeting]:
    """Those that are held or called off."""
    return Meeting.objects.exclude(status__in=UPCOMING)


def days_with_meetings(but: Meeting | None = None) -> set[str]:
    """The days from today on, in ISO, that have a meeting already, another one than `but`."""
    # A meeting earlier today takes its day no more.
    coming = Meeting.objects.upcoming().filter(starts_at__gte=timezone.now())
    if but:
        coming = coming.exclude(pk=but.pk)
    starts = coming.values_list("starts_at", flat=True)
    return {timezone.localdate(starts_at).isoformat() for starts_at in starts}
