"""What both chiefs agree to when they say that payments came back (`budget.models.approvals`).

Lock order: pools by fiscal year, then the instalments by id, then their run. Amounts are whole DKK.
"""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING

from budget.books import actions as books
from budget.books import claims
from budget.books.closed import require_open
from budget.books.holdings import holdings
from budget.lifecycle import InstalmentStatus
from budget.models import Instalment, PaymentRun
from budget.models.approvals import Details
from budget.payments import planning
from budget.proposals import reversing
from budget.returns import queries, rules
from skolefleks.danish import day
from skolefleks.refusals import NotPossible
from skolefleks.statemachine import follow

if TYPE_CHECKING:
    from uuid import UUID

    from budget.books.holdings import Holding
    from budget.models import Proposal
    from skolefleks.models import User


def years(proposal: Proposal) -> set[int]:
    """The fiscal years of what came back."""
    return {instalment.pool_id for instalment in queries.lines_of(proposal)}


def carry_out(proposal: Proposal, *, by: User) -> None:
    """Take what came back out of what is paid, and plan it anew; a run that is back whole ends.

    Raises NotPossible where something of it came back already, Overdrawn where a set-off that did
    not come through no longer fits into the pool.
    """
    # All of their grants, not only these: what else is on its way must stand still while it is
    # worked out what is owed. Read again under the lock.
    lines = queries.lines_of(proposal)
    planning.lock({instalment.reference for instalment in lines})
    keys = [instalment.pk for instalment in lines]
    instalments = list(Instalment.objects.filter(pk__in=keys))
    run = PaymentRun.objects.select_for_update(of=("self",)).get(
        pk=proposal.payment_return.run_id
    )
    rules.require_sent(run)
    require_open(years(proposal))

    # What was paid comes first: what was set off was too much of it.
    for instalment in sorted(instalments, key=lambda row: -row.amount):
        if not rules.can_come_back(instalment):
            raise NotPossible("Mindst én af raterne er allerede kommet tilbage.")
        lost = {instalment.reference: instalment.amount}
        if instalment.status == InstalmentStatus.PLANNED:
            follow(instalment, "bounce", by=by, amount=instalment.amount)
        else:
            lost = _return_paid(instalment, proposal, by=by)
        for reference, amount in lost.items():
            _plan_anew(instalment, reference, amount, by=by)

    if not queries.can_come_back(run):
        follow(run, "come_back", by=by)


def _return_paid(
    instalment: Instalment, proposal: Proposal, *, by: User
) -> dict[UUID, int]:
    """Write the opposite of the payment; which grants lose how much by it, whole DKK."""
    payment = rules.standing_payment(instalment)
    if payment is None:
        raise NotPossible
    if instalment.amount < 0:
        # What was set off is owed again, and held by the pool until it is back.
        owed_again = -instalment.amount
        books.require_free({instalment.pool_id: owed_again})
        holding = _holding_of(instalment.reference, instalment.pool_id)
        claims.adjust_holding(
            holding._replace(paid=holding.paid + owed_again),
            holding.to_keep,
            by=by,
            text=instalment.text,
        )

    # Some of it may have been carried to the grant that follows: then that one loses it.
    here = _holding_of(instalment.reference, instalment.pool_id).paid
    lost = {instalment.reference: instalment.amount}
    if instalment.amount > here:
        lost = claims.carry_back(
            instalment.reference,
            instalment.pool_id,
            instalment.amount - here,
            by=by,
            text=instalment.text,
        )
        lost[instalment.reference] = here
    reversing.write_reversal(payment, proposal, by=by)
    return lost


def _plan_anew(
    instalment: Instalment, reference: UUID, amount: int, *, by: User
) -> None:
    """Let books and plan of one grant follow that it is paid `amount` less."""
    if not amount:
        return
    # What is no longer owed, since it is back, is released.
    holding = _holding_of(reference, instalment.pool_id)
    claims.adjust_holding(holding, holding.to_keep, by=by, text=instalment.text)

    # Never saved: it says of which grant how much is to be planned, for the same days.
    like_it = copy(instalment)
    like_it.reference = reference
    like_it.amount = amount
    planning.plan_again(like_it, by=by)


def _holding_of(reference: UUID, year: int) -> Holding:
    for holding in holdings(reference):
        if holding.year == year:
            return holding
    raise NotPossible


def details(proposal: Proposal) -> Details:
    """Which lines came back, for the one who is to agree."""
    payment_return = proposal.payment_return
    rows = []
    for row in queries.lines_of(proposal):
        period = f"{day(row.covers_from)} – {day(row.covers_to)}"
        rows.append((row.payee, row.text, period, row.amount))
    return Details(
        sentences=[
            "Beløbet tages ud af det udbetalte, og raterne kommer med i den næste kørsel.",
            "Det, skolen har fået for meget, trækkes fra først.",
        ],
        facts=[
            ("Kørsel", payment_return.run.number),
            ("Kom tilbage", day(payment_return.returned_on)),
        ],
        head=("Skole", "Sag", "Periode", "Beløb"),
        rows=rows,
    )
