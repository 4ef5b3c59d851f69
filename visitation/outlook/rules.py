"""The arithmetic of the forecast: what the pool may come to.

Three kinds of money are added up: what is granted, what the grants that end may cost if they are
extended, and what the pupils in the queue may be granted. Of the last two only a guessed share
counts, in percent: a low, an expected and a high guess.
"""

from __future__ import annotations

import enum
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from budget.tariff import Later, cost
from skolefleks.calendar import ONE_DAY
from skolefleks.setup import trade

# The forecast reaches from January of this year to December of the next.
MONTHS = 24


class Kind(enum.Enum):
    """How certain a stream of money is."""

    GRANTED = "granted"
    # A running grant that ends, and may go on.
    EXTENSION = "extension"
    # What a school applies for, and is not decided.
    QUEUE = "queue"


class Estimate(NamedTuple):
    """A guess in percent."""

    low: int
    expected: int
    high: int

    @property
    def span(self) -> str:
        """`40-80`; one number where both guesses are the same."""
        if self.low == self.high:
            return str(self.low)
        return f"{self.low}-{self.high}"


class Band(NamedTuple):
    """Whole DKK: what is granted already, and what the pool may come to in all."""

    granted: int
    low: int
    expected: int
    high: int


class Stream(NamedTuple):
    """What a number of grants on the same terms cost, or may cost.

    Both days are included. `tariff` is whole DKK a year for each grant, `later` are the tariffs
    that follow it.
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
    """A pool, or a district's even share of one, and what may be used of it; whole DKK.

    `room` is what is allocated to it.
    """

    name: str
    year: int
    room: int
    band: Band

    @property
    def percent(self) -> int | None:
        """How much of `room` the expected use takes, rounded down; None where `room` is 0."""
        if not self.room:
            return None
        return 100 * self.band.expected // self.room

    @property
    def warning(self) -> int | None:
        """The highest of the warning levels (80, 95 %) that `percent` reaches; None below all."""
        percent = self.percent
        if percent is None:
            return None
        reached_levels = [
            level for level in trade.now().pool_warnings if percent >= level
        ]
        return max(reached_levels, default=None)

    @property
    def tone(self) -> str:
        if self.warning is None:
            return "neutral"
        if self.warning == max(trade.now().pool_warnings):
            return "error"
        return "warning"

    @property
    def percent_text(self) -> str:
        if self.percent is None:
            return "–"
        return f"{self.percent} %"


@dataclass(frozen=True)
class Month:
    """What may be used of the pool from New Year to the end of a month; whole DKK."""

    last_day: date
    band: Band
    room: int


@dataclass(frozen=True)
class Forecast:
    """What may be used of the pool, by month, by year and by district.

    It rests on two guesses: `extension` is how many of the grants that end are extended, and
    `approval` how much of the money in the queue is granted. `ending_grants` counts the grants that
    end within the forecast and may be extended, `queued_pupils` the pupils in the queue with a
    tariff and a period.
    """

    extension: Estimate
    approval: Estimate
    months: Sequence[Month]
    pools: Sequence[Line]
    districts: Sequence[Line]
    ending_grants: int
    queued_pupils: int

    def districts_by_year(self) -> list[tuple[str, list[Line]]]:
        """The name of each year's pool, and the lines of the districts in that year."""
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
    # The day before the first of the next month, counted from 0: 1 is February, 12 January again.
    for next_month in range(1, MONTHS + 1):
        years_later, month_index = divmod(next_month, 12)
        first_of_next = date(year + years_later, month_index + 1, 1)
        ends.append(first_of_next - ONE_DAY)
    return ends


def amounts_by_month(stream: Stream, ends: Sequence[date]) -> list[int]:
    """What the stream costs in each month, whole DKK.

    Each is the difference between two rounded sums, so that the months of a fiscal year add up to
    what the grants cost that year, to the krone.
    """
    # What was used before this year is not a part of its first month.
    day_before = date(ends[0].year - 1, 12, 31)
    cost_before = stream.cost_until(day_before)

    amounts = []
    for month_end in ends:
        cost_by_now = stream.cost_until(month_end)
        amounts.append(stream.grants * (cost_by_now - cost_before))
        cost_before = cost_by_now
    return amounts


def no_spending() -> Spending:
    """Nothing in any month."""
    return {kind: [0] * MONTHS for kind in Kind}


def spending_by_district(
    streams: Iterable[Stream], ends: Sequence[date]
) -> dict[int, Spending]:
    """What each kind costs month by month, for each district that has a stream."""
    by_district: dict[int, Spending] = {}
    for stream in streams:
        if stream.district not in by_district:
            by_district[stream.district] = no_spending()

        spending = by_district[stream.district]
        _add_to(spending[stream.kind], amounts_by_month(stream, ends))
    return by_district


def sum_of(parts: Iterable[Spending]) -> Spending:
    """What all parts cost together, month by month."""
    whole = no_spending()
    for part in parts:
        for kind, amounts in part.items():
            _add_to(whole[kind], amounts)
    return whole


def year_to(month: int) -> slice:
    """The months from the last New Year to `month`, that month included.

    Months are counted from 0, January of the first year, to 23, December of the second.
    """
    january = month - month % 12
    return slice(january, month + 1)


def band(
    spending: Spending, months: slice, extension: Estimate, approval: Estimate
) -> Band:
    """What some months cost: what is granted, and with it the guessed share of what may come.

    Rounded to whole DKK, half a krone up.
    """
    granted = sum(spending[Kind.GRANTED][months])
    extensions = sum(spending[Kind.EXTENSION][months])
    queue = sum(spending[Kind.QUEUE][months])

    # Low with low and high with high: both guesses are taken to be wrong in the same direction.
    totals = []
    for extended_percent, granted_percent in zip(extension, approval, strict=True):
        hundredths = extensions * extended_percent + queue * granted_percent
        guess = (hundredths + 50) // 100
        totals.append(granted + guess)

    low, expected, high = totals
    return Band(granted, low, expected, high)


def _add_to(amounts: list[int], more: Collection[int]) -> None:
    """Add `more` to `amounts`, month by month; `amounts` is changed."""
    for month, amount in enumerate(more):
        amounts[month] += amount
