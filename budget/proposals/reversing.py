"""The reversal of one posting, when both chiefs agree: its exact opposite, never a change of it.

What was paid to a school in a run is no mistake of the books: the bank has done it. It is returned
(`budget/returns/`) or set off, and not reversed here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.books import actions as books
from budget.books.closed import require_open
from budget.books.holdings import holdings
from budget.models import Instalment, Posting, Proposal
from budget.models.posting_kinds import FOLLOW_PAYMENTS, kind_named
from budget.payments import planning
from budget.payments import queries as payment_queries
from budget.proposals.reach import FrameYear, require_reach
from skolefleks import audit
from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from skolefleks.models import User


K = Proposal.Kind


class AlreadyCorrected(Refusal):
    """The posting is reversed, or its reversal is proposed."""

    message = (
        "Posteringen er allerede rettet, eller der ligger et forslag om at rette den."
    )


def reverse(posting: Posting, proposal: Proposal, *, by: User) -> None:
    """Write the opposite of `posting`; where it was a return, the plan follows."""
    # Again, under the lock of the pool: the books may have moved since it was proposed.
    require_reversible(posting)

    reversal = write_reversal(posting, proposal, by=by)
    if kind_named(reversal.kind).is_paid_in_run:
        planning.follow_correction(reversal, by=by)


def write_reversal(posting: Posting, proposal: Proposal, *, by: User) -> Posting:
    """Write the opposite of `posting`, as both chiefs agreed in `proposal`, and trail it."""
    reversal = Posting.objects.create(
        reverses=posting,
        pool_id=posting.pool_id,
        kind=posting.kind,
        amount=-posting.amount,
        source_id=posting.source_id,
        district_id=posting.district_id,
        reference=posting.reference,
        places=-posting.places,
        days=-posting.days,
        text=posting.text,
        proposal=proposal,
        made_by=by,
    )
    audit.record(
        "correct",
        reversal,
        by=by,
        proposal=str(proposal.pk),
        year=posting.pool_id,
        amount=reversal.amount,
        reverses=posting.pk,
    )
    return reversal


def require_reversible(posting: Posting) -> None:
    """Raise a refusal unless the reversal still makes sense for frame, reference and pool.

    A posting is reversed once. Raises AlreadyCorrected, AlreadyPaid, Overdrawn, FrameEmpty,
    NotPossible, Refusal.
    """
    if Posting.objects.filter(reverses=posting).exists():
        raise AlreadyCorrected
    require_open([posting.pool_id])

    if posting.source:
        if _is_leg_of_transfer(posting):
            raise Refusal(
                "En overførsel har to ben. Ret den med en ny overførsel den anden vej."
            )
        require_reach({FrameYear(posting.pool_id, posting.source): -posting.amount})
        return

    sentence = why_not(posting)
    if sentence:
        raise NotPossible(sentence)
    # To reverse what was given back, or paid, takes the money once more.
    kind = kind_named(posting.kind)
    is_taken_again = posting.amount < 0
    if kind.used and is_taken_again:
        books.require_free({posting.pool_id: -posting.amount})
    _require_paid_is_covered(posting)
    if kind.is_paid_in_run and is_taken_again:
        planning.require_due_again(posting)


def why_not(posting: Posting) -> str:
    """Why the line is not corrected by itself, as a sentence; '' where it may be.

    It says what the bank did, or follows from it. The reversal of a payment is the note of its
    return, and can be wrong like any other.
    """
    kind = kind_named(posting.kind)
    if kind in FOLLOW_PAYMENTS:
        return "Linjen følger af det, der er udbetalt, og rettes ikke for sig selv."
    if not kind.is_paid_in_run or (posting.reverses_id and posting.amount < 0):
        return ""

    instalment = payment_queries.instalment_paid_by(posting)
    if instalment is None or instalment.run is None:
        return ""
    return (
        f"Beløbet er sendt til banken i kørsel {instalment.run.number}. Er det kommet tilbage,"
        " så noter det på kørslen. Har skolen fået for meget, så ret bevillingen: forskellen"
        " modregnes i den næste kørsel."
    )


def _is_leg_of_transfer(posting: Posting) -> bool:
    if not posting.reference:
        return False
    # What a closed year gave on is moved too.
    moves = Proposal.objects.filter(kind__in=(K.TRANSFER, K.CLOSING))
    return moves.filter(pk=posting.reference).exists()


def _require_paid_is_covered(posting: Posting) -> None:
    """Raise AlreadyPaid unless what is left of the year's commitment covers what is paid.

    What is on its way to be paid is counted too.
    """
    if posting.reference is None:
        return

    kind = kind_named(posting.kind)
    on_their_way = Instalment.objects.on_their_way(posting.reference).get(
        posting.pool_id, 0
    )
    for holding in holdings(posting.reference):
        if holding.year != posting.pool_id:
            continue
        paid_after = holding.paid - kind.paid * posting.amount
        amount_after = holding.amount - kind.used * posting.amount
        if not 0 <= paid_after <= amount_after - on_their_way:
            raise books.AlreadyPaid(
                "Senere posteringer for den samme bevilling bygger på denne. Ret dem først."
            )
        return
