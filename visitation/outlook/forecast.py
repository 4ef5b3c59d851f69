"""What the pool may come to, and what it may save: granted, likely to go on, asked for in the queue. Writes nothing.

The forecast counts every case, also those that the reader may not judge: it shows sums and never a case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Exists, OuterRef
from django.db.models.functions import Coalesce

from applications.lifecycle import Status
from applications.models import PupilCase
from budget.books import queries as books_queries
from budget.tariff import Later, cost
from skolefleks.danish import today
from skolefleks.models import District
from visitation.lifecycle import GrantStatus
from visitation.models import Decision, Grant, later_of

if TYPE_CHECKING:
    from django.db.models import QuerySet


GRANTED, EXTENSION, ASKED = "granted", "extension", "asked"


class Share(NamedTuple):
    """A guess as a band, in percent."""

    low: int
    expected: int
    high: int


class Band(NamedTuple):
    """Whole DKK: what is granted already, and what may come of it."""

    granted: int
    low: int
    expected: int
    high: int


class Stream(NamedTuple):
    """Money that runs, or may run, from a day to a day: `grants` times `tariff` a year, and the tariffs of `later`."""

    kind: str
    district: int
    tariff: int
    starts_on: date
    ends_on: date
    later: Sequence[Later] = ()
    grants: int = 1


@dataclass(frozen=True)
class Line:
    """A pool, or a district's even share of one, and what it may come to."""

    name: str
    year: int
    room: int
    band: Band

    @property
    def percent(self) -> int | None:
        """How much of the room the expected takes, rounded down; None without any money."""
        return 100 * self.band.expected // self.room if self.room else None

    @property
    def warning(self) -> int | None:
        """The highest of the warning levels (80, 95 %) that the expected reaches."""
        reached = [
            level
            for level in settings.POOL_WARNINGS
            if self.percent is not None and self.percent >= level
        ]
        return max(reached, default=None)

    @property
    def tone(self) -> str:
        return (
            "error"
            if self.warning == max(settings.POOL_WARNINGS)
            else "warning"
            if self.warning
            else "neutral"
        )

    @property
    def percent_text(self) -> str:
        return "–" if self.percent is None else f"{self.percent} %"


@dataclass(frozen=True)
class Month:
    """From New Year to the end of a month, within its fiscal year."""

    last_day: date
    band: Band
    room: int


@dataclass(frozen=True)
class Forecast:
    extended: Share
    granted: Share
    months: Sequence[Month]
    pools: Sequence[Line]
    districts: Sequence[Line]
    ending: int  # grants that end before the horizon and may go on
    asked: int  # pupils in the queue with a tariff and a period

    def districts_by_year(self) -> list[tuple[str, list[Line]]]:
        return [
            (pool.name, [line for line in self.districts if line.year == pool.year])
            for pool in self.pools
        ]

    @property
    def until(self) -> date:
        return self.months[-1].last_day


def forecast(extended: Share, granted: Share) -> Forecast:
    """By month to the end of next fiscal year. Five queries, however many grants there are."""
    year = today().year
    ends = [_month_end(year, month) for month in range(1, 25)]
    held = {pool.year: pool for pool in books_queries.pools((year, year + 1))}
    districts = list(District.objects.all())
    running, ending, asked = granted_streams(year, ends[-1]), extensions(ends[-1]), asked_for()
    spent = _by_month([*running, *ending, *asked], ends)
    whole = _added(spent.values())
    months = [
        Month(day, _band(whole, _of_year(ends, day), extended, granted), _room(held, day.year))
        for day in ends
    ]
    of_years = [(year, _of_year(ends, ends[11])), (year + 1, _of_year(ends, ends[23]))]
    return Forecast(
        extended,
        granted,
        months,
        [
            Line(str(y), y, _room(held, y), _band(whole, part, extended, granted))
            for y, part in of_years
        ],
        [
            Line(
                row.name,
                y,
                _room(held, y) // len(districts),
                _band(_of_district(spent, row.pk), part, extended, granted),
            )
            for y, part in of_years
            for row in districts
        ],
        sum(stream.grants for stream in ending),
        sum(stream.grants for stream in asked),
    )


def granted_streams(year: int, horizon: date) -> list[Stream]:
    """What is granted between the first day of `year` and the horizon, as the periods stand now."""
    rows = _grants().filter(last__gte=date(year, 1, 1), starts_on__lte=horizon)
    return [Stream(GRANTED, *row) for row in _alike(rows)]


def extensions(horizon: date) -> list[Stream]:
    """Running grants that end before the horizon and nobody has decided on since: one more year at their last tariff.

    A pupil with a later grant, or with a case in the queue, is counted there and not here.
    """
    later = _grants().filter(pupil=OuterRef("pupil"), starts_on__gt=OuterRef("ends_on"))
    waiting = _waiting().filter(pupil=OuterRef("pupil"))
    rows = _grants().filter(status=GrantStatus.RUNNING, last__gte=today(), last__lt=horizon)
    rows = rows.exclude(Exists(later)).exclude(Exists(waiting))
    return [
        Stream(
            EXTENSION,
            district,
            later[-1].tariff if later else tariff,
            ends_on + timedelta(days=1),
            min(horizon, ends_on + timedelta(days=365)),
            grants=count,
        )
        for district, tariff, _, ends_on, later, count in _alike(rows)
    ]


