"""A meeting as an iCalendar file (RFC 5545), for one's own calendar.

It holds time, place and a link, and nothing of any case.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from skolefleks.setup import trade
from visitation.lifecycle import MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visitation.models import Meeting

TITLE = "Møde i kvalitetsudvalget"

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


def calendar_file(meeting: Meeting) -> bytes:
    """The meeting as it is now: the same UID always, a SEQUENCE that grows with each change.

    Times are UTC, which every calendar shows as its own: nine here is nine,
    summer and winter.
    """
    url = settings.SITE_ADDRESS + meeting.get_absolute_url()
    status = "CONFIRMED"
    if meeting.status == MeetingStatus.CANCELLED:
        status = "CANCELLED"

    description = escaped(f"Dagsorden i SkoleFleks: {url}")
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        f"PRODID:-//{escaped(trade.now().municipality)}//SkoleFleks//DA",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meeting.pk}@skolefleks",
        f"SEQUENCE:{meeting.revision}",
        f"DTSTAMP:{utc(timezone.now())}",
        f"DTSTART:{utc(meeting.starts_at)}",
        f"DTEND:{utc(meeting.ends_at)}",
        f"SUMMARY:{escaped(TITLE)}",
        f"LOCATION:{escaped(meeting.place)}",
        f"DESCRIPTION:{description}",
        f"URL:{url}",
        f"STATUS:{status}",
        "END:VEVENT",
        "END:VCALENDAR",
    )

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
