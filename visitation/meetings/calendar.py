"""A meeting, or one case at it, as an iCalendar invitation (RFC 5545, 5546) that updates itself.

It holds time, place, a case number at most, and a link: nothing of a pupil.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.utils import timezone

from visitation.lifecycle import MeetingStatus

if TYPE_CHECKING:
    from visitation.models import AgendaItem, Meeting

TITLE = "Møde i kvalitetsudvalget"
ORGANIZER = "Kvalitetsudvalget"


class Entry(NamedTuple):
    """What stands in somebody's calendar.

    The same `uid` always and a `sequence` that grows with each change: by them
    a calendar puts the new one in the old one's place.
    """

    uid: str
    sequence: int
    starts_at: datetime
    ends_at: datetime
    title: str
    place: str
    url: str
    is_cancelled: bool = False

    @property
    def method(self) -> str:
        if self.is_cancelled:
            return "CANCEL"
        return "REQUEST"


def entry_of(meeting: Meeting) -> Entry:
    """The meeting as it is now."""
    return Entry(
        uid=f"{meeting.pk}@skolefleks",
        sequence=meeting.revision,
        starts_at=meeting.starts_at,
        ends_at=meeting.ends_at,
        title=TITLE,
        place=meeting.place,
        url=settings.SITE_ADDRESS + meeting.get_absolute_url(),
        is_cancelled=meeting.status == MeetingStatus.CANCELLED,
    )


def entry_of_case(item: AgendaItem, starts_at: datetime) -> Entry:
    """One case, at the time it is taken up: what the school and its advisers come for."""
    application = item.application
    return entry_of(item.meeting)._replace(
        uid=f"{item.pk}@skolefleks",
        starts_at=starts_at,
        ends_at=starts_at + timedelta(minutes=item.minutes),
        title=f"{TITLE}: {application.number}",
        url=settings.SITE_ADDRESS + application.get_absolute_url(),
    )


def calendar_file(entry: Entry, *, attendee: str = "") -> bytes:
    """The entry as a file; `attendee` is the address of whose calendar it is for.

    Times are UTC, which every calendar shows as its own: nine here is nine,
    summer and winter.
    """
    # Imported late: only who gets a file waits for the library.
    import icalendar

    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//SkoleFleks//DA")
    calendar.add("version", "2.0")
    calendar.add("method", entry.method)

    event = icalendar.Event()
    for name, value in _facts_of(entry).items():
        event.add(name, value)
    # Without an organizer a calendar takes the file for somebody's copy, and a
    # newer one for another meeting.
    address = parseaddr(settings.DEFAULT_FROM_EMAIL)[1]
    organizer = icalendar.vCalAddress(f"mailto:{address}")
    organizer.params["CN"] = ORGANIZER
    event.add("organizer", organizer)
    if attendee:
        person = icalendar.vCalAddress(f"mailto:{attendee}")
        person.params["RSVP"] = "FALSE"
        event.add("attendee", person)

    calendar.add_component(event)
    content: bytes = calendar.to_ical()
    return content


def _facts_of(entry: Entry) -> dict[str, Any]:
    """By the names of RFC 5545."""
    status = "CONFIRMED"
    if entry.is_cancelled:
        status = "CANCELLED"
    return {
        "uid": entry.uid,
        "sequence": entry.sequence,
        "dtstamp": timezone.now().astimezone(UTC),
        "dtstart": entry.starts_at.astimezone(UTC),
        "dtend": entry.ends_at.astimezone(UTC),
        "summary": entry.title,
        "location": entry.place,
        "description": f"Læs mere i SkoleFleks: {entry.url}",
        "url": entry.url,
        "status": status,
    }
