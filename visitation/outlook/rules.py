"""The arithmetic of the forecast: what the pool may come to, and what the effort may save.

Money is granted, may go on when a grant ends, or may be granted to a pupil in the queue. The last
two are guesses, each a share in percent: low, expected and high.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.conf import settings

from budget.tariff import Later, cost
from skolefleks.calendar import ONE_DAY

# The forecast reaches from January of this year to December of the next.
MONTHS = 24


class Kind(enum.Enum):
    """How certain a stream of money is."""

    GRANTED = "granted"
    EXTENSION = "extension"  # a running grant that ends, and may go on
    QUEUE = "queue"  # what a school applies for, and is not decided


class Estimate(NamedTuple):
    """A guess in percent."""

    low: int
    expected: int
    high: int


class Band(NamedTuple):
    """Whole DKK: what is granted already, and what the pool may come to in all."""

    granted: int
    low: int
    expected: int
    high: int


class Savings(NamedTuple):
    """Whole DKK, negative where it costs more, on the low, expected and high guess."""

    low: int
    expected: int
    high: int


class Stream(NamedTuple):
    """Money that runs from a day to a day, both included, on the same terms for `grants` grants.

    `tariff` is whole DKK a year for each; `later` are the tariffs that follow it.
    """

    kind: Kind
    district: int
    tariff: int
    starts_on: date
    ends_on: date
    later: Sequence[Later] = ()
    grants: int = 1

    @property
    def last_tariff(self) -> int:
        if self.later:
            return self.later[-1].tariff
        return self.tariff

    def cost_until(self, day: date) -> int:
        """Whole DKK that one grant has cost by the end of `day`."""
        last_day = min(day, self.ends_on)
        return cost(self.tariff, self.starts_on, last_day, self.later)


# Whole DKK, month by month from January of this year, of each kind.
Spending = dict[Kind, list[int]]


@dataclass(frozen=True)
class Line:
    """A pool, or a district's even share of one, and what it may come to; whole DKK."""

    name: str
    year: int
    room: int
    band: Band

    @property
    def percent(self) -> int | None:
        """How much of the room the expected takes, rounded down; None without any money."""
        if not self.room:
            return None
        return 100 * self.band.expected // self.room

    @property
    def warning(self) -> int | None:
        """The highest of the warning levels (80, 95 %) that the expected reaches."""
        # `max` of nothing: below the lowest level there is no warning.
        percent = self.percent
        if percent is None:
            return None
        levels = [level for level in settings.POOL_WARNINGS if percent >= level]
        return max(levels, default=None)

    @property
    def tone(self) -> str:
        if self.warning is None:
            return "neutral"
        if self.warning == max(settings.POOL_WARNINGS):
            return "error"
        return "warning"

    @property
    def percent_text(self) -> str:
        if self.percent is None:
            return "–"
        return f"{self.percent} %"


@dataclass(frozen=True)
class Month:
    """What the pool comes to from New Year to the end of a month; whole DKK."""

    last_day: date
    band: Band
    room: int


@dataclass(frozen=True)
class Forecast:
    """What the pool may come to, on the two guesses that it was made with."""

    extension: Estimate  # of the grants that end, how many go on
    approval: Estimate  # of the money in the queue, how much is granted
    months: Sequence[Month]
    pools: Sequence[Line]
    districts: Sequence[Line]
    ending_grants: int  # grants that end before the horizon and may go on
    queued_pupils: int  # pupils in the queue with a tariff and a period

    def districts_by_year(self) -> list[tuple[str, list[Line]]]:
        years = []
        for pool in self.pools:
            lines = [line for line in self.districts if line.year == pool.year]
            years.append((pool.name, lines))
        return years

    @property
    def until(self) -> date:
        return self.months[-1].last_day


# -- by month --


def month_ends(year: int) -> list[date]:
    """The last day of each month of `year` and of the year after."""
    ends = []
    for month in range(MONTHS):
        # The first day of the next month; month 12 is January of the year after.
        years, next_month = divmod(month + 1, 12)
        ends.append(date(year + years, next_month + 1, 1) - ONE_DAY)
    return ends


