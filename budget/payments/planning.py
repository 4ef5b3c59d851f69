"""The plan of what is to be paid for a grant, in instalments; it follows the grant and the books.

Acts, as in `actions.py`, under the same lock order: pools by fiscal year,
then the instalments by id. A plan is never changed: what no longer fits
is cancelled, and another instalment is planned. Amounts are whole DKK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.lifecycle import RunStatus
from budget.models import Instalment
from budget.payments import queries, rules
from budget.tariff import by_fiscal_year
from skolefleks.calendar import banking_day_after
from skolefleks.danish import today
from skolefleks.refusals import NotPossible
from skolefleks.setup import trade
from skolefleks.statemachine import follow

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import date
    from uuid import UUID

    from budget.models import Posting
    from budget.tariff import Later
    from skolefleks.models import District, School, User


@transaction.atomic
def plan(
    reference: UUID,
    *,
    tariff: int,
    starts_on: date,
    ends_on: date,
    school: School,
    district: District,
    by: User,
    text: str = "",
    later: Sequence[Later] = (),
    verb: str = "cancel",
) -> list[Instalment]:
    """Plan the instalments of a grant anew for this tariff and period; returns those added.

    `reference` is the grant's id, `later` are the tariffs that follow
    `tariff`.

    A planned instalment that still fits stays. One that no longer fits is
    cancelled by the step `verb`, also in a run that is not handed over.
    What is paid or handed over stays, and only the rest is planned. Where
    it is more than a fiscal year costs now, the school owes the
    difference: it is planned as a negative instalment, which the next run
    sets off.
    """
    # By id, as every act locks them: two plans of one grant come one
    # after the other.
    instalments = Instalment.objects.select_for_update().filter(reference=reference)
    planned_instalments = list(instalments.planned().order_by("pk"))

    # What was sent to the bank is a fact: what is too much of it is asked
    # back.
    cost_by_year = by_fiscal_year(tariff, starts_on, ends_on, later)
    paid_by_year = queries.paid_or_on_its_way(reference)
    owed_pieces = rules.owed_slices(
        rules.overpaid(cost_by_year, paid_by_year),
        queries.paid_until_by_year(reference),
        ends_on=ends_on,
        not_before=today(),
    )
    slices = rules.slices(
        tariff,
        starts_on,
        ends_on,
        months=trade.now().payment_months,
        not_before=today(),
        paid=paid_by_year,
        later=later,
    )
    pieces = {*slices, *owed_pieces}
    planned_pieces = _cancel_what_no_longer_fits(
        planned_instalments, pieces, verb, by=by
    )
    new_pieces = pieces - planned_pieces

    return Instalment.objects.bulk_create(
        Instalment(
            reference=reference,
            school=school,
            district=district,
            text=text,
            pool_id=piece.year,
            covers_from=piece.covers_from,
            covers_to=piece.covers_to,
            due_on=piece.due_on,
            amount=piece.amount,
        )
        for piece in sorted(new_pieces)
    )


def _cancel_what_no_longer_fits(
    planned_instalments: Sequence[Instalment],
    pieces: set[rules.Slice],
    verb: str,
    *,
    by: User,
) -> set[rules.Slice]:
    """Cancel each planned instalment that is none of `pieces`; returns the pieces that are planned.

    An instalment that is handed over is left alone.
    """
    if not planned_instalments:
        return set()

    # A query of its own: with a join, the lock on the instalments would
    # lock their runs too.
    handed_over_runs = queries.handed_over_runs()
    movable = [
        row for row in planned_instalments if row.run_id not in handed_over_runs
    ]

    planned_pieces = set()
    for instalment in movable:
        piece = rules.slice_that_is(instalment, pieces)
        if piece is None:
            piece = rules.slice_in_parts(instalment, movable, pieces)
        if piece is None:
            follow(instalment, verb, by=by, amount=instalment.amount)
        else:
            planned_pieces.add(piece)
    return planned_pieces


def lock(references: Collection[UUID]) -> None:
    """Lock the instalments of these grants until the transaction ends, by id."""
    rows = Instalment.objects.select_for_update().filter(reference__in=references)
    list(rows.order_by("pk").values_list("pk", flat=True))


def require_due_again(reversal: Posting) -> Instalment | None:
    """The instalment that was planned anew when `reversal` noted that a payment came back.

    None where the payment paid no instalment. Raises NotPossible where
    the new instalment has been handed over, paid or changed since: then
    its payment is the one to return.
    """
    paid_instalment = queries.instalment_paid_by(reversal)
    if paid_instalment is None:
        return None

    for planned_anew in queries.movable_beside(paid_instalment):
        is_as_large = planned_anew.amount == paid_instalment.amount
        if is_as_large and is_for_same_days(planned_anew, paid_instalment):
            return planned_anew
    raise NotPossible(
        "Raten er siden udbetalt igen, på vej eller lagt om. Ret den nye udbetaling i stedet."
    )


def follow_correction(reversal: Posting, *, by: User) -> None:
    """Let the plan follow the correction of a payment that never was in a run, or of a return.

    Where a return is itself reversed, the payment stands after all, and
    what was planned anew is cancelled. Raises NotPossible as
    `require_due_again` does.
    """
    # A payment is positive: so is the reversal of its reversal, and the
    # first reversal is not.
    if reversal.amount > 0:
        planned_anew = require_due_again(reversal)
        if planned_anew is None:
            return
        follow(planned_anew, "cancel", by=by, amount=planned_anew.amount)
        # All of the run was said to be back, and now some of it is not.
        run = queries.run_of_payment(reversal)
        if run and run.status == RunStatus.RETURNED:
            follow(run, "stand", by=by)


def plan_again(instalment: Instalment, *, by: User) -> None:
    """Plan anew what the bank did not pay of an instalment, or what came back; due at once.

    What is owed of the same grant and year is made up for first; a
    set-off that did not come through makes up for what is to be paid. The
    row of the instalment itself is never changed.
    """
    movable = queries.movable_beside(instalment)
    opposite = [row for row in movable if row.amount * instalment.amount < 0]
    amount = _make_up(opposite, instalment.amount, by=by)
    if not amount:
        return

    # No days are planned twice: what waits for the same ones becomes one
    # with it.
    if amount > 0:
        for row in movable:
            if (
                row.run_id is None
                and row.amount > 0
                and is_for_same_days(row, instalment)
            ):
                follow(row, "cancel", by=by, amount=row.amount)
                amount += row.amount
    plan_like(instalment, amount, due_on=banking_day_after(today()))


def _make_up(opposite: Sequence[Instalment], amount: int, *, by: User) -> int:
    """Let `amount` and what is planned the other way meet; returns what is left of it."""
    for row in opposite:
        if not amount:
            break
        follow(row, "cancel", by=by, amount=row.amount)
        amount += row.amount
        # The row was the larger: what is left of it stays planned for its
        # own day.
        if amount * row.amount > 0:
            plan_like(row, amount, due_on=row.due_on)
            return 0
    return amount


def is_for_same_days(instalment: Instalment, other: Instalment) -> bool:
    """Whether two instalments of one grant and year cover the same days."""
    days = (instalment.covers_from, instalment.covers_to)
    return days == (other.covers_from, other.covers_to)


def plan_like(instalment: Instalment, amount: int, *, due_on: date) -> Instalment:
    """Plan another instalment of the same grant, year and days, in no run."""
    return Instalment.objects.create(
        reference=instalment.reference,
        pool_id=instalment.pool_id,
        district_id=instalment.district_id,
        school_id=instalment.school_id,
        text=instalment.text,
        covers_from=instalment.covers_from,
        covers_to=instalment.covers_to,
        amount=amount,
        due_on=due_on,
    )


def divide(instalment: Instalment, amount: int, *, by: User | None) -> Instalment:
    """Part what is owed in two, where a run can bear only `amount` (negative) of it.

    Returns that part; the rest waits for the run after.
    """
    follow(instalment, "divide", by=by, amount=amount)
    plan_like(instalment, instalment.amount - amount, due_on=instalment.due_on)
    return plan_like(instalment, amount, due_on=instalment.due_on)
