"""When money is paid out, by whose agreement, and when a plan still fits.

The cost of a period is cut into instalments that fall due on Danish banking days. Pure arithmetic
and questions to models; whole DKK.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from budget.models import centres_led_by
from budget.tariff import NOTHING, Later, Part, by_fiscal_year
from skolefleks.calendar import (
    ONE_DAY,
    banking_day_after,
    banking_day_before,
    is_banking_day,
)
from skolefleks.danish import today

if TYPE_CHECKING:
    from budget.models import Instalment, PaymentRun
    from skolefleks.models import User


class Slice(NamedTuple):
    """One instalment as it is to be: whole DKK of one fiscal year.

    It covers its days, both included, and is due on a banking day.
    """

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
    paid: Mapping[int, int] | None = None,
    later: Sequence[Later] = (),
) -> Iterator[Slice]:
    """What is to be paid for `tariff` a year over the period, in order.

    Each fiscal year adds up to its part exactly. An instalment is due at the end of each of
    `months` (and of the year) and takes what has been used by then and is not paid before: so a
    period that ends early never has more paid for its days than they cost. `paid` is what has been
    paid already, whole DKK by fiscal year. What was due before the day `not_before` is due on it.
    """
    # Year by year: each is paid from its own pool, and none borrows from the next.
    for year in by_fiscal_year(tariff, starts_on, ends_on, later):
        paid_until_now = (paid or {}).get(year, 0)
        first = max(starts_on, date(year, 1, 1))

        # December always: what a year costs is paid before the year is over.
        for month in sorted({*months, 12}):
            month_ends = date(year, month, monthrange(year, month)[1])
            last = min(month_ends, ends_on)
            if last < first:
                continue

            # What is used by the day, and not the cost of these days: rounded once, as in tariff.
            used = by_fiscal_year(tariff, starts_on, last, later)[year].amount
            if used > paid_until_now:
                due_on = max(banking_day_before(month_ends), not_before)
                yield Slice(
                    year,
                    first,
                    last,
                    banking_day_after(due_on),
                    used - paid_until_now,
                )
            # More may be paid already than is used by now: later instalments make up for it.
            paid_until_now = max(paid_until_now, used)
            first = last + ONE_DAY


def pays_more_than(parts: Mapping[int, Part], paid: Mapping[int, int]) -> bool:
    """Whether more is paid of some fiscal year than it costs now."""
    return any(
        amount > parts.get(year, NOTHING).amount for year, amount in paid.items()
    )


def slice_that_is(instalment: Instalment, pieces: Collection[Slice]) -> Slice | None:
    """The one of `pieces` that an instalment is already; None where it fits none of them.

    The day it falls due is not compared: it may have passed since it was planned.
    """
    for piece in pieces:
        if (
            piece.year == instalment.pool_id
            and piece.covers_from == instalment.covers_from
            and piece.covers_to == instalment.covers_to
            and piece.amount == instalment.amount
        ):
            return piece
    return None


def approving_centre(run: PaymentRun, user: User) -> str | None:
    """The centre that the chief can approve a run for: another than the one that proposed it.

    A run that the clock proposed is proposed by no centre. None where there is no such centre.
    """
    for centre in centres_led_by(user):
        if centre != run.proposed_centre:
            return centre
    return None


def can_be_paid_on(day: date) -> bool:
    """Whether the finance system can have paid on the day: a banking day that is not to come."""
    return day <= today() and is_banking_day(day)
