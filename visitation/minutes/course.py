"""How a meeting went, from what was written down while it did: its course, and what came after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from skolefleks.danish import day
from visitation.lifecycle import DecisionStatus
from visitation.minutes import rules
from visitation.models import Decision, MeetingEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from visitation.models import Meeting

Kind = MeetingEvent.Kind

# What happens to the meeting itself; the rest stands at the point that it is about.
OF_THE_MEETING = (
    Kind.OPENED,
    Kind.ARRIVED,
    Kind.LEFT,
    Kind.STOOD_IN,
    Kind.CLOSED,
    Kind.REOPENED,
    Kind.PUT_OFF,
)
# What happens to a decision once it is made.
OF_A_DECISION = (Kind.UNDONE, Kind.CEILING_REFUSED)


def decided_at(meeting: Meeting) -> QuerySet[Decision]:
    """What was decided there and not taken back before the meeting ended.

    What became of it later changes nothing: replaced, undone or refused, it
    was decided there.
    """
    undone_later = MeetingEvent.objects.filter(
        kind=Kind.UNDONE,
        decision=OuterRef("pk"),
        at__gt=F("meeting__closed_at"),
    )
    stood = ~Q(status=DecisionStatus.UNDONE) | Exists(undone_later)
    return Decision.objects.filter(stood, meeting=meeting)


def events_of(meeting: Meeting) -> list[MeetingEvent]:
    """All that happened, in order. Takes one query."""
    related = ("person", "decision__pupil_case__application__school")
    return list(meeting.events.select_related(*related))


def course_of(events: Iterable[MeetingEvent]) -> list[list[str]]:
    """(clock, sentence) of what happened to the meeting itself."""
    lines = []
    for event in events:
        if event.kind in OF_THE_MEETING:
            lines.append([clock(event.at), _sentence(event)])
    return lines


def _sentence(event: MeetingEvent) -> str:
    sentence = str(event.get_kind_display())
    if event.person:
        sentence = f"{event.person.name}: {sentence.lower()}"
    if event.kind == Kind.STOOD_IN:
        # Of a substitute it is the name of the member.
        return f"{sentence} {event.reason} ({event.counting} til stede tæller med)"
    if event.kind == Kind.PUT_OFF:
        # When the new meeting is.
        return f"{sentence} {event.reason} ({event.counting} til stede tæller med)"
    if event.counting is not None:
        sentence += f" ({event.counting} til stede tæller med)"
    if event.reason:
        sentence += f": {event.reason}"
    return sentence


def points_of(events: Iterable[MeetingEvent]) -> dict[str, list[str]]:
    """Of each item that was taken up, by id: when, and how many counted in it then."""
    facts: dict[str, list[str]] = {}
    for event in events:
        if event.kind == Kind.TAKEN_UP and event.point_id:
            counted = f"{event.counting} til stede, der tæller med"
            facts[str(event.point_id)] = [
                "Taget op",
                f"kl. {clock(event.at)}, {counted}",
            ]
        elif event.kind == Kind.TAKEN_UP:
            counted = f"{event.counting} til stede, der tæller med og ikke er inhabile"
            facts[str(event.item_id)] = [
                "Taget op",
                f"kl. {clock(event.at)}, {counted}",
            ]
    return facts


def later_than(
    events: Iterable[MeetingEvent], since: datetime | None
) -> list[dict[str, str]]:
    """What became of decisions after `since`, without names; None: the meeting goes on."""
    lines = []
    for event in events:
        decision = event.decision
        is_later = since is not None and event.at > since
        if decision is None or event.kind not in OF_A_DECISION or not is_later:
            continue
        application = decision.application
        initials = rules.name_in_minutes(decision.pupil_case)
        happened_on = day(timezone.localdate(event.at))
        lines.append(
            {
                "application": str(application.pk),
                "heading": f"{application.number}, {application.school}",
                "text": f"{initials}, {happened_on}: {event.get_kind_display().lower()}",
            }
        )
    return lines


def clock(moment: datetime) -> str:
    return f"{timezone.localtime(moment):%H.%M}"
