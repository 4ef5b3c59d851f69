"""Writing down what happens at a meeting, in the transaction of what happens."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from applications.reading import ties
from skolefleks.models import User
from visitation.models import Attendance, MeetingEvent

if TYPE_CHECKING:
    from applications.models import Application
    from visitation.models import Meeting

Kind = MeetingEvent.Kind


def note(meeting: Meeting, kind: Kind, *, by: User, **about: Any) -> None:
    """Write down one thing that happened; `about` is whom or what it happened to."""
    MeetingEvent.objects.create(
        meeting=meeting, kind=kind, at=timezone.now(), by=by, **about
    )


def counting_at(meeting: Meeting, application: Application | None = None) -> int:
    """Who is there and counts for the quorum; in a case without those disqualified in it."""
    there = meeting.attendances.filter(state=Attendance.State.PRESENT, counts=True)
    people = list(User.objects.filter(pk__in=there.values("user")))
    if application is None:
        return len(people)
    return len(people) - len(ties.disqualifications(application, people))
