"""How a meeting went, read from its events, and what became of its decisions afterwards."""

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
    from collections.abc import Collection, Iterable
    from datetime import datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from visitation.models import FreePoint, Meeting

Kind = MeetingEvent.Kind

# What happens to the meeting itself; the minutes tell the rest at the point that it is about.
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

TOO_FEW = "Udvalget var ikke beslutningsdygtigt, og sagen kunne kun udsættes."


def decisions_made_at(meeting: Meeting) -> QuerySet[Decision]:
    """The decisions made there, but for those undone before the meeting ended.

    One that was undone, replaced or refused later was made there all the same.
    """
    # While the meeting is on, `closed_at` is NULL and no event is later.
    undone_later = MeetingEvent.objects.filter(
        kind=Kind.UNDONE,
        decision=OuterRef("pk"),
        at__gt=F("meeting__closed_at"),
    )
    stood_at_the_end = ~Q(status=DecisionStatus.UNDONE) | Exists(undone_later)
    return Decision.objects.filter(stood_at_the_end, meeting=meeting)


def events_of(meeting: Meeting) -> list[MeetingEvent]:
    """All events of the meeting, in order. Takes one query."""
    related = ("person", "decision__pupil_case__application__school")
    return list(meeting.events.select_related(*related))


def quorum_of(meeting: Meeting) -> int:
    """How many members it took to decide anything, by the setting of the day of the meeting."""
    return trade.at(meeting.opened_at or meeting.starts_at).quorum


def course_of(meeting: Meeting, events: Iterable[MeetingEvent]) -> list[list[str]]:
    """When, and a sentence, for each thing that happened to the meeting itself.

    The time of day alone, where it was on the day that was planned.
    """
    quorum = quorum_of(meeting)
    planned_for = timezone.localdate(meeting.starts_at)
    lines = []
    for event in events:
        if event.kind not in OF_THE_MEETING:
            continue
        at = clock(event.at)
        happened_on = timezone.localdate(event.at)
        # Opened before its day, or reopened after it.
        if happened_on != planned_for:
            at = f"{day(happened_on)} kl. {at}"
        lines.append([at, _sentence(event, quorum)])
    return lines


def _sentence(event: MeetingEvent, quorum: int) -> str:
    sentence = str(event.get_kind_display())
    if event.person:
        sentence = f"{event.person.name}: {sentence.lower()}"

    # Here `reason` ends the sentence: whom somebody stands in for, or the new time of the meeting.
    if event.kind in (Kind.STOOD_IN, Kind.PUT_OFF):
        return f"{sentence} {event.reason}{_head_count(event, quorum)}"

    sentence += _head_count(event, quorum)
    if event.reason:
        sentence += f": {event.reason}"
    return sentence


def _head_count(event: MeetingEvent, quorum: int) -> str:
    """How many counted for the quorum from then on, in brackets; '' where it was not noted."""
    if event.counting is None:
        return ""
    verdict = ""
    if event.counting < quorum:
        verdict = ": ikke beslutningsdygtigt"
    return f" ({event.counting} til stede tæller med{verdict})"


def presence_of(row: Attendance, events: Iterable[MeetingEvent]) -> str:
    """Whether somebody was there, and from when and until when if not all the time."""
    times = []
    for event in events:
        if event.person_id != row.user_id:
            continue
        if event.kind in (Kind.ARRIVED, Kind.STOOD_IN):
            times.append(f"fra kl. {clock(event.at)}")
        elif event.kind == Kind.LEFT:
            times.append(f"til kl. {clock(event.at)}")
    if not times:
        return str(row.get_state_display())
    # Not the row's own state: it says absent of whoever was there and left.
    return f"{Attendance.State.PRESENT.label} {' '.join(times)}"


def facts_of_points(
    events: Iterable[MeetingEvent], quorum: int
) -> dict[str, list[str]]:
    """Label and text for each point that was taken up, by its id: when, and how many counted."""
    texts: dict[str, str] = {}
    for event in events:
        if event.kind != Kind.TAKEN_UP:
            continue
        # A point without a case needs no quorum, and nobody is disqualified in it.
        text = f"kl. {clock(event.at)}, {event.counting} til stede, der tæller med"
        if event.item_id:
            text = _head_count_in_case(event)
            if (event.counting or 0) < quorum:
                text += ": ikke beslutningsdygtigt"

        key = str(event.item_id or event.point_id)
        if key in texts:
            texts[key] += f"; igen {text}"
        else:
            texts[key] = text
    return {key: ["Taget op", text] for key, text in texts.items()}


def _head_count_in_case(event: MeetingEvent) -> str:
    """When, and how many there counted for the quorum and were not disqualified in the case."""
    present = f"{event.counting} til stede, der tæller med og ikke er inhabile"
    return f"kl. {clock(event.at)}, {present}"


def facts_of_decisions(
    events: Iterable[MeetingEvent], quorum: int
) -> dict[str, list[str]]:
    """Label and text for each decision, by its id: when it was made, and how many counted."""
    facts = {}
    for event in events:
        if event.kind != Kind.DECIDED or event.counting is None:
            continue
        text = _head_count_in_case(event)
        if event.counting < quorum:
            text += f". {TOO_FEW}"
        facts[str(event.decision_id)] = ["Besluttet", text]
    return facts


def free_point(number: int, point: FreePoint) -> dict[str, Any]:
    """A point without a case, with the fields that every point has in the minutes."""
    minutes_of = ""
    meeting_before = free_lines.meeting_before(point)
    if meeting_before:
        minutes_of = str(meeting_before)
    return {
        "number": number,
        "item": str(point.pk),
        "is_free": True,
        # The meeting whose minutes are approved at this point, where it is about any.
        "minutes_of": minutes_of,
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


def lines_after(
    events: Iterable[MeetingEvent],
    since: datetime | None,
    *,
    refusals_of: Collection[UUID] = (),
) -> list[dict[str, str]]:
    """What became of decisions after `since`, without names; None while the meeting is on.

    A chief is not at the meeting: that one refused a tariff is told of the
    decisions `refusals_of`, though it was before `since`.
    """
    if since is None:
        return []

    lines = []
    for event in events:
        decision = event.decision
        is_refusal = event.kind == Kind.CEILING_REFUSED
        is_told = event.at > since or (is_refusal and event.decision_id in refusals_of)
        if decision is None or event.kind not in OF_A_DECISION or not is_told:
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
    """The time of day in Denmark, as the minutes write it: 14.05."""
    return f"{timezone.localtime(moment):%H.%M}"
