"""The agenda as pages read it: its points with their times, who is out of each, who is enough."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import Application, ApplicationQuerySet, PupilCase
from applications.models.copies import show_copy
from applications.reading import rules as reading_rules
from applications.reading import ties
from skolefleks import alphabet
from skolefleks.administration import work_left
from skolefleks.danish import today
from skolefleks.permissions import Permission, schools_of
from skolefleks.written_once import rows_written_once
from visitation.agenda import free_lines, names, rules
from visitation.agenda.free_lines import FreeLine
from visitation.lifecycle import UPCOMING, AmendmentStatus
from visitation.models import (
    AgendaItem,
    Attendance,
    Decision,
    Effort,
    FreePoint,
    Meeting,
)
from visitation.models.meetings import case_time

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from django.db.models import QuerySet

    from skolefleks.models import User
    from visitation.models import Amendment

# What a row of an agenda shows: an application has many more columns, most of them encrypted.
ITEM_FIELDS = (
    "id",
    "meeting",
    "position",
    "minutes",
    "application__number",
    "application__status",
    "application__initials",
    "application__grades",
    "application__pupil_count",
    "application__requested",
    "application__submitted_at",
    "application__sent_back_at",
    "application__days_at_school",
    "application__representative_name",
    "application__sent_back_copy",
    "application__created_by",
    "application__submitted_by",
    "application__school__name",
    "application__school__district",
    "amendment__effort",
    "amendment__kind",
    "amendment__status",
    "amendment__asked_at",
)


@dataclass
class Point:
    """One line of the agenda.

    Who is disqualified in its case (not `is_open`) is shown its number and
    nothing else. `decided` is the number of its pupils that are decided or
    put off; `out` says why, by who is out.
    """

    number: int
    item: AgendaItem
    starts_at: datetime
    is_open: bool
    is_free = False
    decided: int = 0
    out: dict[int, str] = field(default_factory=dict)
    quorum: rules.Quorum | None = None

    @property
    def application(self) -> Application:
        return self.item.application

    @property
    def ends_at(self) -> datetime:
        return self.starts_at + timedelta(minutes=self.item.minutes)

    @property
    def amendment(self) -> Amendment | None:
        """What is asked for a running effort; None where the case itself is to be decided."""
        return self.item.amendment

    @property
    def grades(self) -> str:
        grades = ", ".join(f"{grade}." for grade in self.application.grades)
        return f"{grades} kl."

    @property
    def label(self) -> str:
        """What the point is called to its reader."""
        if self.is_open:
            return self.application.number
        return f"Punkt {self.number}"

    @property
    def is_gone(self) -> bool:
        """Whether the school has the case, and there is nothing to decide."""
        if self.amendment:
            return self.amendment.status == AmendmentStatus.WITHDRAWN
        return self.application.status in (Status.WITHDRAWN, Status.SENT_BACK)

    @property
    def is_waiting(self) -> bool:
        """Whether a pupil of the case is neither decided nor postponed."""
        if self.amendment:
            return self.amendment.is_waiting
        is_submitted = self.application.status == Status.SUBMITTED
        return is_submitted and self.decided < self.application.pupil_count

    @property
    def state(self) -> str:
        """How far it is decided, in words."""
        if self.amendment:
            return self.amendment.get_status_display()
        if self.is_gone:
            return self.application.get_status_display()
        if not self.is_waiting:
            return "Afgjort"
        if self.decided:
            return f"{self.decided} af {self.application.pupil_count} afgjort"
        return "Ikke afgjort"

    @property
    def is_late(self) -> bool:
        """Whether the case came in after the meeting's last day for cases."""
        if self.amendment:
            return False
        return rules.came_late(self.application, self.item.meeting)

    @property
    def shortage(self) -> str:
        """What the room is told where those who are there are too few to decide what waits."""
        if self.quorum is None or not self.is_waiting:
            return ""
        return self.quorum.shortage

    @property
    def waited(self) -> reading_rules.Wait | None:
        """Whole days from submission to the meeting, or to today where that comes first."""
        until = min(timezone.localdate(self.starts_at), today())
        if self.amendment is None:
            return reading_rules.wait_of(self.application, until)

        asked_at = self.amendment.asked_at
        if asked_at is None:
            return None
        return reading_rules.Wait((until - timezone.localdate(asked_at)).days, 0)


