"""The list of meetings, as its pages read it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from django.db import DEFAULT_DB_ALIAS
from django.db.models import Count, OuterRef, Subquery
from django.utils import timezone

from skolefleks.written_once import rows_written_once
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.meetings import rules
from visitation.models import Attendance, Meeting

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User

# More than a year's meetings.
UPCOMING_SHOWN = 60

# What a front page shows of a meeting.
START_FIELDS = (
    "id",
    "status",
    "starts_at",
    "ends_at",
    "place",
    "submit_by",
    "invited_at",
)


def upcoming() -> list[Meeting]:
    """The meetings that are not yet held, the next one first."""
    return list(
        Meeting.objects.upcoming().order_by("starts_at", "pk")[:UPCOMING_SHOWN]
    )


class StartMeeting(NamedTuple):
    """A meeting on a front page, with the reader's own answer to its call, if called."""

    meeting: Meeting
    own_answer: str | None
    cases: int

    @property
    def is_unanswered(self) -> bool:
        is_open = rules.can_be_changed(self.meeting)
        return is_open and self.own_answer == Attendance.State.INVITED


class StartMeetings(NamedTuple):
    """What a front page says of the meetings.

    The next one, the minutes not approved, and the coming ones that the reader
    is called to and has not answered.
    """

    next: StartMeeting | None
    unapproved: list[Meeting]
    unanswered: list[Meeting]


def for_start(user: User) -> StartMeetings:
    """The next meeting with its number of cases, and what waits of the others.

    Takes one query.
    """
    upcoming, unapproved = [], []
    for *values, own_answer, cases in _rows_for_start(user):
        # The other fields are not read: the minutes' texts are long, and encrypted.
        meeting = Meeting.from_db(DEFAULT_DB_ALIAS, START_FIELDS, values)
        if meeting.status == MeetingStatus.HELD:
            unapproved.append(meeting)
        else:
            upcoming.append(StartMeeting(meeting, own_answer, cases))
    unanswered = [row.meeting for row in upcoming if row.is_unanswered]
    return StartMeetings(next(iter(upcoming), None), unapproved, unanswered)


@rows_written_once
def _rows_for_start(user: User) -> QuerySet[Any, Any]:
    own = Attendance.objects.filter(meeting=OuterRef("pk"), user=user)
    rows = Meeting.objects.filter(status__in=(*UPCOMING, MeetingStatus.HELD))
    marked = rows.annotate(
        own_answer=Subquery(own.values("state")), cases=Count("items")
    )
    ordered = marked.order_by("starts_at", "pk")
    return ordered.values_list(*START_FIELDS, "own_answer", "cases")[:UPCOMING_SHOWN]


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
