"""The committee's meetings as their pages read them: the agenda with its times, who is enough; writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, OuterRef, Q, Sum
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import Application, ApplicationQuerySet, PupilCase
from applications.reading import queries as reading_queries
from skolefleks.danish import today
from skolefleks.permissions import Permission, schools_of
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import AgendaItem, Attendance, Decision, Meeting
from visitation.models.meetings import case_time

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from uuid import UUID

    from django.db.models import QuerySet

    from skolefleks.models import User


ITEM_FIELDS = (
    "id", "meeting", "position", "minutes", "application__number", "application__status", "application__initials",
    "application__grades", "application__pupil_count", "application__requested", "application__submitted_at",
    "application__representative_name", "application__created_by", "application__submitted_by",
    "application__school__name",
)  # fmt: skip


class Quorum(NamedTuple):
    """Whether those who count are enough for one case: `there` of them, `out` of these disqualified."""

    there: int
    out: int
    is_foreseen: (
        bool  # the meeting has not been opened: who has not sent their apologies is expected
    )

    @property
    def is_enough(self) -> bool:
        return self.there - self.out >= settings.QUORUM

    def __str__(self) -> str:
        word = "ventes" if self.is_foreseen else "til stede"
        said = "beslutningsdygtigt" if self.is_enough else "ikke beslutningsdygtigt"
        return f"{self.there} {word}, {self.out} inhabil{'e' if self.out > 1 else ''}: {said}"


@dataclass
class Point:
    """One line of the agenda. Who is disqualified in its case (not `is_open`) is shown its number and nothing else."""

    number: int
    item: AgendaItem
    starts_at: datetime
    is_open: bool
    decided: int = 0
    out: dict[int, str] = field(default_factory=dict)
    quorum: Quorum | None = None

    @property
    def application(self) -> Application:
        return self.item.application

    @property
    def grades(self) -> str:
        return f"{', '.join(f'{grade}.' for grade in self.application.grades)} kl."

    @property
    def shown(self) -> str:
        """What the point is called to its reader."""
        return self.application.number if self.is_open else f"Punkt {self.number}"

    @property
    def is_gone(self) -> bool:
        """Whether the school has the case, and there is nothing to decide."""
        return self.application.status in (Status.WITHDRAWN, Status.SENT_BACK)

    @property
    def is_waiting(self) -> bool:
        """Whether a pupil of the case is neither decided nor postponed."""
        return (
            self.application.status == Status.SUBMITTED
            and self.decided < self.application.pupil_count
        )

    @property
    def waited(self) -> int | None:
        """Whole days from submission to the meeting, or to today where that comes first."""
        submitted = self.application.submitted_at
        until = min(timezone.localdate(self.starts_at), today())
        return (until - timezone.localdate(submitted)).days if submitted else None


@dataclass
class Agenda:
    """A meeting's points in order, and who was invited to it."""

    meeting: Meeting
    points: list[Point]
    attendances: list[Attendance]

    @property
    def ends_at(self) -> datetime:
        return self.meeting.starts_at + timedelta(minutes=self.minutes)

    @property
    def minutes(self) -> int:
        return sum(point.item.minutes for point in self.points)

    @property
    def minutes_over(self) -> int:
        """How much longer the agenda is than the meeting."""
        return max(
            0,
            self.minutes
            - int((self.meeting.ends_at - self.meeting.starts_at).total_seconds() // 60),
        )


def agenda(meeting: Meeting, user: User) -> Agenda:
    """All that the meeting's page shows. Takes seven queries, whatever the number of cases and people."""
    people = list(meeting.attendances.select_related("user").order_by("user__name"))
    points = points_of(meeting, user)
    decided = _settled_at(meeting)
    out = reading_queries.all_disqualified(
        [point.application for point in points], [row.user for row in people]
    )
    for point in points:
        point.out = out[point.application.pk]
        point.decided = decided.get(point.application.pk, 0)
        point.quorum = quorum(meeting, people, point.out)
    return Agenda(meeting, points, people)


def points_of(meeting: Meeting, user: User) -> list[Point]:
    """The agenda in order with its times, as `user` may see it. Takes two queries."""
    on_it = Application.objects.reviewable_by(user).filter(
        pk__in=meeting.items.values("application")
    )
    seen = set(on_it.values_list("pk", flat=True))
    items = meeting.items.select_related("application__school").only(*ITEM_FIELDS)
    return [
        Point(number, item, at, item.application_id in seen)
        for number, (item, at) in enumerate(_timed(meeting, items), start=1)
    ]


def times_of(meeting: Meeting) -> list[tuple[AgendaItem, datetime]]:
    """Each item of the agenda, and when it is taken up. Takes one query."""
    return list(_timed(meeting, meeting.items.select_related("application")))


def quorum(meeting: Meeting, people: Iterable[Attendance], out: Iterable[int]) -> Quorum | None:
    """Of those who count at the meeting; None before anybody is invited."""
    foreseen = meeting.status in (MeetingStatus.PLANNED, MeetingStatus.LOCKED)
    there = (
        (Attendance.State.INVITED, Attendance.State.PRESENT)
        if foreseen
        else (Attendance.State.PRESENT,)
    )
    counting = [row.user_id for row in people if row.counts and row.state in there]
    return Quorum(len(counting), len(set(counting) & set(out)), foreseen) if people else None


def agenda_sums(meetings: Iterable[Meeting]) -> dict[UUID, tuple[int, int]]:
    """(cases, minutes) of each meeting that has any."""
    rows = AgendaItem.objects.filter(meeting__in=list(meetings)).order_by().values_list("meeting")
    return {
        pk: (cases, minutes) for pk, cases, minutes in rows.annotate(Count("pk"), Sum("minutes"))
    }


def candidates(user: User) -> ApplicationQuerySet:
    """The cases that `user` may put on an agenda: submitted, with a pupil to decide, and on no upcoming one."""
    taken = AgendaItem.objects.filter(meeting__status__in=UPCOMING, application=OuterRef("pk"))
    settled = Decision.objects.settled().filter(pupil_case=OuterRef("pk"))
    waiting = PupilCase.objects.exclude(Exists(settled)).filter(application=OuterRef("pk"))
    rows = Application.objects.reviewable_by(user).filter(status=Status.SUBMITTED)
    return rows.filter(~Exists(taken), Exists(waiting))


def undecided_items(meeting: Meeting) -> list[AgendaItem]:
    """The items whose case still waits: submitted, with a pupil who is neither decided nor postponed at this meeting."""
    waiting = PupilCase.objects.exclude(
        Exists(settled_for(meeting).filter(pupil_case=OuterRef("pk")))
    )
    items = meeting.items.filter(application__status=Status.SUBMITTED).select_related("application")
    return list(items.filter(Exists(waiting.filter(application=OuterRef("application")))))


# -- what the school sees ---------------------------------------------------------------------------------------------


def cases_at_meetings(user: User) -> list[Application]:
    """The cases of the person's schools that are taken up at a coming meeting, with `taken_up_at`, the next one first."""
    own = Application.objects.filter(school__in=schools_of(user, Permission.APPLICATION_WRITE))
    rows = (
        own.filter(status=Status.SUBMITTED)
        .annotate(taken_up_at=case_time())
        .filter(taken_up_at__isnull=False)
    )
    fields = ("number", "initials", "representative_name", "school__name")
    return list(rows.select_related("school").only(*fields).order_by("taken_up_at")[:10])


def _timed(meeting: Meeting, items: Iterable[AgendaItem]) -> Iterator[tuple[AgendaItem, datetime]]:
    """Each begins where the one before it ends."""
    at = meeting.starts_at
    for item in items:
        item.meeting = meeting
        yield item, at
        at += timedelta(minutes=item.minutes)


def settled_for(meeting: Meeting) -> QuerySet[Decision]:
    """What the meeting need not take up: decided or put off at it, or decided elsewhere."""
    return Decision.objects.standing().filter(
        Q(meeting=meeting) | ~Q(status="released", outcome="postponed")
    )


def settled_on_agenda(meeting: Meeting) -> QuerySet[Decision]:
    """The same of the pupils on its agenda."""
    return settled_for(meeting).filter(
        pupil_case__application__in=meeting.items.values("application")
    )


def _settled_at(meeting: Meeting) -> dict[UUID, int]:
    """How many pupils of each case on the agenda are decided or postponed."""
    rows = settled_on_agenda(meeting).order_by()
    return dict(
        rows.values_list("pupil_case__application").annotate(Count("pupil_case", distinct=True))
    )
