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
    """Let the instalments of `reference` be those of this period, and return the new ones.

    A plan that fits already stays. What no longer fits is cancelled by the step `verb`, also in a
    run that is not handed over; what is paid or handed over stays and is counted. `later` are the
    tariffs that follow. Raises AlreadyPaid where that is more than a fiscal year costs now.
    """
    # By id, as every act locks them: two plans of one grant come one after the other.
    locked = Instalment.objects.select_for_update().filter(reference=reference)
    planned = list(locked.planned().order_by("pk"))

    # A grant that would cost less than is paid already is refused; nothing is asked back.
    paid = queries.paid_or_on_its_way(reference)
    if rules.pays_more_than(by_fiscal_year(tariff, starts_on, ends_on, later), paid):
        raise books.AlreadyPaid

    pieces = set(
        rules.slices(
            tariff,
            starts_on,
            ends_on,
            months=settings.PAYMENT_MONTHS,
            not_before=today(),
            paid=paid,
            later=later,
        )
    )
    pieces -= _keep_what_fits(planned, pieces, verb, by=by)
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
        for piece in sorted(pieces)
    )


def _keep_what_fits(
    planned: Sequence[Instalment], pieces: set[rules.Slice], verb: str, *, by: User
) -> set[rules.Slice]:
    """Those of `pieces` that are planned already; the others of `planned` are cancelled.

    What is handed over stays.
    """
    if not planned:
        return set()

    # One query for the runs: the instalments are locked, and their runs are not to be.
    handed_over = queries.handed_over_runs()
    fitting = set()
    for instalment in planned:
        if instalment.run_id in handed_over:
            continue
        piece = rules.slice_that_is(instalment, pieces)
        if piece is None:
            follow(instalment, verb, by=by, amount=instalment.amount)
        else:
            fitting.add(piece)
    return fitting


def lock_covered(references: Collection[UUID]) -> date | None:
    """Lock the instalments of `references`.

    Returns the last day that one of them, paid or handed over to be paid, covers.
    """
    locked = Instalment.objects.select_for_update().filter(reference__in=references)
    instalments = list(locked.order_by("pk"))
    if not instalments:
        return None

    handed_over = queries.handed_over_runs()
    covered_days = []
    for instalment in instalments:
        is_paid = instalment.status == InstalmentStatus.PAID
        is_planned = instalment.status == InstalmentStatus.PLANNED
        if is_paid or (is_planned and instalment.run_id in handed_over):
            covered_days.append(instalment.covers_to)
    return max(covered_days, default=None)


def due_again(posting: Posting) -> Instalment | None:
    """What was planned anew when `posting` reversed a payment.

    None where it was no instalment that was paid. Raises NotPossible where it is handed over, paid
    or changed since: then the new payment is the one to correct.
    """
    paid = queries.instalment_paid_by(posting)
    if paid is None:
        return None

    planned_anew = (
        queries.planned_for_same_days(paid)
        .filter(amount=paid.amount)
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

    Its instalment is due again, or no more where the correction was wrong. The row that was paid
    stays as it was paid. Raises NotPossible.
    """
    paid = queries.instalment_paid_by(reversal)
    if paid is None:
        return

    if reversal.amount > 0:
        planned_anew = due_again(reversal)
        if planned_anew:
            follow(planned_anew, "cancel", by=by, amount=planned_anew.amount)
        return

    # What is planned for the same days since becomes one with it: no days are planned twice.
    amount = paid.amount
    for instalment in queries.planned_for_same_days(paid).filter(run__isnull=True):
        follow(instalment, "cancel", by=by, amount=instalment.amount)
        amount += instalment.amount
    Instalment.objects.create(
        reference=paid.reference,
        pool_id=paid.pool_id,
        district_id=paid.district_id,
        school_id=paid.school_id,
        text=paid.text,
        covers_from=paid.covers_from,
        covers_to=paid.covers_to,
        amount=amount,
        due_on=banking_day_after(today()),
    )
