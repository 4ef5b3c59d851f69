"""What leadership sees of the efforts: counts and shares by school, never a pupil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, Q

from visitation.efforts import concerns
from visitation.models import FollowUpWindow

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from skolefleks.models import School
    from visitation.models import Effort


@dataclass(frozen=True)
class Share:
    """How many of how many were in time."""

    in_time: int
    of: int

    @property
    def percent(self) -> int | None:
        """Rounded down, so that 100 means all; None where there was nothing to be in time with."""
        if not self.of:
            return None
        return 100 * self.in_time // self.of

    @property
    def text(self) -> str:
        if self.percent is None:
            return "–"
        return f"{self.percent} %"


@dataclass(frozen=True)
class Line:
    """The figures of one school, or of all: the efforts of each concern, and the two clocks."""

    name: str
    school_id: int | None
    live: int
    counts: dict[str, int]
    holding: Share
    telling: Share


@dataclass(frozen=True)
class Oversight:
    """Each school's line, and that of all together."""

    lines: Sequence[Line]
    total: Line


def oversight(efforts: QuerySet[Effort], schools: Iterable[School]) -> Oversight:
    """The figures of `efforts` at `schools`. Takes seven queries, whatever their number."""
    by_school = _counts(efforts)
    holding = _shares(concerns.to_be_held_by_now(), efforts, concerns.ON_TIME)
    telling = _shares(concerns.to_be_told_by_now(), efforts, concerns.TOLD_ON_TIME)

    # A school without efforts is a line too.
    lines = []
    for school in schools:
        counts = dict(by_school.get(school.pk, {}))
        live = counts.pop("live", 0)
        line = Line(
            name=school.name,
            school_id=school.pk,
            live=live,
            counts={name: counts.get(name, 0) for name in concerns.CONCERNS},
            holding=holding.get(school.pk, Share(0, 0)),
            telling=telling.get(school.pk, Share(0, 0)),
        )
        lines.append(line)
    return Oversight(lines, _sum_of(lines))


def _counts(efforts: QuerySet[Effort]) -> dict[int, dict[str, int]]:
    # All in one query: a count each would be one more query for every concern.
    conditions: dict[str, Any] = {"live": Count("pk", filter=concerns.live())}
    for name, concern in concerns.CONCERNS.items():
        # A name of the address may hold a hyphen, which an alias may not.
        conditions[name.replace("-", "_")] = Count("pk", filter=concern.condition())

    by_school = {}
    for row in efforts.order_by().values("school").annotate(**conditions):
        counts: dict[str, Any] = {}
        for key, value in row.items():
            counts[key.replace("_", "-")] = value
        by_school[counts.pop("school")] = counts
    return by_school


def _shares(
    windows: QuerySet[FollowUpWindow], efforts: QuerySet[Effort], in_time: Q
) -> dict[int, Share]:
    rows = (
        windows.filter(effort__in=efforts)
        .order_by()
        .values("effort__school")
        .annotate(of=Count("pk"), in_time=Count("pk", filter=in_time))
    )
    return {row["effort__school"]: Share(row["in_time"], row["of"]) for row in rows}


def _sum_of(lines: Sequence[Line]) -> Line:
    # Added up here: one effort is at one school, so the lines are parts of the whole.
    counts = {}
    for name in concerns.CONCERNS:
        counts[name] = sum(line.counts[name] for line in lines)
    return Line(
        name="I alt",
        school_id=None,
        live=sum(line.live for line in lines),
        counts=counts,
        holding=_sum_of_shares([line.holding for line in lines]),
        telling=_sum_of_shares([line.telling for line in lines]),
    )


def _sum_of_shares(shares: Sequence[Share]) -> Share:
    return Share(sum(one.in_time for one in shares), sum(one.of for one in shares))
