"""What holds for an agenda: when it is changed, who is enough, when each case is taken up."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar, cast

from django.utils import timezone

from applications.lifecycle import Status
from skolefleks.danish import day
from skolefleks.setup import trade
from visitation.lifecycle import MeetingStatus
from visitation.models import AgendaItem, Attendance, FreePoint

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from applications.models import Application
    from visitation.models import Meeting

# Minutes for one case.
LONGEST_ITEM = 240
# Minutes for a free point, unless somebody says otherwise.
USUAL_FREE_MINUTES = 5
# What most meetings have beside their cases, in this order; the last one ends them.
USUAL_POINTS = (
    FreePoint.Kind.MINUTES,
    FreePoint.Kind.TOLD,
    FreePoint.Kind.OTHER,
)
NOT_OPENED = (MeetingStatus.PLANNED, MeetingStatus.LOCKED)


# A case with its place on the agenda, or a free point.
Row = TypeVar("Row", bound=AgendaItem | FreePoint)


class Quorum(NamedTuple):
    """Whether those who count are enough for one case.

    `there` of them are there, `out` of these are disqualified, and `needed` are
    enough, as it holds on the meeting's own day. Before the
    meeting is opened it is foreseen: who has not sent their apologies is
    expected.
    """

    there: int
    out: int
    is_foreseen: bool
    needed: int

    @property
    def is_enough(self) -> bool:
        return self.there - self.out >= self.needed

    def __str__(self) -> str:
        presence = "ventes" if self.is_foreseen else "til stede"
        disqualified = "1 inhabil"
        if self.out != 1:
            disqualified = f"{self.out or 'ingen'} inhabile"
        verdict = "beslutningsdygtigt" if self.is_enough else "ikke beslutningsdygtigt"
        return f"{self.there} {presence}, {disqualified}: {verdict}"

    @property
    def shortage(self) -> str:
        """What the room is told where they are too few for the case; '' where they are enough."""
        if self.is_enough or self.is_foreseen:
            return ""
        return (
            f"{self.there - self.out} er til stede og ikke inhabile, og det kræver "
            f"{self.needed}. Sagen kan ikke afgøres nu, men den kan udsættes."
        )


def quorum(
    meeting: Meeting,
    people: Collection[Attendance],
    disqualified: Iterable[int],
) -> Quorum | None:
    """The quorum for a case, by who is disqualified in it; None before anybody is invited."""
    if not people:
        return None

    is_foreseen = meeting.status in NOT_OPENED
    # Once it is opened, who did not say anything is not there.
    states = {Attendance.State.PRESENT}
    if is_foreseen:
        states |= {
            Attendance.State.INVITED,
            Attendance.State.COMING,
        }

    counting = {row.user_id for row in people if row.counts and row.state in states}
    # Who is disqualified and absent is not subtracted twice.
    out = counting & set(disqualified)
    then = trade.at(meeting.opened_at or meeting.starts_at)
    return Quorum(len(counting), len(out), is_foreseen, then.quorum)


def in_order(
    items: Iterable[AgendaItem], free_points: Iterable[FreePoint]
) -> list[AgendaItem | FreePoint]:
    """Cases and free points in one order, as `begins_at` reckons in the database."""
    # Sorting keeps the order of equals: a free point beside a case comes first.
    rows: list[AgendaItem | FreePoint] = [*free_points, *items]
    return sorted(rows, key=lambda row: row.position)


def timed(meeting: Meeting, items: Iterable[Row]) -> list[tuple[Row, datetime]]:
    """Each item with when it is taken up: where the one before it ends."""
    rows = []
    begins_at = meeting.starts_at
    for item in items:
        item.meeting = meeting
        rows.append((item, begins_at))
        begins_at += timedelta(minutes=item.minutes)
    return rows


def facts_of(item: AgendaItem, at: datetime) -> dict[str, Any]:
    """What a mail of a case is made of: the item itself may be gone when it is written."""
    return {
        "meeting": str(item.meeting_id),
        "item": str(item.pk),
        "application": str(item.application_id),
        "starts_at": at.isoformat(),
        "minutes": item.minutes,
    }


def came_late(application: Application, meeting: Meeting) -> bool:
    """Whether the case came in after the meeting's last day for cases."""
    return is_after(application, meeting.submit_by)


def is_after(application: Application, deadline: date | None) -> bool:
    """Whether the case came in after the day; never after none.

    The first time it was submitted counts: what the committee asked for
    afterwards costs the school no place.
    """
    if deadline is None or application.submitted_at is None:
        return False
    return timezone.localdate(application.submitted_at) > deadline


def late_in_words(application: Application, meeting: Meeting) -> str:
    """That it came in after the deadline, and when; '' where it did not."""
    if not came_late(application, meeting):
        return ""
    # Both are there, or it would not be late.
    deadline = day(cast("date", meeting.submit_by))
    came_on = day(timezone.localdate(application.submitted_at))
    return f"Sagen kom ind efter fristen {deadline}: den er sendt {came_on}."


def is_taken_up(item: AgendaItem) -> bool:
    """Whether anybody has to come for it: of a case that was answered before, nothing is left."""
    return item.amendment_id is not None or item.application.status != Status.CLOSED


def can_be_arranged(meeting: Meeting) -> bool:
    """An agenda is changed until it is locked."""
    return meeting.status == MeetingStatus.PLANNED
