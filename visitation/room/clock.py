"""How long each point of a meeting has taken so far, and how late it is by the agenda."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db import DEFAULT_DB_ALIAS
from django.utils import timezone

from skolefleks.written_once import rows_written_once
from visitation.models import MeetingEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from visitation.agenda.free_lines import FreeLine
    from visitation.agenda.queries import Point
    from visitation.models import Meeting

Kind = MeetingEvent.Kind
NOTHING = timedelta(0)

# What the clock reads of an event.
FIELDS = ("id", "kind", "at", "item_id", "point_id")


@dataclass(frozen=True)
class PointClock:
    """Whole seconds that a point has taken; `walks` while it is at hand."""

    seconds: int
    walks: bool

    @property
    def minutes(self) -> int:
        return self.seconds // 60


@dataclass(frozen=True)
class Lateness:
    """Seconds after the agenda: as the point at hand began, and by its end if it ended now.

    The first stays, the second walks; what is larger counts.
    """

    began: int
    ends: int

    @property
    def minutes(self) -> int:
        return max(self.began, self.ends, 0) // 60


@dataclass(frozen=True)
class RoomClock:
    """What was used of each item until `now`, and since when the one at hand is taken up."""

    now: datetime
    used: dict[UUID, timedelta]
    at_item: UUID | None
    since: datetime | None

    @property
    def second_of_day(self) -> int:
        """Where a browser counts on from."""
        at = timezone.localtime(self.now)
        return at.hour * 3600 + at.minute * 60 + at.second

    def of_point(self, point: Point | FreeLine) -> PointClock:
        used = self.used.get(point.item.pk, NOTHING)
        walks = point.item.pk == self.at_item
        return PointClock(int(used.total_seconds()), walks)

    def lateness(self, here: Point | FreeLine | None) -> Lateness | None:
        """Nothing before the first point, and on another day than the one that was planned."""
        if here is None or self.since is None:
            return None
        if timezone.localdate(here.starts_at) != timezone.localdate(self.now):
            return None
        began = self.since - here.starts_at
        ends = self.now - here.ends_at
        return Lateness(int(began.total_seconds()), int(ends.total_seconds()))


def clock_of(meeting: Meeting) -> RoomClock:
    """The clock as it stands now. Takes one query."""
    events = []
    for values in _changes_of(meeting.pk):
        events.append(MeetingEvent.from_db(DEFAULT_DB_ALIAS, FIELDS, values))
    return read(events, timezone.now())


@rows_written_once
def _changes_of(meeting: UUID) -> QuerySet[Any, Any]:
    """What set the clock of a point going, or stopped it."""
    kinds = (Kind.TAKEN_UP, Kind.CLOSED, Kind.REOPENED)
    events = MeetingEvent.objects.filter(meeting=meeting, kind__in=kinds)
    return events.order_by("at", "pk").values_list(*FIELDS)


def read(events: Iterable[MeetingEvent], now: datetime) -> RoomClock:
    """The clock by what happened, in order: a point runs until the next, or the meeting's end."""
    used: dict[UUID, timedelta] = {}
    last: UUID | None = None
    since: datetime | None = None
    for event in events:
        if last and since:
            used[last] = used.get(last, NOTHING) + event.at - since
        since = event.at
        if event.kind == Kind.TAKEN_UP:
            last = event.item_id or event.point_id
        elif event.kind == Kind.CLOSED:
            # Nothing runs; reopened, the point at hand goes on.
            since = None

    if last and since:
        used[last] = used.get(last, NOTHING) + now - since
    at_item = last if since else None
    return RoomClock(now, used, at_item, since)
