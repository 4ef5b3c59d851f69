"""The free points of an agenda as pages read them: each a line among the cases."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from skolefleks.danish import day
from visitation.lifecycle import MeetingStatus
from visitation.models import FreePoint, Meeting

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models import QuerySet

ENDED = (MeetingStatus.HELD, MeetingStatus.APPROVED)
# Instead of a title that names a case which the reader is disqualified in.
CLOSED = "(Om en sag, du er inhabil i)"


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
    earlier = Meeting.objects.filter(
        status__in=ENDED, starts_at__lt=OuterRef("meeting__starts_at")
    ).order_by("-starts_at")
    return meeting.free_points.annotate(
        before=Subquery(earlier.values("pk")[:1]),
        before_at=Subquery(earlier.values("starts_at")[:1]),
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
