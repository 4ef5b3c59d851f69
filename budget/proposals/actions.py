"""What takes both centre chiefs: one proposes, the chief of the other centre answers. Only the approval writes postings.

Amounts are whole DKK. What a proposal asks is tried against the books twice: when it is proposed, so that the chief is
told at once, and under lock when it is approved, which is what counts.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from django.db import transaction
from django.utils import timezone

from budget.books import actions as books
from budget.lifecycle import ProposalStatus
from budget.models import (
    FundingSource,
    Instalment,
    Pool,
    Posting,
    Proposal,
    ProposalLine,
    centres_led_by,
)
from budget.payments import actions as payments
from skolefleks import audit
from skolefleks.danish import today
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from skolefleks.models import User


K = Proposal.Kind


class FrameYear(NamedTuple):
    """One frame's part of one fiscal year's pool."""

    year: int
    source: FundingSource


class TakesBothCentres(Refusal):
    """The one who answers is not the chief of the other centre."""

    message = "Forslaget skal besvares af centerchefen for det andet center."


class AlreadyCorrected(Refusal):
    """The posting is reversed, or its reversal is proposed."""

    message = "Posteringen er allerede rettet, eller der ligger et forslag om at rette den."


@transaction.atomic
def propose_allocation(part: FrameYear, amount: int, *, reason: str, by: User) -> Proposal:
    """Propose to put `amount` (negative: take back) into a year's pool. Raises Overdrawn, FrameEmpty, NotPossible."""
    if not Pool.objects.filter(pk=part.year).exists():
        raise NotPossible(f"Regnskabsåret {part.year} er ikke åbnet endnu.")
    return _propose(K.ALLOCATION, {part: amount}, reason=reason, by=by)


@transaction.atomic
def propose_transfer(
    giving: FrameYear, taking: FrameYear, amount: int, *, reason: str, by: User
) -> Proposal:
    """Propose to move `amount` between frames, years or both; carrying over is a transfer to the next year.

    Raises Overdrawn, FrameEmpty, NotPossible.
    """
    if giving == taking or amount <= 0:
        raise Refusal("Vælg et andet år eller en anden ramme at flytte til.", field="to_year")
    if Pool.objects.filter(pk__in={giving.year, taking.year}).count() < len(
        {giving.year, taking.year}
    ):
        raise NotPossible("Mindst ét af regnskabsårene er ikke åbnet endnu.")
    return _propose(K.TRANSFER, {taking: amount, giving: -amount}, reason=reason, by=by)


@transaction.atomic
def propose_opening(
    year: int, amounts: Mapping[FundingSource, int], *, reason: str, by: User
) -> Proposal:
    """Propose to open the pool of the next fiscal year with each frame's `amounts`. Raises NotPossible, Refusal."""
    lines = {FrameYear(year, source): amount for source, amount in amounts.items() if amount}
    if year != year_to_open():
        raise NotPossible(f"Regnskabsåret {year} er åbnet, eller året før det er ikke.")
    if Proposal.objects.waiting().filter(kind=K.OPENING).exists():
        raise NotPossible("Der ligger allerede et forslag om at åbne regnskabsåret.")
    if not lines:
        raise Refusal("Skriv, hvad mindst én ramme giver.")
    return _propose(K.OPENING, lines, reason=reason, by=by)


@transaction.atomic
def propose_index(text: str, *, reason: str, by: User) -> Proposal:
    """Propose to change what is committed already, as `text` says; what that is, the floor of the grants keeps."""
    if Proposal.objects.waiting().filter(kind=K.INDEX).exists():
        raise NotPossible("Der ligger allerede et forslag om prisregulering. Besvar det først.")
    return _propose(K.INDEX, {}, text=text, reason=reason, by=by)


@transaction.atomic
def agree(proposal: Proposal, *, by: User) -> None:
    """Agree for the other centre to an index; whoever calls writes what it changes, in the same transaction.

    Raises TakesBothCentres, NotPossible, Overtaken, PermissionDenied.
    """
    if proposal.kind != K.INDEX:
        raise NotPossible
    _answer(proposal, "approve", by=by)


