"""What the dashboard and the list of postings read: few rows, added up by the database beforehand. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db.models import Q, Sum

from budget.books import rules
from budget.books.proof import end_of
from budget.models import FundingSource, Pool, Posting, Standing
from budget.tariff import days_in
from skolefleks.danish import today
from skolefleks.models import District, Role
from skolefleks.permissions import GRANTS, Permission

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from skolefleks.models import User


# -- the pool ---------------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Frame:
    """What one funding source has put into a year's pool, and its part of what is `used` of it; whole DKK."""

    name: str
    centre: str
    amount: int
    source_id: int = 0
    used: int = 0

    @property
    def free(self) -> int:
        return self.amount - self.used


@dataclass(frozen=True)
class DistrictYear:
    """One district in one fiscal year (or all of them): money in whole DKK, pupils, and their days in the year."""

    name: str
    year: int
    committed: int = 0
    paid: int = 0
    places: int = 0
    days: int = 0
    district_id: int | None = None

    @property
    def amount(self) -> int:
        """Granted in all: paid, or committed and not yet paid."""
        return self.committed + self.paid

    @property
    def full_year_pupils(self) -> float:
        return self.days / days_in(self.year)

    @property
    def average_tariff(self) -> int | None:
        """Whole DKK per full-year pupil; None without a single day."""
        return (
            (2 * self.amount * days_in(self.year) + self.days) // (2 * self.days)
            if self.days
            else None
        )

    @property
    def lacking(self) -> int:
        """Pupils up to the fewest expected of a district."""
        return max(0, int(settings.PLACES_PER_DISTRICT[0]) - self.places)

    @property
    def is_small(self) -> bool:
        """So few pupils that a count could point at one of them."""
        return 0 < self.places < settings.SMALL_COUNT


@dataclass(frozen=True)
class PoolYear:
    """The pool of one fiscal year; allocated = committed + paid + free, whole DKK.

    `districts` is empty, and `shows_counts` False, where the numbers are too small for who looks (`as_seen_by`).
    """

    year: int
    frames: Sequence[Frame]
    districts: Sequence[DistrictYear]
    total: DistrictYear
    shows_counts: bool = True

    @property
    def allocated(self) -> int:
        return sum(frame.amount for frame in self.frames)

    @property
    def committed(self) -> int:
        return self.total.committed

    @property
    def paid(self) -> int:
        return self.total.paid

    @property
    def free(self) -> int:
        return self.allocated - self.committed - self.paid

    def highest_average(self, places: int) -> int:
        """The highest average tariff, whole DKK, at which the year's money reaches for `places` full-year pupils."""
        return self.allocated // places


def pool_years(on: date | None = None) -> list[int]:
    """The fiscal years that have a pool, ascending; those that had postings at the end of the day `on`."""
    if on is None:
        return list(Pool.objects.values_list("fiscal_year", flat=True))
    years = (
        Posting.objects.filter(made_at__lt=end_of(on))
        .order_by("pool")
        .values_list("pool", flat=True)
    )
    return list(years.distinct())


def year_to_show(years: Sequence[int]) -> int | None:
    """This fiscal year if it has a pool; else the last one before it, else the first."""
    before = [year for year in years if year <= today().year]
    return before[-1] if before else (years[0] if years else None)


def pools(years: Iterable[int], on: date | None = None) -> list[PoolYear]:
    """The pools of `years`, ascending, every district in each of them; as they stood at the end of the day `on`.

    Two queries (three of a day that has passed), however many postings there are.
    """
    wanted = sorted(years)
    districts = list(District.objects.all())
    kept = Standing.objects.filter(pool__in=wanted).select_related("source").order_by("source_id")
    standings = list(kept) if on is None else _standings(wanted, on)
    return [
        _pool(year, districts, [row for row in standings if row.pool_id == year]) for year in wanted
    ]


def _standings(years: Sequence[int], on: date) -> list[Standing]:
    """What the database kept at the end of the day `on`, added up again from the postings that there were."""
    rows = Posting.objects.filter(pool__in=years, made_at__lt=end_of(on)).order_by(
        "source_id", "district_id"
    )
    payment, allocation = Q(kind=Posting.Kind.PAYMENT), Q(kind=Posting.Kind.ALLOCATION)
    sums = rows.values_list("pool_id", "district_id", "source_id").annotate(
        given=Sum("amount", filter=allocation),
        spent=Sum("amount", filter=~payment & ~allocation),
        handed_over=Sum("amount", filter=payment),
        pupils=Sum("places"),
        their_days=Sum("days"),
    )
    sources = FundingSource.objects.in_bulk()
    return [
        Standing(
            pool_id=year,
            district_id=district,
            source=sources.get(source or 0),
            allocated=given or 0,
            committed=(spent or 0) - (paid or 0),
            paid=paid or 0,
            places=places,
            days=days,
        )
        for year, district, source, given, spent, paid, places, days in sums
    ]