def asked_for() -> list[Stream]:
    """Submitted and not decided, at the requested tariff and period, but not from before today."""
    rows = _waiting().filter(requested_tariff__gt=0, starts_on__isnull=False, ends_on__gte=today())
    fields = ("application__school__district", "requested_tariff", "starts_on", "ends_on")
    counted = rows.order_by().values_list(*fields).annotate(count=Count("pk"))
    return [
        Stream(ASKED, district, tariff, max(starts_on, today()), ends_on, grants=count)
        for district, tariff, starts_on, ends_on, count in counted
    ]


# -- the investment ---------------------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Alternative:
    """What a pupil would cost elsewhere, whole DKK a full-year pupil, against what SkoleFleks costs."""

    name: str
    price: int
    unit: int
    otherwise: Share
    pupils: float

    @property
    def break_even(self) -> int:
        """The share of the pupils, in percent rounded up, who must be kept from being referred for it to pay."""
        return -(-100 * self.unit // self.price)

    @property
    def per_pupil(self) -> tuple[int, int, int]:
        """What is saved (negative: what it costs more) per full-year pupil: low, expected, high."""
        low, expected, high = (
            round(self.price * share / 100) - self.unit for share in self.otherwise
        )
        return low, expected, high

    @property
    def in_all(self) -> tuple[int, int, int]:
        """The same for all full-year pupils of the year."""
        low, expected, high = (round(amount * self.pupils) for amount in self.per_pupil)
        return low, expected, high


def investment(
    pool: books_queries.PoolYear | None, prices: Mapping[str, int], otherwise: Share
) -> list[Alternative]:
    """SkoleFleks against each of `prices`, with the year's own average tariff; nothing without a full-year pupil."""
    unit = pool.total.average_tariff if pool else None
    if pool is None or not unit:
        return []
    pupils = pool.total.full_year_pupils
    return [Alternative(name, price, unit, otherwise, pupils) for name, price in prices.items()]


# -- the arithmetic ---------------------------------------------------------------------------------------------------
Sums = dict[str, list[int]]  # by kind, an amount a month


def _grants() -> QuerySet[Any]:
    return Grant.objects.exclude(status=GrantStatus.ANNULLED).annotate(
        last=Coalesce("ended_on", "ends_on")
    )


def _waiting() -> QuerySet[PupilCase]:
    decided = (
        Decision.objects.standing()
        .exclude(outcome=Decision.Outcome.POSTPONED)
        .filter(pupil_case=OuterRef("pk"))
    )
    return PupilCase.objects.filter(application__status=Status.SUBMITTED).exclude(Exists(decided))


def _alike(rows: QuerySet[Any]) -> list[tuple[int, int, date, date, list[Later], int]]:
    """(district, tariff, first day, last day, later tariffs, how many): grants on the same terms are one line."""
    fields = ("district", "tariff", "starts_on", "last", "later_tariffs")
    found = rows.order_by().values_list(*fields).annotate(count=Count("pk"))
    return [(*terms, later_of(tariffs), count) for *terms, tariffs, count in found]


def _by_month(streams: Iterable[Stream], ends: Sequence[date]) -> dict[int, Sums]:
    """By district: what each kind takes in each month. A year's months add up to what the grant costs that year."""
    spent: dict[int, Sums] = defaultdict(
        lambda: {kind: [0] * len(ends) for kind in (GRANTED, EXTENSION, ASKED)}
    )
    before = date(ends[0].year - 1, 12, 31)
    for stream in streams:
        amounts = spent[stream.district][stream.kind]
        used = _used(stream, before)
        for place, day in enumerate(ends):
            now = _used(stream, day)
            amounts[place] += stream.grants * (now - used)
            used = now
    return spent


def _used(stream: Stream, day: date) -> int:
    return cost(stream.tariff, stream.starts_on, min(day, stream.ends_on), stream.later)


def _added(sums: Iterable[Sums]) -> Sums:
    every = list(sums)
    kinds = (GRANTED, EXTENSION, ASKED)
    return {
        kind: [sum(month) for month in zip(*(one[kind] for one in every), strict=True)]
        for kind in kinds
    }


def _of_district(spent: dict[int, Sums], district: int) -> Sums:
    return _added([spent[district]]) if district in spent else {}


def _band(sums: Sums, months: slice, extended: Share, granted: Share) -> Band:
    """Of some months: granted, and with each guess's share of what may come."""
    given, more, asked = (sum(sums.get(kind, [])[months]) for kind in (GRANTED, EXTENSION, ASKED))
    shares = zip(extended, granted, strict=True)
    return Band(
        given, *(given + (more * part + asked * chance + 50) // 100 for part, chance in shares)
    )


def _of_year(ends: Sequence[date], day: date) -> slice:
    """From New Year to `day`, as places in `ends`."""
    place = ends.index(day)
    return slice(place - day.month + 1, place + 1)


def _room(held: Mapping[int, books_queries.PoolYear], year: int) -> int:
    return held[year].allocated if year in held else 0


def _month_end(year: int, month: int) -> date:
    """The last day of a month; months after 12 are next year's."""
    return date(year + month // 12, month % 12 + 1, 1) - timedelta(days=1)
