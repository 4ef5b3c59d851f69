"""When money is paid out, by whose agreement, and when a plan still fits.

The cost of a period is cut into instalments that fall due on Danish
banking days. Pure arithmetic and questions to models; whole DKK.
"""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from django.utils import timezone

from budget.models import centres_led_by
from budget.tariff import NOTHING, Later, Part, by_fiscal_year
from skolefleks.calendar import (
    ONE_DAY,
    banking_day_after,
    banking_day_before,
    banking_days_on,
    is_banking_day,
)
from skolefleks.danish import day, kr, today
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade

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

    Each fiscal year adds up to its part exactly. An instalment is due at
    the end of each of `months` (and of the year) and takes what has been
    used by then and is not paid before: so a period that ends early never
    has more paid for its days than they cost. `paid` is what has been
    paid already, whole DKK by fiscal year. What was due before the day
    `not_before` is due on it.
    """
    # Year by year: each is paid from its own pool, and none borrows from
    # the next.
    for year in by_fiscal_year(tariff, starts_on, ends_on, later):
        paid_until_now = (paid or {}).get(year, 0)
        first = max(starts_on, date(year, 1, 1))

        # December always: what a year costs is paid before the year is
        # over.
        for month in sorted({*months, 12}):
            month_ends = date(year, month, monthrange(year, month)[1])
            last = min(month_ends, ends_on)
            if last < first:
                continue

            # What is used by the day, and not the cost of these days:
            # rounded once, as in tariff.
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
            # More may be paid already than is used by now: later
            # instalments make up for it.
            paid_until_now = max(paid_until_now, used)
            first = last + ONE_DAY


def overpaid(parts: Mapping[int, Part], paid: Mapping[int, int]) -> dict[int, int]:
    """Whole DKK, by fiscal year, that are `paid` beyond what each year costs (`parts`)."""
    too_much = {}
    for year, amount in sorted(paid.items()):
        more = amount - parts.get(year, NOTHING).amount
        if more > 0:
            too_much[year] = more
    return too_much


def owed_slices(
    too_much: Mapping[int, int],
    paid_until: Mapping[int, date],
    *,
    ends_on: date,
    not_before: date,
) -> Iterator[Slice]:
    """What has been paid too much, by year: one negative instalment each, due at once.

    It covers the days that are paid and do not run; where all of them run
    (the tariff is another), the last one.
    """
    for year, amount in too_much.items():
        last = paid_until.get(year, date(year, 12, 31))
        first = min(max(ends_on + ONE_DAY, date(year, 1, 1)), last)
        yield Slice(year, first, last, banking_day_after(not_before), -amount)


def sums_by_account(instalments: Iterable[Instalment]) -> dict[str, int]:
    """Whole DKK that each account string gets of them, what is set off taken off."""
    sums: dict[str, int] = {}
    for instalment in instalments:
        sums[instalment.account] = sums.get(instalment.account, 0) + instalment.amount
    return sums


def require_nobody_pays(run: PaymentRun, instalments: Iterable[Instalment]) -> None:
    """Raise NotPossible where a run would take money from an account; a collection asks for it."""
    if run.kind == run.Kind.COLLECTION:
        return
    for account, amount in sums_by_account(instalments).items():
        if amount < 0:
            raise NotPossible(
                f"Der modregnes {kr(-amount)} mere, end kontoen {account} får udbetalt, fordi rater"
                " er standset siden. Afvis kørslen, og foreslå den igen: så deles modregningen."
            )


def slice_that_is(instalment: Instalment, pieces: Collection[Slice]) -> Slice | None:
    """The one of `pieces` that an instalment is already; None where it fits none of them.

    The day it falls due is not compared: it may have passed since it was
    planned.
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


def slice_in_parts(
    instalment: Instalment,
    planned: Collection[Instalment],
    pieces: Collection[Slice],
) -> Slice | None:
    """The one of `pieces` that what is owed of the instalment's year is, all parts of it together.

    It was divided where a run could not bear it all. None where it is
    another amount now, and for what is to be paid: that is never divided.
    """
    if instalment.amount > 0:
        return None

    of_the_year = [row for row in planned if row.pool_id == instalment.pool_id]
    owed = sum(row.amount for row in of_the_year if row.amount < 0)
    for piece in pieces:
        if piece.year == instalment.pool_id and piece.amount == owed:
            return piece
    return None


def approving_centre(run: PaymentRun, user: User) -> str | None:
    """The centre that the chief can approve a run for: another than the one that proposed it.

    A run that the clock proposed is proposed by no centre. None where
    there is no such centre.
    """
    for centre in centres_led_by(user):
        if centre != run.proposed_centre:
            return centre
    return None


def last_pay_day() -> date:
    """The last day on which a run that is proposed today pays: so many banking days on."""
    return banking_days_on(today(), trade.now().payment_lead_days)


def pay_day(last_due_on: date) -> date:
    """The banking day on which a run pays whose last instalment is due on `last_due_on`.

    What is overdue is paid as soon as may be; what is paid early, on the
    last pay day there is.
    """
    return banking_day_after(max(today(), min(last_due_on, last_pay_day())))


def require_paid_day(run: PaymentRun, on: date) -> None:
    """Raise Refusal unless the finance system can have paid the run on the day.

    A banking day from the run's hand-over to today.
    """
    if run.exported_at is None:
        raise NotPossible
    first = timezone.localdate(run.exported_at)
    if not first <= on <= today() or not is_banking_day(on):
        raise Refusal(
            f"Vælg en bankdag fra {day(first)}, da kørslen blev sendt, til i dag."
            f" {day(on)} er det ikke.",
            field="paid_on",
        )
