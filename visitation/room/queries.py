"""The committee's room while a meeting is under way: the case at hand, and the pupils of the whole agenda."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from django.db.models import F

from applications.models import PupilCase
from budget.models import DayTreatmentTotal
from visitation.agenda import queries as agenda_queries
from visitation.lifecycle import GrantStatus
from visitation.models import Decision, Grant

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from uuid import UUID

    from applications.models import Application
    from visitation.models import Meeting


FIELDS = (
    "application", "position", "pupil", "initials", "is_protected", "grade", "requested_tariff", "starts_on", "ends_on",
)  # fmt: skip


@dataclass(frozen=True)
class AtHand:
    """One pupil on the agenda, in the same `place` for everybody who looks; `district` by its id."""

    place: int
    case: PupilCase
    district: int
    decision: Decision | None

    @property
    def number(self) -> str:
        return self.case.application.number

    @property
    def is_settled(self) -> bool:
        """Whether the pupil is decided or put off: what was granted stands in the books already."""
        return self.decision is not None


class Round(NamedTuple):
    """The point at hand with its neighbours on the agenda; before the first is taken up, that one comes after."""

    here: agenda_queries.Point | None
    before: agenda_queries.Point | None
    after: agenda_queries.Point | None


def around(points: Sequence[agenda_queries.Point], meeting: Meeting) -> Round:
    """Where the meeting is. `points` come from `points_of` or `agenda`."""
    at = next((n for n, point in enumerate(points) if point.item.pk == meeting.at_item_id), None)
    if at is None:
        return Round(None, None, points[0] if points else None)
    return Round(
        points[at], points[at - 1] if at else None, points[at + 1] if at + 1 < len(points) else None
    )


def pupils_at_hand(meeting: Meeting, points: Iterable[agenda_queries.Point]) -> list[AtHand]:
    """The pupils of all points in order, but for cases that the reader may not judge or the school has. Two queries."""
    decisions = {
        decision.pupil_case_id: decision
        for decision in agenda_queries.settled_on_agenda(meeting).select_related("grant")
    }
    cases = _by_application(meeting)
    placed = (
        (point, *found) for point in points for found in cases.get(point.item.application_id, [])
    )
    rows = []
    for place, (point, case, district) in enumerate(placed):
        case.application = point.application
        if point.is_open and not point.is_gone:
            rows.append(AtHand(place, case, district, decisions.get(case.pk)))
    return rows


def places_held(pupils: Iterable[AtHand]) -> set[tuple[UUID, int, int]]:
    """The (pupil, district, fiscal year) that hold a place in the books already. Takes one query."""
    known = [row.case.pupil_id for row in pupils if row.case.pupil_id]
    grants = Grant.objects.filter(pupil__in=known).exclude(status=GrantStatus.ANNULLED)
    return {
        (grant.pupil_id, grant.district_id, year)
        for grant in grants
        for year in grant.by_fiscal_year()
    }


def day_treatment_price() -> tuple[int, int] | None:
    """(year, whole DKK) of a full-year pupil in day treatment, by the newest printed total. Takes one query."""
    newest = DayTreatmentTotal.objects.order_by("-year").first()
    return (newest.year, round(newest.amount / newest.full_year_pupils)) if newest else None


def _by_application(meeting: Meeting) -> dict[UUID, list[tuple[PupilCase, int]]]:
    found: dict[UUID, list[tuple[PupilCase, int]]] = {}
    cases = PupilCase.objects.filter(application__in=meeting.items.values("application"))
    for case in cases.annotate(district=F("application__school__district")).only(*FIELDS):
        found.setdefault(case.application_id, []).append((case, case.district))
    return found


def decided_of(application: Application) -> dict[UUID, Decision]:
    """What stands of each pupil of the case, the newest. Takes one query."""
    rows = (
        Decision.objects.standing()
        .filter(pupil_case__application=application)
        .select_related("grant")
    )
    return {decision.pupil_case_id: decision for decision in rows}
