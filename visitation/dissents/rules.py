"""What holds for a dissent: who may have one written down, and which of them stands."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from visitation.models import MeetingEvent

if TYPE_CHECKING:
    from collections.abc import Iterable

# By the decision: one of each member, in the order of their last words.
Dissents = dict[UUID, list[MeetingEvent]]


def standing(events: Iterable[MeetingEvent]) -> Dissents:
    """The last dissent of each member at each decision; those before it are kept as events."""
    last: dict[tuple[UUID, int], MeetingEvent] = {}
    for event in events:
        if event.kind != MeetingEvent.Kind.DISSENT:
            continue
        if event.decision_id and event.person_id:
            place = (event.decision_id, event.person_id)
            # Taken out first: whoever writes anew comes last.
            last.pop(place, None)
            last[place] = event

    by_decision: Dissents = {}
    for (decision_id, _), event in last.items():
        by_decision.setdefault(decision_id, []).append(event)
    return by_decision