@transaction.atomic
def correct(posting: Posting, *, reason: str, by: User) -> Proposal:
    """Propose to reverse `posting`, all of it. Raises AlreadyCorrected, AlreadyPaid, Overdrawn, FrameEmpty, Refusal."""
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)
    Posting.objects.select_for_update(no_key=True).get(
        pk=posting.pk
    )  # two proposals to correct it come one by one
    proposed = Proposal.objects.filter(corrects=posting).exclude(
        status__in=(ProposalStatus.REJECTED, ProposalStatus.WITHDRAWN)
    )
    if proposed.exists():
        raise AlreadyCorrected
    _require_reversible(posting)
    return _propose(K.CORRECTION, {}, corrects=posting, reason=reason, by=by)


@transaction.atomic
def approve(proposal: Proposal, *, by: User) -> None:
    """Agree for the other centre, and write the postings: all of them or none.

    Raises TakesBothCentres, NotPossible, Overtaken, PermissionDenied; Overdrawn, FrameEmpty, AlreadyPaid and
    AlreadyCorrected where the books have moved since it was proposed.
    """
    if proposal.kind == K.INDEX:
        raise NotPossible("En prisregulering godkendes på sin egen side, hvor bevillingerne står.")
    lines = list(proposal.lines.select_related("source"))
    if proposal.kind == K.OPENING:
        _open({line.year for line in lines})
    books.lock_pools(
        {line.year for line in lines}
        | ({proposal.corrects.pool_id} if proposal.corrects else set())
    )
    _answer(proposal, "approve", by=by)
    if proposal.corrects:
        _reverse(proposal.corrects, proposal, by=by)
    for line in sorted(
        lines, key=lambda line: -line.amount
    ):  # what comes in first: a move within a year needs nothing free
        text = proposal.get_kind_display()
        books.allocate(
            year=line.year,
            source=line.source,
            amount=line.amount,
            by=by,
            text=text,
            proposal=proposal.pk,
        )


@transaction.atomic
def turn_down(proposal: Proposal, *, reason: str, by: User) -> None:
    """Say no for the other centre, with a reason. Raises TakesBothCentres, NotPossible, Overtaken, PermissionDenied."""
    _answer(proposal, "turn_down", by=by, reason=reason)


@transaction.atomic
def take_back(proposal: Proposal, *, by: User) -> None:
    """Withdraw a proposal of one's own centre before it is answered. Raises Refusal, NotPossible, Overtaken."""
    if proposal.proposed_centre not in centres_led_by(by):
        raise Refusal("Kun det center, der har foreslået det, kan trække forslaget tilbage.")
    move(proposal, "take_back", by=by)


def can_answer(proposal: Proposal, user: User) -> bool:
    """Whether `user` may answer for the other centre, as the proposal stands."""
    waits = proposal.status == ProposalStatus.PROPOSED
    return (
        waits and proposal.proposed_by_id != user.pk and _other_centre(proposal, user) is not None
    )


def year_to_open() -> int:
    """The fiscal year after the last that has a pool; this year where there is none yet."""
    last = Pool.objects.order_by("-fiscal_year").values_list("fiscal_year", flat=True).first()
    return today().year if last is None else last + 1


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
    _require_reach(lines)
    proposal = Proposal.objects.create(
        kind=kind,
        text=text,
        reason=reason,
        corrects=corrects,
        proposed_by=by,
        proposed_centre=centres[0],
    )
    ProposalLine.objects.bulk_create(
        ProposalLine(proposal=proposal, year=part.year, source=part.source, amount=amount)
        for part, amount in lines.items()
    )
    amounts = [[part.year, part.source.pk, amount] for part, amount in lines.items()]
    audit.record(
        "propose",
        proposal,
        by=by,
        kind=kind,
        lines=amounts,
        corrects=corrects.pk if corrects else None,
    )
    return proposal


