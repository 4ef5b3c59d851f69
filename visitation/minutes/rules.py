"""What holds for minutes: when they can be written, and how people are named in them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from skolefleks import pdf_text
from skolefleks.encryption import key_ring
from skolefleks.models import MINUTE_TITLES, Role
from visitation.lifecycle import MeetingStatus

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from applications.models import PupilCase
    from visitation.models import Meeting

WRITABLE = (MeetingStatus.UNDER_WAY, MeetingStatus.HELD)
READABLE = (*WRITABLE, MeetingStatus.APPROVED)


def can_be_written(meeting: Meeting) -> bool:
    """Minutes are written while the meeting is under way, and until they are approved."""
    return meeting.status in WRITABLE


def title_of(roles: Collection[str]) -> str:
    """What somebody is in the committee, by the roles they hold today.

    Who has left the committee since the meeting was a member of it.
    """
    for role, title in MINUTE_TITLES.items():
        if role in roles:
            return title
    return Role.COMMITTEE_MEMBER.traits.title


def mark_of(text: str | None) -> str:
    """A short mark of a text: a form says by it which text it was written on top of."""
    return key_ring().digest((text or "").encode(), "minutes.mark")[:20]


def name_in_minutes(pupil_case: PupilCase) -> str:
    """Initials instead of the name, and not even those for a protected pupil."""
    if pupil_case.is_protected:
        return "Beskyttet"
    return pupil_case.initials


def replacements(pupil_cases: Iterable[PupilCase]) -> list[tuple[str, str]]:
    """(name, what the minutes say instead) of each pupil."""
    return [
        (pupil_case.name, name_in_minutes(pupil_case)) for pupil_case in pupil_cases
    ]


def unprintable_in(minutes: dict[str, Any]) -> list[str]:
    """The letters and signs that the minutes could not show on paper."""
    return pdf_text.unprintable(json.dumps(minutes, ensure_ascii=False))
