"""What if: the pools as they would be with other terms for the pupils at hand.

Arithmetic alone. It counts as the books do: whole DKK by days, a place once for
each pupil, district and year, and what is used divided between the frames by
their parts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from budget.books import rules as books_rules
from budget.tariff import Part, by_fiscal_year

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import date
    from uuid import UUID

    from budget.books.queries import DistrictYear, PoolYear


class Supposed(NamedTuple):
    """One pupil's terms, supposed: whole DKK a year over a period, in a district."""

    pupil: UUID
    district: int
    tariff: int
    starts_on: date
    ends_on: date

    def parts(self) -> dict[int, Part]:
        return by_fiscal_year(self.tariff, self.starts_on, self.ends_on)


@dataclass
class Added:
    """What the supposed terms add to one district in one fiscal year."""

    committed: int = 0
    days: int = 0
    places: int = 0


@dataclass(frozen=True)
class Outlook:
    """One fiscal year's pool as it is, and as it would be."""

    before: PoolYear
    after: PoolYear

    @property
    def year(self) -> int:
        return self.before.year

    @property
    def amount(self) -> int:
        """Whole DKK that the supposed terms take of this year."""
        return self.before.free - self.after.free

    @property
    def is_overdrawn(self) -> bool:
        return self.after.free < 0

    @property
    def short(self) -> int:
        """Whole DKK that the year's pool lacks."""
        return max(0, -self.after.free)

    @property
    def frames(self) -> list[tuple[str, int, int]]:
        """(name, free before, free after) of each frame."""
        pairs = zip(self.before.frames, self.after.frames, strict=True)
        return [(before.name, before.free, after.free) for before, after in pairs]

    @property
    def districts(self) -> list[tuple[DistrictYear, DistrictYear]]:
        """Each district before and after."""
        return list(zip(self.before.districts, self.after.districts, strict=True))


def outlook(
    pools: Iterable[PoolYear],
    supposed: Sequence[Supposed],
    *,
    counted: Collection[tuple[UUID, int]] = (),
) -> list[Outlook]:
    """Each of `pools` as it is and with all of `supposed`.

    `counted` are the (pupil, fiscal year) that hold a place already and get no
    other.
    """
    outlooks = []
    for pool in pools:
        added = _added_in(pool.year, supposed, counted)
        outlooks.append(Outlook(pool, _pool_with(pool, added)))
    return outlooks


def years_of(supposed: Iterable[Supposed], *, at_least: Iterable[int]) -> list[int]:
    """Every fiscal year that the terms touch, and those that are always shown; ascending."""
    years = set(at_least)
    for row in supposed:
        years.update(row.parts())
    return sorted(years)


def _added_in(
    year: int,
    supposed: Sequence[Supposed],
    counted: Collection[tuple[UUID, int]],
) -> dict[int, Added]:
    """What `supposed` adds in one fiscal year, by district."""
    added: dict[int, Added] = {}
    # A copy: several lines of the same pupil take one place together.
    places = set(counted)
    for row in supposed:
        part = row.parts().get(year)
        if part is None:
            continue

        district = added.setdefault(row.district, Added())
        district.committed += part.amount
        district.days += part.days

        # A period may touch a year with days that come to no money: that takes no
        # place.
        place = (row.pupil, year)
        if part.amount and place not in places:
            district.places += 1
            places.add(place)
    return added


def _pool_with(pool: PoolYear, added: dict[int, Added]) -> PoolYear:
    districts = []
    for district in pool.districts:
        more = added.get(district.district_id or 0, Added())
        districts.append(_district_with(district, more))

    whole = Added()
    for more in added.values():
        whole.committed += more.committed
        whole.days += more.days
        whole.places += more.places
    # The total by itself: a pool may have lines without a district.
    total = _district_with(pool.total, whole)

    frames = []
    if pool.allocated:
        parts = books_rules.shared(
            total.amount, [frame.amount for frame in pool.frames]
        )
        for frame, part in zip(pool.frames, parts, strict=True):
            frames.append(replace(frame, used=part))
    return replace(pool, frames=frames, districts=districts, total=total)


def _district_with(district: DistrictYear, more: Added) -> DistrictYear:
    return replace(
        district,
        committed=district.committed + more.committed,
        days=district.days + more.days,
        places=district.places + more.places,
    )
