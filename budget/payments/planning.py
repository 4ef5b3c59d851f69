"""The plan of what is to be paid for a grant, in instalments; it follows the grant and the books.

Acts, as in `actions.py`, under the same lock order: pools by fiscal year, then the instalments by
id. A plan is never changed: what no longer fits is cancelled, and another instalment is planned.
Amounts are whole DKK.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from budget.books import actions as books
from budget.lifecycle import InstalmentStatus
from budget.models import Instalment
from budget.models.payments import HANDED_OVER
from budget.payments import queries, rules
from budget.tariff import by_fiscal_year
from skolefleks.calendar import banking_day_after
from skolefleks.danish import today
from skolefleks.refusals import NotPossible
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

    `reference` is the grant's id, `later` are the tariffs that follow `tariff`.

    A planned instalment that still fits stays. One that no longer fits is cancelled by the step
    `verb`, also in a run that is not handed over. What is paid or handed over stays, and only the
    rest is planned. Raises AlreadyPaid where it is more than a fiscal year costs now.
    """
    # By id, as every act locks them: two plans of one grant come one after the other.
    instalments = Instalment.objects.select_for_update().filter(reference=reference)
    planned_instalments = list(instalments.planned().order_by("pk"))

    # A grant that would cost less than is paid already is refused; nothing is asked back.
    cost_by_year = by_fiscal_year(tariff, starts_on, ends_on, later)
    paid_by_year = queries.paid_or_on_its_way(reference)
    if rules.pays_more_than(cost_by_year, paid_by_year):
        raise books.AlreadyPaid

    slices = rules.slices(
        tariff,
        starts_on,
        ends_on,
        months=settings.PAYMENT_MONTHS,
        not_before=today(),
        paid=paid_by_year,
        later=later,
    )
    pieces = set(slices)
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

    # A query of its own: with a join, the lock on the instalments would lock their runs too.
    handed_over_runs = queries.handed_over_runs()

    planned_pieces = set()
    for instalment in planned_instalments:
        if instalment.run_id in handed_over_runs:
            continue
        piece = rules.slice_that_is(instalment, pieces)
        if piece is None:
            follow(instalment, verb, by=by, amount=instalment.amount)
        else:
            planned_pieces.add(piece)
    return planned_pieces


def lock_and_find_paid_until(references: Collection[UUID]) -> date | None:
    """Lock the instalments of these grants; returns the last day that is paid or being paid.

    An instalment is being paid from the moment its run is handed over. None where there is none.
    """
    rows = Instalment.objects.select_for_update().filter(reference__in=references)
    instalments = list(rows.order_by("pk"))
    if not instalments:
        return None

    handed_over_runs = queries.handed_over_runs()
    last_days = []
    for instalment in instalments:
        is_paid = instalment.status == InstalmentStatus.PAID
        is_planned = instalment.status == InstalmentStatus.PLANNED
        is_being_paid = is_planned and instalment.run_id in handed_over_runs
        if is_paid or is_being_paid:
            last_days.append(instalment.covers_to)
    return max(last_days, default=None)


def require_due_again(reversal: Posting) -> Instalment | None:
    """The instalment that was planned anew when `reversal` reversed a payment.

    None where the payment paid no instalment. Raises NotPossible where the new instalment has been
    handed over, paid or changed since: then its payment is the one to correct.
    """
    paid_instalment = queries.instalment_paid_by(reversal)
    if paid_instalment is None:
        return None

    planned_anew = (
        queries.planned_for_same_days(paid_instalment)
        .filter(amount=paid_instalment.amount)
        .exclude(run__status__in=HANDED_OVER)
        .first()
    )
    if planned_anew is None:
        raise NotPossible(
            "Raten er siden udbetalt igen, på vej eller lagt om. Ret den nye udbetaling i stedet."
        )
    return planned_anew


def follow_correction(reversal: Posting, *, by: User) -> None:
    """Let the plan follow the correction of a payment.

    A payment that is reversed is due again: its instalment is planned anew. Where the reversal is
    itself reversed, the payment stands after all, and the new instalment is cancelled. The row of
    the instalment that was paid is never changed. Raises NotPossible as `require_due_again` does.
    """
    paid_instalment = queries.instalment_paid_by(reversal)
    if paid_instalment is None:
        return

    # A payment is positive: so is the reversal of its reversal, and the first reversal is not.
    is_payment_restored = reversal.amount > 0
    if is_payment_restored:
        planned_anew = require_due_again(reversal)
        if planned_anew:
            follow(planned_anew, "cancel", by=by, amount=planned_anew.amount)
        return

    # More may be planned for the same days since then. It is cancelled and its amount put on the
    # new instalment, so that no days are planned twice.
    amount = paid_instalment.amount
    same_days = queries.planned_for_same_days(paid_instalment)
    for instalment in same_days.filter(run__isnull=True):
        follow(instalment, "cancel", by=by, amount=instalment.amount)
        amount += instalment.amount

    Instalment.objects.create(
        reference=paid_instalment.reference,
        pool_id=paid_instalment.pool_id,
        district_id=paid_instalment.district_id,
        school_id=paid_instalment.school_id,
        text=paid_instalment.text,
        covers_from=paid_instalment.covers_from,
        covers_to=paid_instalment.covers_to,
        amount=amount,
        due_on=banking_day_after(today()),
    )
