"""What became of a meeting's decisions after its minutes were approved: on screen and on paper."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.utils import timezone

from skolefleks.danish import moment
from visitation.minutes import course, readers

if TYPE_CHECKING:
    from datetime import datetime

    from skolefleks.models import User
    from visitation.models import Meeting


def rows_of(meeting: Meeting, since: datetime, user: User) -> list[dict[str, str]]:
    """What happened after `since`, as `user` may read it. Takes two queries."""
    later = course.lines_after(course.events_of(meeting), since)
    if not later:
        return []
    return list(readers.as_read_by({"points": [], "later": later}, user)["later"])


def on_paper(minutes: dict[str, Any], rows: list[dict[str, str]]) -> dict[str, Any]:
    """A paper of its own beside the approved `minutes`, which never change."""
    title = minutes["title"]
    return {
        "title": f"Tilføjelser til {title[:1].lower()}{title[1:]}",
        "lead": minutes["lead"],
        "status": minutes["status"],
        "made": f"Skrevet ud {moment(timezone.now())}",
        "rows": rows,
    }
