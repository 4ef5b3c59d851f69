"""What the dashboard and the list of postings read: few rows, added up by the database beforehand.

Writes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from django.db.models import Sum

from budget.books import public, rules
from budget.models import FundingSource, Pool, Posting, Standing
from budget.models.posting_kinds import sum_of
from skolefleks.danish import today
from skolefleks.models import District
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import date

    from django.db.models import QuerySet

    from budget.quarterly.rules import Quarter
    from skolefleks.models import User


# -- the pool -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Frame:
    """What one funding source has put into a year's pool, and its part of what is `used` of it.

    Whole DKK.
    """

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
    """One district in one fiscal year (or all of them).

    Money in whole DKK, pupils, and their days in the year.
    """

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
        return rules.full_year_pupils(self.days, self.year)

    @property
    def average_tariff(self) -> int | None:
        """Whole DKK per full-year pupil; None without a single day."""
        return rules.average_tariff(self.amount, self.days, self.year)

    @property
    def lacking(self) -> int:
        """Pupils up to the fewest expected of a district."""
        return max(0, int(trade.now().places_per_district[0]) - self.places)

    @property
    def is_small(self) -> bool:
        """So few pupils that a count could point at one of them."""
        return rules.is_small_count(self.places)


@dataclass(frozen=True)
class PoolYear:
    """The pool of one fiscal year; allocated = committed + paid + free, whole DKK.

    `districts` is empty, and `shows_counts` False, where the numbers are too small for who looks
    (`as_seen_by`). Then it `is_public`, and its figures are those of `quarter`, None where nothing
    of pupils is shown yet.
    """

    year: int
    frames: Sequence[Frame]
    districts: Sequence[DistrictYear]
    total: DistrictYear
    shows_counts: bool = True
    is_public: bool = False
    quarter: Quarter | None = None

    @property
    def name(self) -> str:
        return str(self.year)

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

    @property
    def publication(self) -> str:
        """Of when its figures are, for those who are shown no others; '' for everybody else."""
        if not self.is_public:
            return ""
        if self.quarter is None:
            return (
                f"{self.year}: Der er endnu ikke vist noget om elever og forbrug;"
                " her står kun det tildelte."
            )
        return (
            f"{self.year}: Elever og beløb er, som de var ved udgangen af"
            f" {self.quarter.name}."
        )

    def highest_average(self, places: int) -> int:
        """The highest average tariff at which the year's money reaches for `places` pupils.

        Whole DKK; the pupils have all of the year.
        """
        return self.allocated // places


def pool_years(on: date | None = None) -> list[int]:
    """The fiscal years that have a pool, ascending.

    Of a day `on` that has passed: those that had postings at its end.
    """
    if on is None:
        return list(Pool.objects.values_list("fiscal_year", flat=True))

    postings = Posting.objects.filter(made_at__lt=rules.end_of(on))
    return list(postings.order_by("pool").values_list("pool", flat=True).distinct())


def year_to_show(years: Sequence[int]) -> int | None:
    """This fiscal year if it has a pool; else the last one before it, else the first."""
    # A pool is opened before its year begins: the next year is not the one to show yet.
    if not years:
        return None

    not_to_come = [year for year in years if year <= today().year]
    if not_to_come:
        return not_to_come[-1]
    return years[0]


def pools(years: Iterable[int], on: date | None = None) -> list[PoolYear]:
    """The pools of `years`, ascending, every district in each of them.

    As they stood at the end of the day `on`, or as they stand. Two queries (three of a day that has
    passed), however many postings there are.
    """
    # The rows of all years at once, and shared out here: two queries, and not two a year.
    wanted_years = sorted(years)
    districts = list(District.objects.all())
    if on is None:
        rows = Standing.objects.filter(pool__in=wanted_years)
        standings = list(rows.select_related("source").order_by("source_id"))
    else:
        standings = _standings_on(wanted_years, on)

    pools_of_years = []
    for year in wanted_years:
        of_the_year = [standing for standing in standings if standing.pool_id == year]
        pools_of_years.append(_pool(year, districts, of_the_year))
    return pools_of_years


def _standings_on(years: Sequence[int], on: date) -> list[Standing]:
    """What the database kept at the end of the day `on`, added up again from the postings.

    They are not saved.
    """
    postings = Posting.objects.filter(pool__in=years, made_at__lt=rules.end_of(on))
    sums = (
        postings.order_by("source_id", "district_id")
        .values("pool_id", "district_id", "source_id")
        .annotate(
            allocated=sum_of("allocated"),
            committed=sum_of("committed"),
            paid=sum_of("paid"),
            total_places=Sum("places"),
            total_days=Sum("days"),
        )
    )
    # Grouped rows have no joined frame: the frames, of which there are few, are read beside.
    sources = FundingSource.objects.in_bulk()

    standings = []
    for row in sums:
        standings.append(
            Standing(
                pool_id=row["pool_id"],
                district_id=row["district_id"],
                source=sources.get(row["source_id"] or 0),
                allocated=row["allocated"],
                committed=row["committed"],
                paid=row["paid"],
                places=row["total_places"],
                days=row["total_days"],
            )
        )
    return standings


def _pool(
    year: int, districts: Sequence[District], standings: Sequence[Standing]
) -> PoolYear:
    used = sum(standing.committed + standing.paid for standing in standings)
    frames = _frames([standing for standing in standings if standing.source], used)

    # Those of the frames have no district: they all fall under None, which nobody asks for.
    by_district = {standing.district_id: standing for standing in standings}
    rows = []
    for district in districts:
        rows.append(_district_year(year, district, by_district.get(district.pk)))

    # Over the districts and not over the standings: allocations have no pupils.
    total = DistrictYear(
        "I alt",
        year,
        committed=sum(row.committed for row in rows),
        paid=sum(row.paid for row in rows),
        places=sum(row.places for row in rows),
        days=sum(row.days for row in rows),
    )
    return PoolYear(year, frames, rows, total)


def _frames(standings: Sequence[Standing], used: int) -> list[Frame]:
    """The frames of a year, what is `used` of its pool shared between them to the krone."""
    parts = rules.borne_by_frames([standing.allocated for standing in standings], used)

    frames = []
    for standing, part in zip(standings, parts, strict=True):
        source = standing.source
        if source is not None:
            frames.append(
                Frame(
                    source.name, source.centre_id, standing.allocated, source.pk, part
                )
            )
    return frames


def _district_year(
    year: int, district: District, standing: Standing | None
) -> DistrictYear:
    """A district with nothing granted is shown too."""
    if standing is None:
        return DistrictYear(district.name, year, district_id=district.pk)

    return DistrictYear(
        district.name,
        year,
        committed=standing.committed,
        paid=standing.paid,
        places=standing.places,
        days=standing.days,
        district_id=district.pk,
    )


def as_seen_by(pool: PoolYear, user: User) -> PoolYear:
    """The pool without what could point at a single pupil, for those who may not know."""
    if rules.sees_small_counts(user):
        return pool
    return as_public(pool, today())


def as_public(pool: PoolYear, on: date) -> PoolYear:
    """The pool with what `public` shows on a day: all that comes of pupils is of a quarter.

    What is allocated is `pool`'s own. One query.
    """
    view = public.shown_on(pool.year, on)
    total = _with_amounts(DistrictYear("I alt", pool.year), view.total)
    parts = rules.borne_by_frames(
        [frame.amount for frame in pool.frames], total.amount
    )
    frames = []
    for frame, part in zip(pool.frames, parts, strict=True):
        frames.append(replace(frame, used=part))

    districts = []
    if view.districts is not None:
        for row in pool.districts:
            amounts = view.districts.get(row.district_id or 0, public.NOTHING)
            districts.append(_with_amounts(row, amounts))
    return replace(
        pool,
        frames=frames,
        districts=districts,
        total=total,
        shows_counts=view.quarter is not None,
        is_public=True,
        quarter=view.quarter,
    )


def _with_amounts(row: DistrictYear, amounts: public.Amounts) -> DistrictYear:
    return replace(row, **amounts._asdict())


def spent_on(references: QuerySet[Any, Any]) -> list[DistrictYear]:
    """What the postings to `references` (a query of ids) add up to, by fiscal year.

    One query.
    """
    postings = Posting.objects.filter(reference__in=references).order_by("pool")
    sums = postings.values("pool").annotate(
        committed=sum_of("committed"),
        paid=sum_of("paid"),
        total_places=Sum("places"),
        total_days=Sum("days"),
    )

    years = []
    for row in sums:
        years.append(
            DistrictYear(
                str(row["pool"]),
                row["pool"],
                committed=row["committed"],
                paid=row["paid"],
                places=row["total_places"],
                days=row["total_days"],
            )
        )
    return years


# -- postings -------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Totals:
    """What is allocated, committed and paid, whole DKK."""

    allocated: int
    committed: int
    paid: int

    @property
    def free(self) -> int:
        return self.allocated - self.committed - self.paid


def totals_of(*, year: int | None, district: District | None) -> Totals:
    """The sums of a year and a district (None: of all).

    From what the database keeps: one query, and no posting is counted.
    """
    standings = Standing.objects.all()
    if year:
        standings = standings.filter(pool=year)
    if district:
        standings = standings.filter(district=district)

    sums = standings.aggregate(
        allocated=Sum("allocated", default=0),
        committed=Sum("committed", default=0),
        paid=Sum("paid", default=0),
    )
    return Totals(**sums)