def _answer(proposal: Proposal, verb: str, *, by: User, reason: str = "") -> None:
    """Write who answers for which centre, and take the step; the row is this transaction's from here on."""
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)
    centre = _other_centre(proposal, by)
    if centre is None or by.pk == proposal.proposed_by_id:
        raise TakesBothCentres
    proposal.answered_by, proposal.answered_centre, proposal.answered_at = (
        by,
        centre,
        timezone.now(),
    )
    proposal.answer = reason
    proposal.LIFECYCLE.step(verb, proposal.status)
    proposal.save(update_fields=["answered_by", "answered_centre", "answered_at", "answer"])
    move(proposal, verb, by=by)


def _other_centre(proposal: Proposal, user: User) -> str | None:
    return next(
        (centre for centre in centres_led_by(user) if centre != proposal.proposed_centre), None
    )


def _require_reach(lines: Mapping[FrameYear, int]) -> None:
    """What is taken out must be there: of each year's free amount, and of what the frame has put in."""
    by_year: dict[int, int] = defaultdict(int)
    for part, amount in lines.items():
        by_year[part.year] -= amount
        if amount < 0:
            books.require_frame(part.source, part.year, -amount)
    books.require_free({year: amount for year, amount in by_year.items() if amount > 0})


def _open(years: Collection[int]) -> None:
    for year in years:
        _, is_new = Pool.objects.get_or_create(fiscal_year=year)
        if not is_new:
            raise NotPossible(f"Regnskabsåret {year} er allerede åbnet.")


def _reverse(posting: Posting, proposal: Proposal, *, by: User) -> None:
    _require_reversible(posting)
    names = ("pool_id", "kind", "source_id", "district_id", "reference", "text")
    same = {name: getattr(posting, name) for name in names}
    turned = {name: -getattr(posting, name) for name in ("amount", "places", "days")}
    reversal = Posting.objects.create(**same, **turned, reverses=posting, made_by=by)
    payload = {"year": posting.pool_id, "amount": reversal.amount, "reverses": posting.pk}
    audit.record("correct", reversal, by=by, proposal=str(proposal.pk), **payload)
    if reversal.kind == Posting.Kind.PAYMENT:
        payments.follow_correction(reversal, by=by)


def _require_reversible(posting: Posting) -> None:
    """A posting is reversed once, and what is left must still make sense for the frame, the reference and the pool."""
    if Posting.objects.filter(reverses=posting).exists():
        raise AlreadyCorrected
    if posting.source:
        if (
            posting.reference
            and Proposal.objects.filter(pk=posting.reference, kind=K.TRANSFER).exists()
        ):
            raise Refusal("En overførsel har to ben. Ret den med en ny overførsel den anden vej.")
        _require_reach({FrameYear(posting.pool_id, posting.source): -posting.amount})
        return
    if posting.kind != Posting.Kind.PAYMENT and posting.amount < 0:
        books.require_free({posting.pool_id: -posting.amount})
    _require_paid_is_covered(posting)
    if posting.kind == Posting.Kind.PAYMENT and posting.amount < 0:
        payments.due_again(posting)


def _require_paid_is_covered(posting: Posting) -> None:
    """After the reversal no more is paid for the reference in the year than is committed, what is on its way counted in."""
    if posting.reference is None:
        return
    held = next(
        row for row in books.holdings(posting.reference) if row["pool_id"] == posting.pool_id
    )
    is_payment = posting.kind == Posting.Kind.PAYMENT
    on_their_way = Instalment.objects.on_their_way(posting.reference).get(posting.pool_id, 0)
    paid = held["paid"] - (posting.amount if is_payment else 0)
    amount = held["amount"] - (0 if is_payment else posting.amount)
    if not 0 <= paid <= amount - on_their_way:
        raise books.AlreadyPaid(
            "Senere posteringer for den samme bevilling bygger på denne. Ret dem først."
        )
