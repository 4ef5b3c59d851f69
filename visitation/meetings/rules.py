"""What holds for meetings: which days suit them, what stands at each stage of one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils import timezone

from skolefleks.calendar import banking_days_before, holiday, is_banking_day
from skolefleks.danish import today
from skolefleks.setup import trade
from visitation.lifecycle import UPCOMING, MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Collection

    from visitation.models import Meeting

# Days suggested at once: more than a year of weekly meetings.
MOST_SUGGESTIONS = 60
NOT_OPENED = (MeetingStatus.PLANNED, MeetingStatus.LOCKED)
ENDED = (MeetingStatus.HELD, MeetingStatus.APPROVED)
TONES = {
    MeetingStatus.LOCKED: "info",
    MeetingStatus.UNDER_WAY: "warning",
    MeetingStatus.HELD: "warning",
    MeetingStatus.APPROVED: "success",
}


@dataclass(frozen=True)
class Slot:
    """When a meeting is, and where, and the last day for the cases of its agenda."""

    starts_at: datetime
    ends_at: datetime
    place: str
    submit_by: date | None = None


class Suggestion(NamedTuple):
    """A day on which there could be a meeting, and what speaks against it ('' for nothing)."""

    day: date
    against: str

    @property
    def value(self) -> str:
        return self.day.isoformat()


def suggestions(
    first: date, *, weeks: int, until: date, busy_days: Collection[str]
) -> list[Suggestion]:
    """`first` and every `weeks` weeks after it, up to and with `until`.

    `busy_days` are the days (ISO) that have a meeting already.
    """
    # The first day counts, and the last one where it falls on the rhythm.
    count = (until - first).days // (7 * weeks) + 1
    rows = []
    for number in range(min(count, MOST_SUGGESTIONS)):
        day = first + timedelta(weeks=weeks * number)
        rows.append(Suggestion(day, against(day, busy_days)))
    return rows


def against(day: date, busy_days: Collection[str] = ()) -> str:
    """Why no meeting is held on the day; '' where nothing speaks against it.

    `busy_days` are the days (ISO) that have a meeting already.
    """
    # A day with a meeting is told so, even where it is a holiday too.
    if day.isoformat() in busy_days:
        return "Der er allerede et møde"
    holiday_name = holiday(day)
    if holiday_name:
        return holiday_name

    # As (month, day), the same every year (settings).
    summer_begins, summer_ends = settings.SCHOOLS_SUMMER
    if summer_begins <= (day.month, day.day) <= summer_ends:
        return "Skolernes sommerferie"
    if day.weekday() >= 5:
        return "Weekend"
    # The banks' own days off are taken for the town hall's too.
    if not is_banking_day(day):
        return "Lukkedag"
    return ""


def usual_deadline(meets_on: date) -> date:
    """The last day for cases to a meeting of that day, unless somebody says otherwise.

    Called soon, a meeting takes the cases that are there today.
    """
    days = trade.now().submission_days
    return max(banking_days_before(meets_on, days), min(today(), meets_on))


def tone_of(meeting: Meeting) -> str:
    """The colour of the meeting's status."""
    return TONES.get(MeetingStatus(meeting.status), "neutral")


def opens_early(meeting: Meeting) -> bool:
    """Whether it would be opened so long before its time that it is probably another one."""
    return meeting.starts_at - timezone.now() > timedelta(days=1)


def can_be_changed(meeting: Meeting) -> bool:
    """Time, place and who is invited are changed until the meeting is opened."""
    return meeting.status in NOT_OPENED


def can_note_attendance(meeting: Meeting) -> bool:
    """Who is there is noted until the meeting has ended."""
    return meeting.status in UPCOMING


def has_minutes_to_read(meeting: Meeting) -> bool:
    """The minutes are read once the meeting has ended; before that they are written."""
    return meeting.status in ENDED