def amounts_by_month(stream: Stream, ends: Sequence[date]) -> list[int]:
    """What the stream takes in each month, whole DKK.

    Each is the difference between two rounded sums, so that the months of a fiscal year add up to
    what the grants cost that year, to the krone.
    """
    # What was used before this year is not a part of its first month.
    day_before = date(ends[0].year - 1, 12, 31)
    used = stream.cost_until(day_before)

    amounts = []
    for month_end in ends:
        total = stream.cost_until(month_end)
        amounts.append(stream.grants * (total - used))
        used = total
    return amounts


def no_spending() -> Spending:
    """Nothing in any month."""
    return {kind: [0] * MONTHS for kind in Kind}


def spending_by_district(
    streams: Iterable[Stream], ends: Sequence[date]
) -> dict[int, Spending]:
    """What each kind takes month by month, of the districts that have any stream."""
    by_district: dict[int, Spending] = {}
    for stream in streams:
        if stream.district not in by_district:
            by_district[stream.district] = no_spending()
        amounts = by_district[stream.district][stream.kind]
        _add(amounts, amounts_by_month(stream, ends))
    return by_district


def sum_of(parts: Iterable[Spending]) -> Spending:
    """What all parts take together, month by month."""
    whole = no_spending()
    for part in parts:
        for kind, amounts in part.items():
            _add(whole[kind], amounts)
    return whole


def year_to(month: int) -> slice:
    """The months from New Year to `month` (0 is the first January), that month included."""
    january = month - month % 12
    return slice(january, month + 1)


def band(
    spending: Spending, months: slice, extension: Estimate, approval: Estimate
) -> Band:
    """What some months come to: granted, and with each guess's share of what may come.

    Rounded to whole DKK, half a krone up.
    """
    granted = sum(spending[Kind.GRANTED][months])
    extensions = sum(spending[Kind.EXTENSION][months])
    queue = sum(spending[Kind.QUEUE][months])

    totals = []
    # Low with low, high with high: the two guesses are taken to fail in the same direction.
    for go_on, are_granted in zip(extension, approval, strict=True):
        hundredths = extensions * go_on + queue * are_granted
        totals.append(granted + (hundredths + 50) // 100)
    return Band(granted, *totals)


def _add(amounts: list[int], more: Collection[int]) -> None:
    for month, amount in enumerate(more):
        amounts[month] += amount


# -- the investment --


@dataclass(frozen=True)
class Alternative:
    """What a full-year pupil would cost elsewhere, against SkoleFleks; whole DKK.

    `referral` is the share of the pupils who would have been referred there otherwise.
    """

    name: str
    price: int
    unit_cost: int
    referral: Estimate
    pupils: float  # full-year pupils

    @property
    def break_even(self) -> int:
        """The share of the pupils, in percent rounded up, that must be kept for it to pay."""
        # Minus twice: whole-number division rounds down, and this one up.
        return -(-100 * self.unit_cost // self.price)

    @property
    def per_pupil(self) -> Savings:
        """What is saved per full-year pupil."""
        avoided = [round(self.price * share / 100) for share in self.referral]
        return Savings(*[amount - self.unit_cost for amount in avoided])

    @property
    def in_all(self) -> Savings:
        """What is saved on all full-year pupils of the year."""
        return Savings(*[round(amount * self.pupils) for amount in self.per_pupil])


def alternatives(
    prices: Mapping[str, int],
    *,
    unit_cost: int | None,
    pupils: float,
    referral: Estimate,
) -> list[Alternative]:
    """SkoleFleks against each of `prices`, by its name; nothing without a pupil to compare.

    `unit_cost` is what a full-year pupil costs in SkoleFleks, None without a single day of any.
    """
    if not unit_cost:
        return []
    return [
        Alternative(name, price, unit_cost, referral, pupils)
        for name, price in prices.items()
    ]
