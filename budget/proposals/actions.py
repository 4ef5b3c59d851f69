"""What takes several centres: a chief proposes, the others whose money it is answer.

Only the last approval writes postings. Amounts are whole DKK. What a proposal
asks is tried against the books twice: when it is proposed, so that the chief is
told at once, and under lock when it is approved, which is what counts.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from budget.books import actions as books
from budget.models import (
    FundingSource,
    Pool,
    Posting,
    Proposal,
    ProposalConsent,
    ProposalLine,
    approvals,
    centres_led_by,
    links,
)
from budget.proposals import queries, reversing, rules
from budget.proposals.reach import FrameYear, require_reach
from budget.proposals.reversing import AlreadyCorrected
from skolefleks import audit, outbox
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from skolefleks.models import User


K = Proposal.Kind


class TakesBothCentres(Refusal):
    """The one who answers is not the chief of a centre that has yet to answer."""

    message = "Forslaget skal besvares af centerchefen for et andet center, hvis penge det er."


# -- proposing ------------------------------------------------------------------------------------
@transaction.atomic
def propose_allocation(
    part: FrameYear, amount: int, *, reason: str, by: User
) -> Proposal:
    """Propose to put `amount` (negative: take back) into a year's pool.

    Raises Overdrawn, FrameEmpty, NotPossible, PermissionDenied.
    """
    if not Pool.objects.filter(pk=part.year).exists():
        raise NotPossible(f"Regnskabsåret {part.year} er ikke åbnet endnu.")
    return _propose(K.ALLOCATION, {part: amount}, reason=reason, by=by)


@transaction.atomic
def propose_transfer(
    giving: FrameYear, taking: FrameYear, amount: int, *, reason: str, by: User
) -> Proposal:
    """Propose to move `amount` between frames, years or both.

    Carrying over is a transfer to the next year. Raises Overdrawn, FrameEmpty,
    NotPossible, PermissionDenied.
    """
    if giving == taking or amount <= 0:
        raise Refusal(
            "Vælg et andet år eller en anden ramme at flytte til.", field="to_year"
        )

    # A set: the move may stay within one year.
    years = {giving.year, taking.year}
    if Pool.objects.filter(pk__in=years).count() < len(years):
        raise NotPossible("Mindst ét af regnskabsårene er ikke åbnet endnu.")
    return _propose(
        K.TRANSFER, {taking: amount, giving: -amount}, reason=reason, by=by
    )


@transaction.atomic
def propose_opening(
    year: int, amounts: Mapping[FundingSource, int], *, reason: str, by: User
) -> Proposal:
    """Propose to open the pool of the next fiscal year with each frame's `amounts`.

    Raises NotPossible, Refusal, PermissionDenied.
    """
    if year != queries.year_to_open():
        raise NotPossible(
            f"Regnskabsåret {year} er åbnet, eller året før det er ikke."
        )
    if Proposal.objects.waiting().filter(kind=K.OPENING).exists():
        raise NotPossible("Der ligger allerede et forslag om at åbne regnskabsåret.")

    lines = {
        FrameYear(year, source): amount for source, amount in amounts.items() if amount
    }
    if not lines:
        raise Refusal("Skriv, hvad mindst én ramme giver.")
    return _propose(K.OPENING, lines, reason=reason, by=by)


@transaction.atomic
def propose_index(text: str, *, reason: str, by: User) -> Proposal:
    """Propose to change what is committed already, as `text` says.

    What that is, the floor of the grants keeps. Raises NotPossible,
    PermissionDenied.
    """
    if Proposal.objects.waiting().filter(kind=K.INDEX).exists():
        raise NotPossible(
            "Der ligger allerede et forslag om prisregulering. Besvar det først."
        )
    return _propose(K.INDEX, {}, text=text, reason=reason, by=by)


@transaction.atomic
def propose_other(
    kind: str,
    text: str,
    *,
    reason: str,
    by: User,
    lines: Mapping[FrameYear, int] | None = None,
) -> Proposal:
    """Propose what another subject keeps and carries out (`approvals.approval_of`), as `text` says.

    `lines` are allocated first. Raises Refusal, PermissionDenied.
    """
    return _propose(kind, lines or {}, text=text, reason=reason, by=by)


@transaction.atomic
def correct(posting: Posting, *, reason: str, by: User) -> Proposal:
    """Propose to reverse `posting`, all of it.

    Raises AlreadyCorrected, AlreadyPaid, Overdrawn, FrameEmpty, Refusal,
    PermissionDenied.
    """
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)

    # Locked, so that two proposals to correct it come one after the other.
    Posting.objects.select_for_update(no_key=True).get(pk=posting.pk)
    if Proposal.objects.filter(corrects=posting, status__in=rules.STANDING).exists():
        raise AlreadyCorrected
    reversing.require_reversible(posting)
    return _propose(K.CORRECTION, {}, corrects=posting, reason=reason, by=by)


def _propose(
    kind: str,
    lines: Mapping[FrameYear, int],
    *,
    reason: str,
    by: User,
    corrects: Posting | None = None,
    text: str = "",
) -> Proposal:
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)
    centres = centres_led_by(by)
    if not centres:
        raise Refusal("Du er ikke registreret som centerchef for noget center.")
    # A hint to the one who proposes; what counts is asked again at the
    # approval.
    require_reach(lines)

    proposal = Proposal.objects.create(
        kind=kind,
        text=text,
        reason=reason,
        corrects=corrects,
        proposed_by=by,
        proposed_centre=centres[0],
    )
    ProposalLine.objects.bulk_create(
        ProposalLine(
            proposal=proposal, year=part.year, source=part.source, amount=amount
        )
        for part, amount in lines.items()
    )

    corrected_pk = None
    if corrects:
        corrected_pk = corrects.pk
    # Ids and amounts only: the trail holds no text that somebody typed.
    amounts = [[part.year, part.source.pk, amount] for part, amount in lines.items()]
    audit.record(
        "propose", proposal, by=by, kind=kind, lines=amounts, corrects=corrected_pk
    )
    outbox.post("proposals.proposed", proposal=str(proposal.pk))
    return proposal


# -- answering ------------------------------------------------------------------------------------
@transaction.atomic
def approve(proposal: Proposal, *, by: User) -> bool:
    """Agree for one's centre; the last of them writes the postings: all of them or none.

    Returns whether it was the last. Raises TakesBothCentres, NotPossible,
    Overtaken, PermissionDenied; Overdrawn, FrameEmpty, AlreadyPaid and
    AlreadyCorrected where the books have moved since it was proposed.
    """
    if links.has_own_page(proposal.kind):
        raise NotPossible(
            "En prisregulering godkendes på sin egen side, hvor bevillingerne står."
        )
    if _others_are_lacking(proposal, by=by):
        return False

    lines = list(proposal.lines.select_related("source"))
    years = {line.year for line in lines}
    # Before the pools are locked: those of a new year are made here.
    if proposal.kind == K.OPENING:
        _open_years(years)
    if proposal.corrects:
        years.add(proposal.corrects.pool_id)
    approval = approvals.approval_of(proposal.kind)
    if approval:
        years |= set(approval.years(proposal))
    books.lock_pools(years)

    _answer(proposal, "approve", by=by)
    if proposal.corrects:
        reversing.reverse(proposal.corrects, proposal, by=by)
    _allocate(lines, proposal, by=by)
    # After the lines: a year is closed when its unused money is taken out.
    if approval:
        approval.carry_out(proposal, by=by)
    return True


@transaction.atomic
def agree(proposal: Proposal, *, by: User) -> bool:
    """Agree for one's centre to a proposal that the floor above writes.

    Returns whether it was the last: whoever calls writes then what it changes,
    in the same transaction. Raises TakesBothCentres, NotPossible, Overtaken,
    PermissionDenied.
    """
    if not links.has_own_page(proposal.kind):
        raise NotPossible
    if _others_are_lacking(proposal, by=by):
        return False
    _answer(proposal, "approve", by=by)
    return True


@transaction.atomic
def turn_down(proposal: Proposal, *, reason: str, by: User) -> None:
    """Say no for one's centre, with a reason: one is enough.

    Raises TakesBothCentres, NotPossible, Overtaken, PermissionDenied.
    """
    _answer(proposal, "turn_down", by=by, reason=reason)


@transaction.atomic
def take_back(proposal: Proposal, *, by: User) -> None:
    """Withdraw a proposal of one's own centre before it is answered.

    Raises Refusal, NotPossible, Overtaken, PermissionDenied.
    """
    if not rules.leads_proposing_centre(proposal, by):
        raise Refusal(
            "Kun det center, der har foreslået det, kan trække forslaget tilbage."
        )
    move(proposal, "take_back", by=by)


def _others_are_lacking(proposal: Proposal, *, by: User) -> bool:
    """Whether another centre has to sign after this one, whose agreement is then written.

    Raises TakesBothCentres, NotPossible, PermissionDenied.
    """
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)
    # Held: of two who agree at this moment, one is the last.
    locked = Proposal.objects.select_for_update(no_key=True).get(pk=proposal.pk)
    centre = rules.answering_centre(locked, by)
    # What was answered meanwhile is told by the answer itself.
    if centre is None or not rules.waits(locked) or rules.answers_last(locked, centre):
        return False

    ProposalConsent.objects.create(proposal=locked, centre=centre, by=by)
    audit.record("consent", locked, by=by, centre=centre)
    return True


def _answer(proposal: Proposal, verb: str, *, by: User, reason: str = "") -> None:
    """Write who answers for which centre, and take the step.

    The row is this transaction's from here on.
    """
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)
    centre = rules.answering_centre(proposal, by)
    if centre is None:
        raise TakesBothCentres
    # Before anything is written: what is answered already keeps its answer.
    proposal.LIFECYCLE.step(verb, proposal.status)

    proposal.answered_by = by
    proposal.answered_centre = centre
    proposal.answered_at = timezone.now()
    proposal.answer = reason
    proposal.save(
        update_fields=["answered_by", "answered_centre", "answered_at", "answer"]
    )
    move(proposal, verb, by=by)
    outbox.post("proof.due")


def _open_years(years: set[int]) -> None:
    for year in years:
        _, is_new = Pool.objects.get_or_create(fiscal_year=year)
        if not is_new:
            raise NotPossible(f"Regnskabsåret {year} er allerede åbnet.")


def _allocate(lines: Sequence[ProposalLine], proposal: Proposal, *, by: User) -> None:
    # What comes in stands first: a move within a year then needs nothing that
    # is free before.
    for line in sorted(lines, key=lambda line: -line.amount):
        books.allocate(
            year=line.year,
            source=line.source,
            amount=line.amount,
            by=by,
            text=proposal.get_kind_display(),
            proposal=proposal.pk,
        )
