"""A meeting, or one case at it, as an iCalendar invitation (RFC 5545, 5546) that updates itself.

It holds time, place, a case number at most, and a link: nothing of a pupil.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import parseaddr
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.utils import timezone

from skolefleks.setup import trade
from visitation.lifecycle import MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visitation.models import AgendaItem, Meeting

TITLE = "Møde i kvalitetsudvalget"
ORGANIZER = "Kvalitetsudvalget"

# The longest a line may be, without its end (RFC 5545, 3.1).
OCTETS = 75

# What is marked in a text (RFC 5545, 3.3.11). The backslash first: the others
# bring new ones.
MARKED = (
    ("\\", "\\\\"),
    (";", "\\;"),
    (",", "\\,"),
    ("\r\n", "\\n"),
    ("\n", "\\n"),
    ("\r", "\\n"),
)


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
    status = "CANCELLED" if entry.is_cancelled else "CONFIRMED"
    description = escaped(f"Læs mere i SkoleFleks: {entry.url}")
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(trade.now().municipality)}//SkoleFleks//DA",
        f"METHOD:{entry.method}",
        "BEGIN:VEVENT",
        f"UID:{entry.uid}",
        f"SEQUENCE:{entry.sequence}",
        f"DTSTAMP:{utc(timezone.now())}",
        f"DTSTART:{utc(entry.starts_at)}",
        f"DTEND:{utc(entry.ends_at)}",
        f"SUMMARY:{escaped(entry.title)}",
        f"LOCATION:{escaped(entry.place)}",
        f"DESCRIPTION:{description}",
        f"URL:{entry.url}",
        f"STATUS:{status}",
        # Without one a calendar takes the file for somebody's copy, and a newer
        # one for another meeting.
        f"ORGANIZER;CN={ORGANIZER}:mailto:{parseaddr(settings.DEFAULT_FROM_EMAIL)[1]}",
    ]
    if attendee:
        lines.append(f"ATTENDEE;RSVP=FALSE:mailto:{attendee}")
    lines += ["END:VEVENT", "END:VCALENDAR"]

    content = b""
    for line in lines:
        for part in folded(line.encode()):
            content += part + b"\r\n"
    return content


def utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def escaped(text: str) -> str:
    """The text with the letters marked that mean something in a calendar file."""
    for plain, marked in MARKED:
        text = text.replace(plain, marked)
    return text


def folded(line: bytes) -> Iterator[bytes]:
    """The line in parts no longer than OCTETS; what goes on begins with a space."""
    room, start = OCTETS, b""
    while len(line) > room:
        cut = room
        # A byte that goes on from the one before it: no letter is cut in two.
        while line[cut] & 0xC0 == 0x80:
            cut -= 1
        yield start + line[:cut]
        line = line[cut:]
        room, start = OCTETS - 1, b" "
    yield start + line
