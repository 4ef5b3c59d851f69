"""The coming meetings' last days for cases, as the schools are told of them.

Nothing is promised: a case that is sent in time can be taken up, and the
committee sets its agenda.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from skolefleks.danish import day
from visitation.agenda import rules
from visitation.models import Meeting

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

# More than a year's meetings.
LOOKED_AT = 60

NONE_PLANNED = "Kvalitetsudvalget har ikke planlagt et møde endnu."
NONE_AHEAD = "Der er ikke planlagt et møde, hvis frist sagen kan nå."


def for_school(on: date, *, is_sent: bool) -> str:
    """When the committee meets next, and until when a case can be sent for it.

    `on` is the day on which the case was sent; of one that is not sent, today.
    Takes one query.
    """
    coming = Meeting.objects.upcoming().filter(starts_at__gt=timezone.now())
    meetings = list(coming.order_by("starts_at", "pk")[:LOOKED_AT])
    if not meetings:
        return NONE_PLANNED
    if is_sent:
        return _after_sending(meetings, on)
    return _before_sending(meetings, on)


def _before_sending(meetings: Sequence[Meeting], on: date) -> str:
    first = meetings[0]
    begins = f"Næste møde i kvalitetsudvalget er den {_day_of(first)}"
    reached = _first_reached(meetings, on)
    if reached is None:
        return f"{begins}{_why_closed(first)}. {NONE_AHEAD}"

    send = f"send senest den {_deadline_of(reached)}, så kan sagen nå med."
    if reached is first:
        return f"{begins}; {send}"
    return f"{begins}{_why_closed(first)}. Mødet den {_day_of(reached)}: {send}"


def _after_sending(meetings: Sequence[Meeting], on: date) -> str:
    reached = _first_reached(meetings, on)
    if reached is None:
        return NONE_AHEAD
    return (
        f"Det første møde, sagen kan nå, er den {_day_of(reached)}: "
        f"fristen er den {_deadline_of(reached)}."
    )


def _first_reached(meetings: Sequence[Meeting], on: date) -> Meeting | None:
    """The first whose agenda is open and whose deadline a case of that day keeps."""
    for meeting in meetings:
        is_open = rules.can_be_arranged(meeting)
        if is_open and meeting.submit_by and on <= meeting.submit_by:
            return meeting
    return None


def _why_closed(meeting: Meeting) -> str:
    if not rules.can_be_arranged(meeting):
        return ", men dagsordenen er lukket"
    if meeting.submit_by:
        return f", men fristen for nye sager var den {_deadline_of(meeting)}"
    return ", og der er ikke sat en frist for nye sager"


def _day_of(meeting: Meeting) -> str:
    return day(timezone.localdate(meeting.starts_at))


def _deadline_of(meeting: Meeting) -> str:
    if meeting.submit_by is None:
        return ""
    return day(meeting.submit_by)
