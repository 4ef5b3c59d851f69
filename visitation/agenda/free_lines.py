"""The free points of an agenda as pages read them: each a line among the cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models.expressions import RawSQL
from django.utils import timezone

from skolefleks.danish import day
from visitation.lifecycle import MeetingStatus
from visitation.models import FreePoint

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

    from visitation.models import Meeting

ENDED = (MeetingStatus.HELD, MeetingStatus.APPROVED)
# Instead of a title that names a case which the reader is disqualified in.
CLOSED = "(Om en sag, du er inhabil i)"

# By hand: the ORM would put it together twice on every page of a meeting.
_BEFORE = """
    SELECT {} FROM visitation_meeting earlier
    WHERE status = ANY(%s) AND starts_at < %s ORDER BY starts_at DESC LIMIT 1
"""


@dataclass
class FreeLine:
    """One free point: to be talked of, by everybody, with nothing to decide."""

    number: int
    item: FreePoint
    starts_at: datetime
    is_closed: bool = False

    is_free = True
    is_open = True

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.item.minutes)

    @property
    def label(self) -> str:
        """What it is called to its reader."""
        if self.is_closed:
            return CLOSED
        return title_of(self.item)

    @property
    def before(self) -> UUID | None:
        """The meeting whose minutes it is about, where there is one."""
        return meeting_before(self.item)


def free_points_of(meeting: Meeting) -> QuerySet[FreePoint]:
    """In order, each with the last meeting before this one that has minutes. One query."""
    params = [list(ENDED), meeting.starts_at]
    return meeting.free_points.annotate(
        before=RawSQL(_BEFORE.format("id"), params),  # noqa: S611  the text is ours
        before_at=RawSQL(_BEFORE.format("starts_at"), params),  # noqa: S611
    )


def title_of(point: FreePoint) -> str:
    """Its own title, or what its kind is called; of one of `free_points_of`."""
    if point.kind == FreePoint.Kind.OWN:
        return str(point.title)
    # Annotated above, and no field of the model.
    marked: Any = point
    if point.kind == FreePoint.Kind.MINUTES and marked.before_at:
        return f"Referat af mødet {day(timezone.localdate(marked.before_at))}"
    return str(point.get_kind_display())


def meeting_before(point: FreePoint) -> UUID | None:
    """The meeting whose minutes the point is about; of one of `free_points_of`."""
    if point.kind != FreePoint.Kind.MINUTES:
        return None
    marked: Any = point
    before: UUID | None = marked.before
    return before
