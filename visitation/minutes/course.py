"""How a meeting went, from what was written down while it did: its course, and what came after."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from skolefleks.danish import day
from skolefleks.setup import trade
from visitation.agenda import free_lines
from visitation.lifecycle import DecisionStatus
from visitation.minutes import rules
from visitation.models import Attendance, Decision, MeetingEvent

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from django.db.models import QuerySet

    from visitation.models import FreePoint, Meeting

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
TOO_FEW = "Udvalget var ikke beslutningsdygtigt, og sagen kunne kun udsættes."
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


def quorum_of(meeting: Meeting) -> int:
    """How many it took to decide anything there, as it held on its own day."""
    return trade.at(meeting.opened_at or meeting.starts_at).quorum


def course_of(events: Iterable[MeetingEvent], quorum: int) -> list[list[str]]:
    """(clock, sentence) of what happened to the meeting itself."""
    lines = []
    for event in events:
        if event.kind in OF_THE_MEETING:
            lines.append([clock(event.at), _sentence(event, quorum)])
    return lines


def _sentence(event: MeetingEvent, quorum: int) -> str:
    sentence = str(event.get_kind_display())
    if event.person:
        sentence = f"{event.person.name}: {sentence.lower()}"
    # Of a substitute it is the name of the member, of a put off meeting the new time.
    if event.kind in (Kind.STOOD_IN, Kind.PUT_OFF):
        return f"{sentence} {event.reason}{_counted(event, quorum)}"
    sentence += _counted(event, quorum)
    if event.reason:
        sentence += f": {event.reason}"
    return sentence


def _counted(event: MeetingEvent, quorum: int) -> str:
    """How many counted from then on, and whether they were too few; '' where nobody counted."""
    if event.counting is None:
        return ""
    verdict = ""
    if event.counting < quorum:
        verdict = ": ikke beslutningsdygtigt"
    return f" ({event.counting} til stede tæller med{verdict})"


def presence_of(row: Attendance, events: Iterable[MeetingEvent]) -> str:
    """Whether somebody was there, and for how long where it was not all of the meeting."""
    words = str(row.get_state_display())
    at_some_time = []
    for event in events:
        if event.person_id != row.user_id:
            continue
        if event.kind in (Kind.ARRIVED, Kind.STOOD_IN):
            at_some_time.append(f"fra kl. {clock(event.at)}")
        elif event.kind == Kind.LEFT:
            at_some_time.append(f"til kl. {clock(event.at)}")
    if not at_some_time:
        return words
    # Who went is absent by the end, and was there all the same.
    return f"{Attendance.State.PRESENT.label} {' '.join(at_some_time)}"


def points_of(events: Iterable[MeetingEvent], quorum: int) -> dict[str, list[str]]:
    """Of each item that was taken up, by id: when, and how many counted in it then."""
    facts: dict[str, list[str]] = {}
    for event in events:
        if event.kind != Kind.TAKEN_UP:
            continue
        counted = f"kl. {clock(event.at)}, {event.counting} til stede, der tæller med"
        # A point that is about no case disqualifies nobody, and takes no quorum.
        if event.item_id:
            counted = _counted_in_case(event)
            if (event.counting or 0) < quorum:
                counted += ": ikke beslutningsdygtigt"
        key = str(event.item_id or event.point_id)
        if key in facts:
            facts[key][1] += f"; igen {counted}"
        else:
            facts[key] = ["Taget op", counted]
    return facts


def _counted_in_case(event: MeetingEvent) -> str:
    there = f"{event.counting} til stede, der tæller med og ikke er inhabile"
    return f"kl. {clock(event.at)}, {there}"


def decisions_of(events: Iterable[MeetingEvent], quorum: int) -> dict[str, list[str]]:
    """Of each decision, by id: when it was made, and how many counted in it then."""
    facts = {}
    for event in events:
        if event.kind != Kind.DECIDED or event.counting is None:
            continue
        text = _counted_in_case(event)
        if event.counting < quorum:
            text += f". {TOO_FEW}"
        facts[str(event.decision_id)] = ["Besluttet", text]
    return facts


def free_point(number: int, point: FreePoint) -> dict[str, Any]:
    """A point without a case: what it was called, and what was said."""
    before = free_lines.meeting_before(point)
    return {
        "number": number,
        "item": str(point.pk),
        "is_free": True,
        "minutes_of": str(before) if before else "",
        "application": "",
        "out": [],
        "is_closed": False,
        "heading": free_lines.title_of(point),
        "lead": "",
        "facts": [],
        "pupils": [],
        "note": "",
        "said": point.said or "",
    }


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