def _pool(year: int, districts: Sequence[District], standings: Sequence[Standing]) -> PoolYear:
    frames = _shared(
        [row for row in standings if row.source], sum(row.committed + row.paid for row in standings)
    )
    held = {row.district_id: row for row in standings if row.district_id}
    rows = [_district(year, district, held.get(district.pk)) for district in districts]
    return PoolYear(year, frames, rows, _sum("I alt", year, rows))


def _shared(standings: Sequence[Standing], used: int) -> list[Frame]:
    """The frames of a year, what is used of its pool shared between them by their parts of it, to the krone.

    At midnight of a day that has passed a commitment may stand before the allocation that it was made on: nobody's yet.
    """
    given = [row.allocated for row in standings]
    parts = rules.shared(used, given) if any(given) and used >= 0 else [0] * len(given)
    return [
        Frame(row.source.name, row.source.centre, row.allocated, row.source.pk, part)
        for row, part in zip(standings, parts, strict=True)
        if row.source
    ]


def _district(year: int, district: District, row: Standing | None) -> DistrictYear:
    empty = DistrictYear(district.name, year, district_id=district.pk)
    if row is None:
        return empty
    return replace(empty, committed=row.committed, paid=row.paid, places=row.places, days=row.days)


def _sum(name: str, year: int, rows: Sequence[DistrictYear]) -> DistrictYear:
    return DistrictYear(
        name,
        year,
        committed=sum(row.committed for row in rows),
        paid=sum(row.paid for row in rows),
        places=sum(row.places for row in rows),
        days=sum(row.days for row in rows),
    )


# -- what the implementation group may not see ------------------------------------------------------------------------
def sees_small_counts(user: User) -> bool:
    """Everyone who may see the pool, but for who is of the implementation group and nothing else that may."""
    return user.roles & GRANTS[Permission.POOL_READ].keys() != {Role.IMPLEMENTATION_GROUP}


def as_seen_by(pool: PoolYear, user: User) -> PoolYear:
    """The pool without what could point at a single pupil, for those who may not know.

    The rule (`duties.md`, minimisation): as soon as one district counts 1-4 pupils in a year, *no* district of that
    year is shown, neither pupils nor amounts; one row hidden alone could be computed back from the total and the other
    four. What is left is the total, and when that counts 1-4 pupils itself, it is given without pupils, full-year
    pupils and average tariff. The pool's own amounts (allocated, committed, paid, free) are always shown. A year is
    judged by itself, and 0 is no small count. The published figures of day treatment are not touched by this.
    """
    if sees_small_counts(user) or not any(district.is_small for district in pool.districts):
        return pool
    return replace(pool, districts=[], shows_counts=not pool.total.is_small)


def spent_on(references: Any) -> list[DistrictYear]:
    """What the postings to `references` (ids, or a query of them) add up to, by fiscal year. One query."""
    payment = Q(kind=Posting.Kind.PAYMENT)
    rows = Posting.objects.filter(reference__in=references).order_by("pool").values_list("pool")
    sums = rows.annotate(
        given=Sum("amount", filter=~payment),
        handed_over=Sum("amount", filter=payment),
        pupils=Sum("places"),
        their_days=Sum("days"),
    )
    return [
        DistrictYear(str(year), year, (given or 0) - (paid or 0), paid or 0, places, days)
        for year, given, paid, places, days in sums
    ]


# -- postings ---------------------------------------------------------------------------------------------------------
def sums_of(*, year: int | None, district: District | None) -> dict[str, int]:
    """`allocated`, `committed`, `paid`, whole DKK, of a year and a district (None: of all). One query, no counting."""
    standings = Standing.objects.all()
    if year:
        standings = standings.filter(pool=year)
    if district:
        standings = standings.filter(district=district)
    sums = standings.aggregate(
        allocated=Sum("allocated"), committed=Sum("committed"), paid=Sum("paid")
    )
    return {name: amount or 0 for name, amount in sums.items()}
