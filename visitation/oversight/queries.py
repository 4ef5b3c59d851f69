"""What leadership sees of the efforts: counts and shares by school, never a pupil."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django.db.models import Count, OuterRef, Subquery, Sum
from django.db.models.functions import Coalesce

from visitation.efforts import concerns

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from django.db.models import QuerySet

    from skolefleks.models import School
    from visitation.models import Effort, FollowUpWindow


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


# The two clocks: the follow-ups of each, and what is in time.
CLOCKS = {
    "holding": (concerns.to_be_held_by_now, concerns.ON_TIME),
    "telling": (concerns.to_be_told_by_now, concerns.TOLD_ON_TIME),
}


def oversight(efforts: QuerySet[Effort], schools: Iterable[School]) -> Oversight:
    """The figures of `efforts` at `schools`. Takes one query, whatever their number."""
    by_school = _counts(efforts)

    # A school without efforts is a line too.
    lines = []
    for school in schools:
        counts = by_school.get(school.pk, {})
        shares = {}
        for clock in CLOCKS:
            in_time, of = counts.get(f"{clock}_in_time", 0), counts.get(clock, 0)
            shares[clock] = Share(in_time, of)
        line = Line(
            name=school.name,
            school_id=school.pk,
            live=counts.get("live", 0),
            counts={name: counts.get(_alias(name), 0) for name in concerns.CONCERNS},
            **shares,
        )
        lines.append(line)
    return Oversight(lines, _sum_of(lines))


def _counts(efforts: QuerySet[Effort]) -> dict[int, dict[str, int]]:
    """All figures of each school, by the school's id.

    Each effort is looked at once, and what belongs to it is
    found by its key: so the database needs to know nothing of
    how many rows there are to do it in a good order.
    """
    figures: dict[str, Any] = {"live": Count("pk", filter=concerns.live())}
    for name, concern in concerns.CONCERNS.items():
        figures[_alias(name)] = Count("pk", filter=concern.condition())
    for clock, (windows, in_time) in CLOCKS.items():
        figures[clock] = _sum_of_windows(windows())
        figures[f"{clock}_in_time"] = _sum_of_windows(windows().filter(in_time))

    rows: Any = efforts.order_by().values("school").annotate(**figures)
    return {row.pop("school"): row for row in rows}


def _alias(name: str) -> str:
    # A name of the address may hold a hyphen, which an alias
    # may not.
    return name.replace("-", "_")


def _sum_of_windows(windows: QuerySet[FollowUpWindow]) -> Sum:
    own = windows.filter(effort=OuterRef("pk")).order_by().values("effort")
    number = Subquery(own.annotate(n=Count("pk")).values("n"))
    return Sum(Coalesce(number, 0))


def _sum_of(lines: Sequence[Line]) -> Line:
    # Added up here: one effort is at one school, so the lines
    # are parts of the whole.
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
