"""The demo's meetings: past ones with their minutes, and one in the next days.

The minutes are approved, but for those of the last meeting.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from skolefleks.calendar import banking_day_after, banking_days_before
from skolefleks.danish import today
from skolefleks.setup import trade
from visitation.agenda import actions as agenda
from visitation.agenda import free_points
from visitation.agenda import rules as agenda_rules
from visitation.caseload.scene import read_data
from visitation.meetings import actions as meetings
from visitation.meetings import rules as meeting_rules
from visitation.minutes import actions as minutes
from visitation.minutes import rules as minutes_rules
from visitation.models import AgendaItem, Attendance, FreePoint, Meeting

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitation.caseload.cases import CaseStory
    from visitation.caseload.scene import Scene


MEETINGS: dict[str, Any] = read_data("meetings")

# Days after the meeting.
APPROVED_AFTER = 7

SOMETIMES_AWAY = "udvalg.bur"

# As `weekday()` counts.
SATURDAY = 5


def met_days_ago(days_ago: int) -> int:
    """The meeting nearest to a day so many days ago; one on a weekend is moved to the Friday."""
    nearest = min(
        MEETINGS["held_days_ago"], key=lambda meeting: abs(meeting - days_ago)
    )

    # The demo is placed around today: a meeting falls on another weekday every day.
    weekday = (today() - timedelta(days=nearest)).weekday()
    days_since_friday = 0
    if weekday >= SATURDAY:
        days_since_friday = weekday - SATURDAY + 1
    return int(nearest) + days_since_friday


class MeetingStories:
    """The meetings, between the acts of the cases that are taken up there."""

    def __init__(
        self,
        scene: Scene,
        *,
        keys: Sequence[str] = MEETINGS["next_cases"],
        away: str = SOMETIMES_AWAY,
    ) -> None:
        self.scene = scene
        # The cases of the next meeting, and who is not at every one.
        self.keys = keys
        self.away = away
        self.secretary = scene.person("udvalg.sekretaer")
        self.cases_by_day: dict[int, list[CaseStory]] = {}
        self.next_cases: dict[str, CaseStory] = {}

    def take_up(self, case: CaseStory, days_ago: int | None) -> None:
        """Have the case on the agenda of the meeting when it was decided, or of the next one."""
        if days_ago is not None:
            self.cases_by_day.setdefault(days_ago, []).append(case)
        elif case.key in self.keys:
            self.next_cases[case.key] = case

    def plan(self) -> None:
        """Call it when all cases are planned; the acts of a day are done by the hour."""
        # The oldest first: `number` counts them as they were held.
        meetings_in_order = sorted(self.cases_by_day.items(), reverse=True)
        for number, (days_ago, cases) in enumerate(meetings_in_order):
            day = self.scene.today - timedelta(days=days_ago)
            meeting = PastMeeting(self, number, day, cases)
            self.scene.plan(days_ago + 1, meeting.prepare, hour=14)
            self.scene.plan(days_ago, meeting.open, hour=9, minute=2)
            # The cases are decided at 10 (`cases.py`).
            self.scene.plan(days_ago, meeting.close, hour=11, minute=40)
            if days_ago > APPROVED_AFTER:
                self.scene.plan(days_ago - APPROVED_AFTER, meeting.approve, hour=10)

        self.scene.plan(0, self._plan_ahead, hour=23)

    def _plan_ahead(self) -> None:
        """The meetings to come, the next one with its cases and invitations."""
        # Only the next one has its agenda: the others stand in the list of meetings.
        first = self.scene.today + timedelta(days=MEETINGS["next_in_days"])
        first = banking_day_after(first)
        slots = []
        for number in range(MEETINGS["planned_ahead"]):
            weeks = MEETINGS["weeks_between"] * number
            day = banking_day_after(first + timedelta(weeks=weeks))
            # Planned long ago: the last day for the next one may have passed.
            deadline = banking_days_before(day, trade.now().submission_days)
            slots.append(replace(slot(day), submit_by=deadline))

        next_meeting, *_ = meetings.plan(
            slots, points=agenda_rules.USUAL_POINTS, by=self.secretary
        )
        for key in self.keys:
            application = self.next_cases[key].application
            # Asked of the one that came in too late, and answered yes.
            agenda.add_to_agenda(
                next_meeting, application, by=self.secretary, although_late=True
            )
        # One of its own too: it comes before »Eventuelt«.
        free_points.add_point(
            next_meeting,
            kind=FreePoint.Kind.OWN,
            title=MEETINGS["own_point"],
            minutes=5,
            by=self.secretary,
        )
        meetings.invite(next_meeting, by=self.secretary)


class PastMeeting:
    """One meeting of the past, from its plan to its approved minutes; `number` counts them."""

    def __init__(
        self,
        meetings: MeetingStories,
        number: int,
        day: date,
        cases: Sequence[CaseStory],
    ) -> None:
        self.scene = scene = meetings.scene
        self.away = meetings.away
        self.number = number
        self.day = day
        self.cases = cases
        self.chair = scene.person("udvalg.formand")
        self.secretary = scene.person("udvalg.sekretaer")
        self.meeting: Meeting

    def prepare(self) -> None:
        """The day before: planned, the cases put on, everybody invited, the agenda locked."""
        [self.meeting] = meetings.plan(
            [slot(self.day)], points=agenda_rules.USUAL_POINTS, by=self.secretary
        )
        for case in self.cases:
            agenda.add_to_agenda(self.meeting, case.application, by=self.secretary)
        meetings.invite(self.meeting, by=self.secretary)
        meetings.lock_agenda(self.meeting, by=self.secretary)

    def open(self) -> None:
        """Everybody comes, but for one member at every third meeting."""
        states = {}
        for attendance in self.meeting.attendances.all():
            states[attendance.user_id] = Attendance.State.PRESENT
        if self.number % 3 == 1:
            away = self.scene.person(self.away)
            states[away.pk] = Attendance.State.ABSENT

        meetings.note_attendance(self.meeting, states, by=self.secretary)
        meetings.open_meeting(self.meeting, by=self.chair)

    def close(self) -> None:
        """The minutes are written, and the meeting ends."""
        texts = MEETINGS["said"]
        nothing_read = minutes_rules.mark_of("")
        items = list(
            AgendaItem.objects.filter(meeting=self.meeting).select_related(
                "application"
            )
        )
        for item in items:
            # The same object: what an act changes of the meeting is seen by the next.
            item.meeting = self.meeting
            text = texts[(self.number + item.position) % len(texts)]
            minutes.write_said(item, text=text, read=nothing_read, by=self.secretary)

        for point in self.meeting.free_points.all():
            point.meeting = self.meeting
            text = MEETINGS["said_at_points"].get(point.kind)
            if text:
                minutes.write_of_point(
                    point, text=text, read=nothing_read, by=self.secretary
                )

        remarks = MEETINGS["remarks"]
        remark = remarks[self.number % len(remarks)]
        if remark:
            minutes.write_remarks(
                self.meeting, text=remark, read=nothing_read, by=self.secretary
            )

        # Whatever was not decided is taken up later.
        meetings.close_meeting(
            self.meeting, later=[item.pk for item in items], by=self.chair
        )

    def approve(self) -> None:
        minutes.approve_minutes(self.meeting, by=self.chair)


def slot(day: date) -> meeting_rules.Slot:
    """From nine to noon, at the usual place."""
    begins = timezone.make_aware(datetime.combine(day, time(9)))
    return meeting_rules.Slot(begins, begins + timedelta(hours=3), MEETINGS["place"])