@dataclass
class Agenda:
    """A meeting's lines in order, cases and free points, and who was invited to it."""

    meeting: Meeting
    lines: list[Point | FreeLine]
    attendances: list[Attendance]

    @property
    def points(self) -> list[Point]:
        """The cases alone."""
        return cases_of(self.lines)

    @property
    def minutes(self) -> int:
        return sum(line.item.minutes for line in self.lines)

    @property
    def ends_at(self) -> datetime:
        return self.meeting.starts_at + timedelta(minutes=self.minutes)

    @property
    def counting(self) -> int:
        """How many are there and count for the quorum, recusals aside."""
        present = Attendance.State.PRESENT
        return sum(row.counts for row in self.attendances if row.state == present)

    @property
    def too_few_for(self) -> str:
        """The cases that wait and that those who are there are too few to decide; '' for none."""
        return ", ".join(point.label for point in self.points if point.shortage)

    @property
    def minutes_over(self) -> int:
        """How much longer the agenda is than the meeting."""
        length = self.meeting.ends_at - self.meeting.starts_at
        return max(0, self.minutes - int(length.total_seconds() // 60))


def agenda(meeting: Meeting, user: User) -> Agenda:
    """All that the meeting's page shows. Takes seven queries, whatever it holds."""
    # Read once and asked for each point: the quorum would else cost a query a case.
    attendances = meeting.attendances.select_related("user", "stands_in_for")
    people = list(attendances.order_by(alphabet.by("user__name")))
    lines = lines_of(meeting, user)
    points = cases_of(lines)
    decided: dict[UUID, int] = dict(_decided_pupils(meeting.pk))
    cases = [point.application for point in points]
    disqualified = ties.disqualifications_by_case(cases, [row.user for row in people])
    for point in points:
        application = point.application
        point.out = disqualified[application.pk]
        # What is decided of the case was decided long before an amendment of it.
        if point.amendment is None:
            point.decided = decided.get(application.pk, 0)
        point.quorum = rules.quorum(meeting, people, point.out)
    return Agenda(meeting, lines, people)


def cases_of(lines: Iterable[Point | FreeLine]) -> list[Point]:
    """The lines that are cases, with their numbers among all."""
    return [line for line in lines if isinstance(line, Point)]


def points_of(meeting: Meeting, user: User) -> list[Point]:
    """The cases of the agenda with their times, as `user` may see them."""
    return cases_of(lines_of(meeting, user))


def lines_of(meeting: Meeting, user: User) -> list[Point | FreeLine]:
    """The agenda in order with its times, as `user` may see it.

    Takes three queries, and one more where a running effort is on it.
    """
    # What the reader may not judge is a number on the agenda, and nothing else.
    open_cases = {pk for (pk,) in _open_cases(user, meeting.pk)}

    items = meeting.items.select_related("application__school", "amendment")
    rows = rules.in_order(items.only(*ITEM_FIELDS), free_lines.free_points_of(meeting))
    # An effort carries grants of several cases: who is out of one sees none of it.
    open_efforts: set[UUID] = set()
    if any(isinstance(row, AgendaItem) and row.amendment_id for row in rows):
        open_efforts = {pk for (pk,) in _open_efforts(user, meeting.pk)}

    lines: list[Point | FreeLine] = []
    for number, (item, begins_at) in enumerate(rules.timed(meeting, rows), start=1):
        if isinstance(item, FreePoint):
            lines.append(FreeLine(number, item, begins_at))
            continue
        # Of a case that the school has again the page tells what was submitted.
        show_copy(item.application)
        is_open = item.application_id in open_cases
        if item.amendment:
            is_open = is_open and item.amendment.effort_id in open_efforts
        lines.append(Point(number, item, begins_at, is_open))
    _close_titles(lines)
    return lines


@rows_written_once
def _open_cases(user: User, meeting: UUID) -> QuerySet[Any, Any]:
    """The cases of the agenda that the person may judge."""
    items = AgendaItem.objects.filter(meeting=meeting)
    reviewable = Application.objects.reviewable_by(user)
    return reviewable.filter(pk__in=items.values("application")).values_list("pk")


@rows_written_once
def _open_efforts(user: User, meeting: UUID) -> QuerySet[Any, Any]:
    """The running efforts of the agenda that the person may follow."""
    items = AgendaItem.objects.filter(meeting=meeting, amendment__isnull=False)
    efforts = Effort.objects.visible_to(user)
    return efforts.filter(pk__in=items.values("amendment__effort")).values_list("pk")


def _close_titles(lines: Iterable[Point | FreeLine]) -> None:
    """Hide the titles that name a case which the reader is disqualified in."""
    rows = list(lines)
    closed = [row.application for row in cases_of(rows) if not row.is_open]
    marks = names.marks_of(closed)
    for row in rows:
        if isinstance(row, FreeLine):
            row.is_closed = names.is_about(row.item.title, marks)


def times_of(meeting: Meeting) -> list[tuple[AgendaItem, datetime]]:
    """Each case of the agenda, and when it is taken up. Takes two queries."""
    items = meeting.items.select_related("application")
    rows = rules.in_order(items, meeting.free_points.all())
    return [
        (row, begins_at)
        for row, begins_at in rules.timed(meeting, rows)
        if isinstance(row, AgendaItem)
    ]


def agenda_sums(meetings: Iterable[Meeting]) -> dict[UUID, tuple[int, int]]:
    """(cases, their minutes) of each meeting that has any."""
    # Without the model's order, which would split each meeting into its items.
    items = AgendaItem.objects.filter(meeting__in=list(meetings)).order_by()
    rows = items.values_list("meeting").annotate(Count("pk"), Sum("minutes"))
    return {pk: (cases, minutes) for pk, cases, minutes in rows}


def candidates(user: User) -> ApplicationQuerySet:
    """The cases that `user` may put on an agenda.

    Submitted, with a pupil to decide, and on no upcoming agenda.
    """
    on_agenda = AgendaItem.objects.filter(
        meeting__status__in=UPCOMING,
        application=OuterRef("pk"),
        amendment__isnull=True,
    )
    waiting = _undecided_pupils().filter(application=OuterRef("pk"))
    submitted = Application.objects.reviewable_by(user).filter(status=Status.SUBMITTED)
    return submitted.filter(~Exists(on_agenda), Exists(waiting))


def has_undecided_pupil(application: Application) -> bool:
    """Whether there is a pupil of the case to decide; one that was put off is."""
    decided = Decision.objects.settled().exclude(outcome=Decision.Outcome.POSTPONED)
    of_pupil = decided.filter(pupil_case=OuterRef("pk"))
    pupils = PupilCase.objects.filter(application=application)
    return pupils.exclude(Exists(of_pupil)).exists()


def _undecided_pupils() -> QuerySet[PupilCase]:
    # A pupil postponed and released waits again: `settled` leaves it out.
    settled = Decision.objects.settled().filter(pupil_case=OuterRef("pk"))
    return PupilCase.objects.exclude(Exists(settled))


def undecided_items(meeting: Meeting) -> list[AgendaItem]:
    """The items whose case still waits.

    Submitted, with a pupil who is neither decided nor postponed at this
    meeting.
    """
    settled = settled_for(meeting).filter(pupil_case=OuterRef("pk"))
    waiting = PupilCase.objects.exclude(Exists(settled))
    waiting_here = waiting.filter(application=OuterRef("application"))

    own_cases = Q(amendment__isnull=True, application__status=Status.SUBMITTED)
    amendments = Q(amendment__status=AmendmentStatus.WAITING)
    items = meeting.items.filter(own_cases & Exists(waiting_here) | amendments)
    return list(items.select_related("application"))


def cases_at_meetings(user: User) -> list[Application]:
    """The cases of the person's schools that are taken up at a coming meeting, the next one first.

    Each with `taken_up_at`.
    """
    # The school hears of the time from the invitation on; `case_time` sees to that.
    schools = schools_of(user, Permission.APPLICATION_WRITE)
    submitted = Application.objects.filter(school__in=schools, status=Status.SUBMITTED)
    at_meetings = submitted.annotate(taken_up_at=case_time()).filter(
        taken_up_at__isnull=False
    )

    fields = ("number", "initials", "representative_name", "school__name")
    rows = at_meetings.select_related("school").only(*fields)
    return list(rows.order_by("taken_up_at")[:10])


def settled_for(meeting: Meeting) -> QuerySet[Decision]:
    """What the meeting need not take up: decided or put off at it, or decided elsewhere."""
    # Put off at an earlier meeting, the pupil is to be taken up at this one.
    put_off_elsewhere = Q(status="released", outcome="postponed")
    return Decision.objects.standing().filter(Q(meeting=meeting) | ~put_off_elsewhere)


def settled_on_agenda(meeting: Meeting) -> QuerySet[Decision]:
    """The same, of the pupils on its agenda."""
    applications = meeting.items.values("application")
    return settled_for(meeting).filter(pupil_case__application__in=applications)


@rows_written_once
def _decided_pupils(meeting: UUID) -> QuerySet[Any, Any]:
    """How many pupils of each case on the agenda are decided or postponed."""
    settled = settled_on_agenda(Meeting(pk=meeting)).order_by()
    rows = settled.values_list("pupil_case__application")
    return rows.annotate(Count("pupil_case", distinct=True))


@work_left.counts_as("Kommende møder, personen har indkaldt til")
def _meetings_planned(person: User) -> int:
    return Meeting.objects.upcoming().filter(planned_by=person).count()
