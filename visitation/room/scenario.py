"""The what-if that the room looks at: kept in the cache for the meeting, and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from django.core.cache import cache
from django.db.models import Count

from skolefleks.encryption import key_ring
from visitation.models import Meeting

if TYPE_CHECKING:
    from django.db.models import QuerySet

# Longer than a meeting; what is left of it afterwards is worth nothing.
SECONDS = 4 * 60 * 60


def scenario_of(meeting: Meeting) -> dict[str, str]:
    """What was typed last by who leads the meeting; empty where nothing was."""
    return dict(cache.get(_key(meeting)) or {})


def keep_scenario(meeting: Meeting, typed: Mapping[str, str]) -> None:
    """Show `typed` on every screen that follows the meeting."""
    cache.set(_key(meeting), dict(typed), SECONDS)


def followed() -> QuerySet[Meeting]:
    """The meetings, each with the number of its `happenings`, as a stamp needs it."""
    return Meeting.objects.annotate(happenings=Count("events"))


def stamp_of(meeting: Meeting) -> str:
    """A mark of what the room shows: the case with what stands of it, a dot, and the what-if.

    Of one of `followed`: what is decided meanwhile shows by the count of happenings.
    """
    # Sorted, since the same table may have been typed in another order.
    content = json.dumps(sorted(scenario_of(meeting).items())).encode()
    mark = key_ring().digest(content, f"room.stamp.{meeting.pk}")[:12]
    # Annotated by `followed`, and no field of the model.
    counted: Any = meeting
    return f"{meeting.revision}-{meeting.status}-{counted.happenings}.{mark}"


def case_part(stamp: str) -> str:
    """The part of a stamp that says which case is at hand."""
    return stamp.partition(".")[0]


def _key(meeting: Meeting) -> str:
    return f"what-if.{meeting.pk}"
