"""The room while a meeting is under way: the case at hand, and the pupils of the agenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from applications.models import PupilCase
from budget.models import DayTreatmentTotal
from skolefleks.written_once import rows_written_once
from visitation.agenda import queries as agenda_queries
from visitation.agenda.free_lines import FreeLine
from visitation.lifecycle import GrantStatus
from visitation.models import Attendance, Decision, Grant, Meeting

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from applications.models import Application
    from visitation.agenda.queries import Agenda, Point

# A pupil has long encrypted texts, and the table needs none of them.
FIELDS = (
    "application",
    "position",
    "pupil",
    "initials",
    "is_protected",
    "grade",
    "requested_tariff",
    "starts_on",
    "ends_on",
)


@dataclass(frozen=True)
class AtHand:
    """One pupil on the agenda, in the same `place` for everybody; `district` by its id."""

    place: int
    pupil_case: PupilCase
    district: int
    # Decided or put off: what was granted is in the books already.
    is_settled: bool

    @property
    def number(self) -> str:
        return self.pupil_case.application.number


class Turn(NamedTuple):
    """The point at hand with its neighbours on the agenda.

    Before the first point is taken up there is none at hand, and the first one
    comes after.
    """

    here: Point | FreeLine | None
    before: Point | FreeLine | None
    after: Point | FreeLine | None


def turn_of(meeting: Meeting, lines: Sequence[Point | FreeLine]) -> Turn:
    """Where the meeting is among `lines`, which come from `lines_of` or `agenda`."""
    items = [line.item.pk for line in lines]
    at_hand = meeting.at_item_id or meeting.at_point_id
    if at_hand not in items:
        first = lines[0] if lines else None
        return Turn(None, None, first)

    here = items.index(at_hand)
    before = lines[here - 1] if here > 0 else None
    after = lines[here + 1] if here + 1 < len(lines) else None
    return Turn(lines[here], before, after)


def leaving_people(
    agenda: Agenda, point: Point | FreeLine | None
) -> list[tuple[str, str]]:
    """(name, why) of those present who are disqualified in the case at hand."""
    if point is None or isinstance(point, FreeLine):
        return []

    people = []
    for attendance in agenda.attendances:
        # Who sent apologies has no room to leave.
        is_present = attendance.state == Attendance.State.PRESENT
        if is_present and attendance.user_id in point.out:
            people.append((attendance.user.name, point.out[attendance.user_id]))
    return people


def pupils_at_hand(meeting: Meeting, points: Iterable[Point]) -> list[AtHand]:
    """The pupils of all points in order. Takes two queries.

    Cases that the reader may not judge, and those that are back at the school,
    are left out; their pupils keep their places, so that a line means the same
    pupil on every screen.
    """
    points = list(points)
    settled = {pk for (pk,) in _settled_pupils(meeting.pk)}
    pupil_cases = _pupil_cases_by_application(points)

    pupils = []
    place = 0
    for point in points:
        # What an amendment is about is granted already: its own page reckons with it.
        if point.amendment:
            continue
        is_shown = point.is_open and not point.is_gone
        district = point.application.school.district_id
        for pupil_case in pupil_cases.get(point.item.application_id, []):
            pupil_case.application = point.application
            if is_shown:
                is_settled = pupil_case.pk in settled
                pupils.append(AtHand(place, pupil_case, district, is_settled))
            place += 1
    return pupils


@rows_written_once
def _settled_pupils(meeting: UUID) -> QuerySet[Any, Any]:
    """Of the agenda's pupils alone: a school year has many decisions more."""
    settled = agenda_queries.settled_on_agenda(Meeting(pk=meeting))
    return settled.values_list("pupil_case")


def _pupil_cases_by_application(
    points: Iterable[Point],
) -> dict[UUID, list[PupilCase]]:
    applications = [point.item.application_id for point in points]
    rows = PupilCase.objects.filter(application__in=applications).only(*FIELDS)

    by_application: dict[UUID, list[PupilCase]] = {}
    for row in rows:
        by_application.setdefault(row.application_id, []).append(row)
    return by_application


def places_held(pupils: Iterable[AtHand]) -> set[tuple[UUID, int]]:
    """The (pupil, fiscal year) that hold a place in the books. Takes one query."""
    # A pupil without a number yet holds no place: there can be no grant.
    pupil_ids = [row.pupil_case.pupil_id for row in pupils if row.pupil_case.pupil_id]
    # An ended grant keeps its place in the years it ran.
    grants = Grant.objects.filter(pupil__in=pupil_ids).exclude(
        status=GrantStatus.ANNULLED
    )

    places = set()
    for grant in grants:
        for year in grant.by_fiscal_year():
            places.add((grant.pupil_id, year))
    return places


def day_treatment_price() -> tuple[int, int] | None:
    """(year, whole DKK) of a full-year pupil in day treatment, by the newest printed total."""
    newest = DayTreatmentTotal.objects.order_by("-year").first()
    if newest is None:
        return None
    return newest.year, round(newest.amount / newest.full_year_pupils)


def standing_decisions(application: Application) -> dict[UUID, Decision]:
    """What stands of each pupil of the case, by the pupil case's id. Takes one query."""
    rows = Decision.objects.standing().filter(pupil_case__application=application)
    return {
        decision.pupil_case_id: decision for decision in rows.select_related("grant")
    }
