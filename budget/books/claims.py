"""Claims: what a school was paid beyond what it is to have, and owes until it is back.

What was sent to the bank cannot be called back. Where a grant comes to cost less than is paid of
it, the money stays committed and a claim says how much of it is owed; it is released when it is
back (docs/decisions/0029). These are acts, as in `actions.py`, for callers that have locked the
pools. Amounts are whole DKK.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Protocol

from budget.books import rules
from budget.books.closed import require_open
from budget.books.holdings import Holding, holdings
from budget.models import Instalment, Posting
from budget.tariff import NOTHING
from skolefleks import audit
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from budget.models import Proposal
    from budget.tariff import Part
    from skolefleks.models import User


K = Posting.Kind

# The trail's verb for each kind of posting that is written here.
VERBS: dict[str, str] = {
    K.COMMITMENT: "commit",
    K.RELEASE: "release",
    K.CLAIM: "claim",
    K.CARRIED: "carry",
}


class GrantLike(Protocol):
    """A grant, which the books know only as far as this."""

    pk: UUID
    district_id: int

    @property
    def subject(self) -> str: ...


def adjust_holding(
    holding: Holding,
    keep: int,
    *,
    by: User,
    text: str = "",
    places: int = 0,
    days: int = 0,
    proposal: Proposal | None = None,
) -> int:
    """Let the reference of `holding` keep `keep` of its year, and return what became free by it.

    What is paid beyond `keep`, or on its way to be, is claimed and not released. A negative result
    was taken from the pool, and the caller has made sure that it was free there. `places` and
    `days` are what the reference's places and days change by.
    """
    hold = rules.hold_of_year(
        keep,
        paid=holding.paid,
        on_its_way=Instalment.objects.on_their_way(holding.reference),
        coming_back=Instalment.objects.on_their_way_back(holding.reference),
        year=holding.year,
    )
    change = hold.amount - holding.amount
    change_in_owed = hold.owed - holding.owed
    if change or change_in_owed:
        require_open([holding.year])

    # Only the first posting carries places and days: they are summed over all of them.
    counts = {"places": places, "days": days}
    if change:
        kind = K.RELEASE
        if change > 0:
            kind = K.COMMITMENT
        _write(holding, kind, change, by=by, text=text, proposal=proposal, **counts)
        counts = {}
    if change_in_owed:
        # A claim is negative, like the release that it will become (`PostingKind`).
        _write(
            holding,
            K.CLAIM,
            -change_in_owed,
            by=by,
            text=text,
            proposal=proposal,
            **counts,
        )
    return -change


def take_back(holding: Holding, amount: int, *, by: User, text: str = "") -> None:
    """Book that `amount` of what is owed is back: it is released, and no longer claimed.

    Raises NotPossible where less is owed.
    """
    if amount > holding.owed:
        raise NotPossible("Så meget er der ikke udbetalt for meget.")
    _write(holding, K.CLAIM, amount, by=by, text=text)
    _write(holding, K.RELEASE, -amount, by=by, text=text)


def carry_from(
    reference: UUID, most: Mapping[int, Part], *, by: User, text: str = ""
) -> dict[int, int]:
    """Take what is paid of `reference` beyond its own cost, for the grant that follows it.

    That is at most what the following grant costs (`most`) in each year. Returns the whole DKK
    taken by fiscal year; the caller books them on it by `carry_to`, in the same transaction.
    """
    coming_back = Instalment.objects.on_their_way_back(reference)
    carried = {}
    for holding in holdings(reference):
        # What a run is already setting off comes back by that, and is not carried too.
        owed = holding.owed - coming_back.get(holding.year, 0)
        cost = most.get(holding.year, NOTHING).amount
        # No more than is paid: what is on its way to the bank has no posting yet.
        amount = min(owed, holding.paid, cost)
        if amount <= 0:
            continue
        require_open([holding.year])
        _write(holding, K.CARRIED, -amount, by=by, text=text)
        take_back(holding, amount, by=by, text=text)
        carried[holding.year] = amount
    return carried


def carry_back(
    reference: UUID, year: int, amount: int, *, by: User, text: str = ""
) -> dict[UUID, int]:
    """Fetch back `amount` that was carried on from `reference`, since the bank returned it.

    Returns the whole DKK that each following grant loses by this; the caller plans them anew.
    """
    # A sum: a grant may have been carried to more than once in the year.
    lost: Counter[UUID] = Counter()
    left = amount
    postings = Posting.objects.filter(reference=reference, pool=year, kind=K.CARRIED)
    # The last that was carried is fetched first.
    for posting in postings.filter(amount__lt=0).order_by("-pk"):
        if not left:
            break
        follower = _posting_to_follower(posting).reference
        if follower is None:
            continue

        part = min(left, -posting.amount)
        [of_follower] = [row for row in holdings(follower) if row.year == year]
        # What the follower no longer has was carried on to the grant after it: that one loses it.
        carried_on = max(0, part - of_follower.paid)
        if carried_on:
            lost.update(carry_back(follower, year, carried_on, by=by, text=text))
        if part > carried_on:
            lost[follower] += part - carried_on

        _write(of_follower, K.CARRIED, -part, by=by, text=text)
        of_reference = of_follower._replace(reference=reference)
        _write(of_reference, K.CARRIED, part, by=by, text=text)
        left -= part
    return lost


def _posting_to_follower(away: Posting) -> Posting:
    """The posting that gave the following grant what `away` took: the next of the same amount.

    Both were written while the pool was locked, so none of another pair lies between them.
    """
    later = Posting.objects.filter(pool=away.pool_id, kind=K.CARRIED, pk__gt=away.pk)
    return later.filter(amount=-away.amount).order_by("pk")[0]


def carry_to(grant: GrantLike, carried: Mapping[int, int], *, by: User) -> None:
    """Book what `carry_from` took as paid of `grant`, the one that follows."""
    for year, amount in carried.items():
        holding = Holding(
            reference=grant.pk,
            year=year,
            district_id=grant.district_id,
            amount=amount,
            paid=0,
            days=0,
            owed=0,
        )
        _write(holding, K.CARRIED, amount, by=by, text=grant.subject)


def _write(
    holding: Holding,
    kind: str,
    amount: int,
    *,
    by: User,
    text: str,
    places: int = 0,
    days: int = 0,
    proposal: Proposal | None = None,
) -> None:
    """Write one posting of the reference's, and its line in the trail."""
    posting = Posting.objects.create(
        pool_id=holding.year,
        kind=kind,
        amount=amount,
        district_id=holding.district_id,
        reference=holding.reference,
        places=places,
        days=days,
        text=text,
        proposal=proposal,
        made_by=by,
    )
    audit.record(VERBS[kind], posting, by=by, year=holding.year, amount=amount)
