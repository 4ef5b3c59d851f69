"""What if: the pools as they would be with other tariffs and periods for the pupils at hand. Arithmetic; writes nothing.

It counts as the books would: whole DKK by days, a place once a pupil, year and district, the frames by their parts.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from budget.books import rules as books_rules
from budget.tariff import Part, by_fiscal_year

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence
    from datetime import date
    from uuid import UUID

    from budget.books import queries as books_queries


class Supposed(NamedTuple):
    """One pupil's terms, supposed: whole DKK a year over a period, in a district."""

    pupil: UUID
    district: int
    tariff: int
    starts_on: date
    ends_on: date

    def parts(self) -> dict[int, Part]:
        return by_fiscal_year(self.tariff, self.starts_on, self.ends_on)


@dataclass(frozen=True)
class Outlook:
    """One fiscal year's pool as it is, and as it would be."""

    before: books_queries.PoolYear
    after: books_queries.PoolYear

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
    def districts(self) -> list[tuple[books_queries.DistrictYear, books_queries.DistrictYear]]:
        return list(zip(self.before.districts, self.after.districts, strict=True))


def outlook(
    pools: Iterable[books_queries.PoolYear],
    supposed: Sequence[Supposed],
    *,
    counted: Collection[tuple[UUID, int, int]] = (),
) -> list[Outlook]:
    """Each of `pools` as it is and with all of `supposed`.

    `counted` are the (pupil, district, fiscal year) that hold a place already and get no further one.
    """
    taken = [(row, year, part) for row in supposed for year, part in row.parts().items()]
    return [
        Outlook(
            pool,
            _with(pool, [(row, part) for row, year, part in taken if year == pool.year], counted),
        )
        for pool in pools
    ]


def years_of(supposed: Iterable[Supposed], *, at_least: Iterable[int]) -> list[int]:
    """Every fiscal year that the terms touch, and those that are always shown; ascending."""
    return sorted({*at_least, *(year for row in supposed for year in row.parts())})


def _with(
    pool: books_queries.PoolYear,
    taken: Sequence[tuple[Supposed, Part]],
    counted: Collection[tuple[UUID, int, int]],
) -> books_queries.PoolYear:
    held = set(counted)
    added: dict[int, dict[str, int]] = {}
    for row, part in taken:
        of_district = added.setdefault(row.district, {"committed": 0, "days": 0, "places": 0})
        of_district["committed"] += part.amount
        of_district["days"] += part.days
        place = (row.pupil, row.district, pool.year)
        if part.amount and place not in held:
            of_district["places"] += 1
            held.add(place)
    districts = [
        _more(district, added.get(district.district_id or 0, {})) for district in pool.districts
    ]
    total = _more(
        pool.total, {name: sum(more[name] for more in added.values()) for name in _COUNTED}
    )
    used = (
        books_rules.shared(total.amount, [frame.amount for frame in pool.frames])
        if pool.allocated
        else []
    )
    frames = [replace(frame, used=part) for frame, part in zip(pool.frames, used, strict=False)]
    return replace(pool, frames=frames, districts=districts, total=total)


_COUNTED = ("committed", "days", "places")


def _more(row: books_queries.DistrictYear, more: Mapping[str, int]) -> books_queries.DistrictYear:
    return (
        replace(row, **{name: getattr(row, name) + more.get(name, 0) for name in _COUNTED})
        if more
        else row
    )
