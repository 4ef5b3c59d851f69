"""What the implementation group may see of a pool: quarter by quarter, and never a single pupil.

Two figures of different days, held against each other, tell what lies between them: an amount and
its days are one pupil's tariff. So the group is shown no day but the ends of quarters, and of those
only some. The figures of a quarter take the place of the ones before where those of whom something
changed since then (a place, a grant, a payment) are nobody or at least SMALL_COUNT pupils: the
districts' only where it is so in each of them, the total's where it is so in all. Otherwise the
figures before stand. Counts, days and amounts come and stay together.

A decision counts from the end of the quarter in which it was released.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import Greatest, TruncQuarter

from budget.models import Posting, links
from budget.models.posting_kinds import sum_of
from budget.quarterly.rules import Quarter, latest_quarters, quarter_of
from skolefleks import suppression

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date


class Amounts(NamedTuple):
    """What postings add up to: whole DKK committed and paid, pupils, and their days."""

    committed: int = 0
    paid: int = 0
    places: int = 0
    days: int = 0

    def plus(self, other: Amounts) -> Amounts:
        return Amounts(
            self.committed + other.committed,
            self.paid + other.paid,
            self.places + other.places,
            self.days + other.days,
        )


NOTHING = Amounts()

# By district and reference: what changed for one pupil.
Changes = dict[tuple[int, UUID], Amounts]


@dataclass(frozen=True)
class Shown:
    """What is shown of a year.

    `quarter` is that of the figures, None where nothing is shown yet. `districts` is None where
    only the total is of that quarter.
    """

    quarter: Quarter | None = None
    total: Amounts = NOTHING
    districts: Mapping[int, Amounts] | None = None


@dataclass
class _Count:
    """The running sums, and what changed since the total and the districts were last shown."""

    sums: dict[int, Amounts] = field(default_factory=dict)
    since_total: Changes = field(default_factory=dict)
    since_districts: Changes = field(default_factory=dict)

    def add(self, changes: Changes) -> None:
        for (district, reference), amounts in changes.items():
            key = (district, reference)
            self.sums[district] = self.sums.get(district, NOTHING).plus(amounts)
            for since in (self.since_total, self.since_districts):
                since[key] = since.get(key, NOTHING).plus(amounts)


def shown_on(year: int, day: date) -> Shown:
    """What may be shown of the pool of `year` after the quarters that are over on `day`.

    One query. It is worked out from the first posting on, so that it is the same on every later
    day.
    """
    changes_by_quarter = _changes_by_quarter(year)
    view = Shown()
    count = _Count()
    for quarter in _quarters_over(changes_by_quarter, day):
        count.add(changes_by_quarter.get(quarter, {}))
        view = _next_shown(view, quarter, count)
    return view


def _quarters_over(quarters: Iterable[Quarter], day: date) -> list[Quarter]:
    """From the first that something happened in to the last that is over on `day`, and today."""
    [running] = latest_quarters(1)
    end = min(quarter_of(day), running, key=_in_order)
    if quarter_of(day) != running and day == quarter_of(day).last_day:
        end = quarter_of(day).next

    first = min(quarters, key=_in_order, default=end)
    over = []
    quarter = first
    while _in_order(quarter) < _in_order(end):
        over.append(quarter)
        quarter = quarter.next
    return over


def _in_order(quarter: Quarter) -> tuple[int, int]:
    return quarter.year, quarter.number


def _next_shown(view: Shown, quarter: Quarter, count: _Count) -> Shown:
    """What is shown after another quarter; starts to count anew from what it shows."""
    if not _may_show(count.since_total.values()):
        return view

    by_district = defaultdict(list)
    for (district, _), amounts in count.since_districts.items():
        by_district[district].append(amounts)
    total = NOTHING
    for amounts in count.sums.values():
        total = total.plus(amounts)
    count.since_total = {}

    if not all(_may_show(changes) for changes in by_district.values()):
        return Shown(quarter, total)
    count.since_districts = {}
    return Shown(quarter, total, dict(count.sums))


def _may_show(changes: Iterable[Amounts]) -> bool:
    """Whether no kind of change is so rare that it could point at one pupil."""
    return not suppression.has_small(counts_of(list(changes)))


def counts_of(changes: Sequence[Amounts]) -> tuple[int, int, int]:
    """How many pupils have a place more or less, another grant, and a payment."""
    moved = sum(1 for each in changes if each.places)
    granted = sum(1 for each in changes if each.committed + each.paid or each.days)
    paid = sum(1 for each in changes if each.paid)
    return moved, granted, paid


def _changes_by_quarter(year: int) -> dict[Quarter, Changes]:
    """What each quarter changed for each pupil, of the decisions that are released."""
    postings = Posting.objects.filter(pool=year, district__isnull=False)
    released = postings.annotate(known_at=links.known_at()).filter(
        known_at__isnull=False
    )
    rows = (
        released.annotate(begins_at=TruncQuarter(Greatest("made_at", "known_at")))
        .order_by()
        .values_list("begins_at", "district_id", "reference")
        .annotate(
            committed=sum_of("committed"),
            paid=sum_of("paid"),
            more_places=Sum("places"),
            more_days=Sum("days"),
        )
    )

    by_quarter: dict[Quarter, Changes] = defaultdict(dict)
    for begins_at, district, reference, *amounts in rows:
        quarter = quarter_of(begins_at.date())
        by_quarter[quarter][district, reference] = Amounts(*amounts)
    return by_quarter
