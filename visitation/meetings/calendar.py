"""A meeting as an iCalendar file (RFC 5545), for one's own calendar: time, place and link, nothing of any case."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone

from visitation.lifecycle import MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Iterator

    from visitation.models import Meeting


TITLE = "Møde i kvalitetsudvalget"


OCTETS = 75  # of a line, without its end


def calendar_file(meeting: Meeting) -> bytes:
    """The meeting as it is now: the same UID always, a SEQUENCE that grows with each change.

    Times are UTC, which every calendar shows as its own: nine in Ballerup is nine, summer and winter.
    """
    url = settings.SITE_ADDRESS + meeting.get_absolute_url()
    cancelled = meeting.status == MeetingStatus.CANCELLED
    lines = (
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ballerup Kommune//SkoleFleks//DA",
        "METHOD:PUBLISH",
        "BEGIN:VEVENT",
        f"UID:{meeting.pk}@skolefleks",
        f"SEQUENCE:{meeting.revision}",
        f"DTSTAMP:{_utc(timezone.now())}",
        f"DTSTART:{_utc(meeting.starts_at)}",
        f"DTEND:{_utc(meeting.ends_at)}",
        f"SUMMARY:{_text(TITLE)}",
        f"LOCATION:{_text(meeting.place)}",
        f"DESCRIPTION:{_text(f'Dagsorden i SkoleFleks: {url}')}",
        f"URL:{url}",
        f"STATUS:{'CANCELLED' if cancelled else 'CONFIRMED'}",
        "END:VEVENT",
        "END:VCALENDAR",
    )
    return b"".join(part + b"\r\n" for line in lines for part in _folded(line.encode()))


def _utc(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _text(value: str) -> str:
    """Backslash, comma, semicolon and line ends are marked (RFC 5545, 3.3.11)."""
    for plain, marked in (
        ("\\", "\\\\"),
        (";", "\\;"),
        (",", "\\,"),
        ("\r\n", "\\n"),
        ("\n", "\\n"),
        ("\r", "\\n"),
    ):
        value = value.replace(plain, marked)
    return value


def _folded(line: bytes) -> Iterator[bytes]:
    """No longer than OCTETS; what goes on begins with a space, and no letter is cut in two (3.1)."""
    room = OCTETS
    while len(line) > room:
        cut = room
        while line[cut] & 0xC0 == 0x80:
            cut -= 1
        yield (b"" if room == OCTETS else b" ") + line[:cut]
        line, room = line[cut:], OCTETS - 1
    yield (b"" if room == OCTETS else b" ") + line
