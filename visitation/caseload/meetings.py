"""The demo's meetings: the past ones with approved minutes, the last one not approved yet, one in the next days."""

from __future__ import annotations

import json
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

from django.utils import timezone

from skolefleks.calendar import banking_day_after
from skolefleks.danish import today
from visitation.agenda import actions as agenda
from visitation.meetings import actions as meetings
from visitation.meetings import rules as meeting_rules
from visitation.minutes import actions as minutes
from visitation.minutes import rules as minutes_rules
from visitation.models import AgendaItem, Attendance, Meeting

if TYPE_CHECKING:
    from collections.abc import Iterable

    from visitation.caseload.stories import CaseStory, Story


TOLD: dict[str, Any] = json.loads(
    (Path(__file__).parent / "data" / "meetings.json").read_text()
)


APPROVED_AFTER = 7  # days


SOMETIMES_AWAY = "udvalg.bur"


def met_days_ago(days_ago: int) -> int:
    """The meeting nearest to a day so many days ago, which is no day of a weekend."""
    nearest = min(TOLD["held_days_ago"], key=lambda held: abs(held - days_ago))
    weekday = (today() - timedelta(days=nearest)).weekday()
    return int(nearest) + max(weekday - 4, 0)


class MeetingStories:
    """The meetings, between the acts of the cases that are taken up there."""

    def __init__(self, story: Story) -> None:
        self.story = story
        self.chair, self.secretary = (
            story.by("udvalg.formand"),
            story.by("udvalg.sekretaer"),
        )
        self.taken_up: dict[int, list[CaseStory]] = {}
        self.next_up: dict[str, CaseStory] = {}

    def take_up(self, case: CaseStory, days_ago: int | None) -> None:
        """Have the case on the agenda of the meeting when it was decided, or of the next one."""
        if days_ago is not None:
            self.taken_up.setdefault(days_ago, []).append(case)
        elif case.case["key"] in TOLD["next_cases"]:
            self.next_up[case.case["key"]] = case

    def tell(self) -> None:
        """Call it when all cases are planned; the acts of a day are done by the hour."""
        for number, (days_ago, cases) in enumerate(
            sorted(self.taken_up.items(), reverse=True)
        ):
            held = HeldMeeting(self, number, days_ago, cases)
            self.story.at(days_ago + 1, held.prepare, hour=14)
            self.story.at(days_ago, held.open, hour=12)
            self.story.at(days_ago, held.close, hour=14)
            if days_ago > APPROVED_AFTER:
                self.story.at(days_ago - APPROVED_AFTER, held.approve, hour=10)
        self.story.at(0, self._plan_ahead, hour=23)

    def _plan_ahead(self) -> None:
        first = banking_day_after(
            self.story.today + timedelta(days=TOLD["next_in_days"])
        )
        days = [
            first + timedelta(weeks=TOLD["weeks_between"] * number)
            for number in range(TOLD["planned_ahead"])
        ]
        meeting, *_ = meetings.plan(
            [slot(banking_day_after(day)) for day in days], by=self.secretary
        )
        for key in TOLD["next_cases"]:
            agenda.add_to_agenda(
                meeting, self.next_up[key].application, by=self.secretary
            )
        meetings.invite(meeting, by=self.secretary)


class HeldMeeting:
    """One meeting of the past, from its plan to its approved minutes."""

    def __init__(
        self,
        stories: MeetingStories,
        number: int,
        days_ago: int,
        cases: Iterable[CaseStory],
    ) -> None:
        self.stories, self.number, self.cases = stories, number, list(cases)
        self.day = stories.story.today - timedelta(days=days_ago)
        self.meeting: Meeting

    def prepare(self) -> None:
        """The day before: planned, the cases put on, everybody invited, the agenda locked."""
        secretary = self.stories.secretary
        [self.meeting] = meetings.plan([slot(self.day)], by=secretary)
        for case in self.cases:
            agenda.add_to_agenda(self.meeting, case.application, by=secretary)
        meetings.invite(self.meeting, by=secretary)
        meetings.lock_agenda(self.meeting, by=secretary)

    def open(self) -> None:
        away = (
            {self.stories.story.by(SOMETIMES_AWAY).pk}
            if self.number % 3 == 1
            else set()
        )
        people = self.meeting.attendances.values_list("user", flat=True)
        states = {
            pk: Attendance.State.ABSENT if pk in away else Attendance.State.PRESENT
            for pk in people
        }
        meetings.note_attendance(self.meeting, states, by=self.stories.secretary)
        meetings.open_meeting(self.meeting, by=self.stories.chair)

    def close(self) -> None:
        """What was said is written down, and the meeting ends."""
        said, empty = TOLD["said"], minutes_rules.mark_of("")
        items = list(
            AgendaItem.objects.filter(meeting=self.meeting).select_related(
                "application"
            )
        )
        for item in items:
            item.meeting = self.meeting
            text = said[(self.number + item.position) % len(said)]
            minutes.write_said(item, text=text, read=empty, by=self.stories.secretary)
        if remarks := TOLD["remarks"][self.number % len(TOLD["remarks"])]:
            minutes.write_remarks(
                self.meeting, text=remarks, read=empty, by=self.stories.secretary
            )
        meetings.close_meeting(
            self.meeting, later=[item.pk for item in items], by=self.stories.chair
        )

    def approve(self) -> None:
        minutes.approve_minutes(self.meeting, by=self.stories.chair)


def slot(day: date) -> meeting_rules.Slot:
    begins = timezone.make_aware(datetime.combine(day, time(9)))
    return meeting_rules.Slot(begins, begins + timedelta(hours=3), TOLD["place"])
