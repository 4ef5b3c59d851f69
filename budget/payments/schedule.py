"""When money is paid out: Danish banking days, and the cost of a period cut into instalments. Pure arithmetic."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from budget.tariff import Later, by_fiscal_year
from skolefleks.calendar import ONE_DAY, banking_day_after, banking_day_before

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence


class Slice(NamedTuple):
    """One instalment: whole DKK of one fiscal year, the days it covers (both included), the banking day it is due."""

    year: int
    covers_from: date
    covers_to: date
    due_on: date
    amount: int


def slices(
    tariff: int,
    starts_on: date,
    ends_on: date,
    *,
    months: Collection[int],
    not_before: date,
    gone: Mapping[int, int] | None = None,
    later: Sequence[Later] = (),
) -> Iterator[Slice]:
    """What is to be paid for `tariff` a year over the period, in order; each fiscal year adds up to its part exactly.

    An instalment is due at the end of each of `months` (and of the year) and takes what has been used by then and is
    not paid before: so a period that ends early never has more paid for its days than they cost. `gone` is what has
    been paid already, whole DKK by fiscal year. What was due before the day `not_before` is due on it.
    """
    for year in by_fiscal_year(tariff, starts_on, ends_on, later):
        done = (gone or {}).get(year, 0)
        first = max(starts_on, date(year, 1, 1))
        for month in sorted({*months, 12}):
            month_ends = date(year, month, monthrange(year, month)[1])
            last = min(month_ends, ends_on)
            if last < first:
                continue
            used = by_fiscal_year(tariff, starts_on, last, later)[year].amount
            if used > done:
                due_on = banking_day_after(
                    max(banking_day_before(month_ends), not_before)
                )
                yield Slice(year, first, last, due_on, used - done)
            done, first = max(done, used), last + ONE_DAY
