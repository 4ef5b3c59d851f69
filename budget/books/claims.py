"""What left the house for more than a school is to have: owed, until it is back.

What was sent to the bank is a fact. A grant that comes to cost less than
is paid keeps the money committed, and a claim beside it says how much is
owed; only what comes back is released. Acts, as in `actions.py`: the
pools are locked by whoever calls. Amounts are whole DKK.
"""

from __future__ import annotations

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

# What the trail calls each line that is written here.
VERBS: dict[str, str] = {
    K.COMMITMENT: "commit",
    K.RELEASE: "release",
    K.CLAIM: "claim",
    K.CARRIED: "carry",
}


class Follower(Protocol):
    """A grant, as far as the books know it."""

    pk: UUID
    district_id: int

    @property
    def subject(self) -> str: ...


def let_hold(
    holding: Holding,
    keep: int,
    *,
    by: User,
    text: str = "",
    places: int = 0,
    days: int = 0,
    proposal: Proposal | None = None,
) -> int:
    """Let a reference keep `keep` of a year; returns what became free (negative: was taken).

    What is paid beyond that, or on its way to be, is not free: it is
    claimed. `places` and `days` change along. Whoever calls has seen to
    it that the pool has what is taken.
    """
    hold = rules.hold_of_year(
        keep,
        paid=holding.paid,
        on_its_way=Instalment.objects.on_their_way(holding.reference),
        coming_back=Instalment.objects.on_their_way_back(holding.reference),
        year=holding.year,
    )
    more = hold.amount - holding.amount
    more_owed = hold.owed - holding.owed
    if more or more_owed:
        require_open([holding.year])

    # The first line has the days and the place: so that they are counted
    # once.
    counted = {"places": places, "days": days}
    if more:
        kind = K.RELEASE
        if more > 0:
            kind = K.COMMITMENT
        _write(holding, kind, more, by=by, text=text, proposal=proposal, **counted)
        counted = {}
    if more_owed:
        _write(
            holding,
            K.CLAIM,
            -more_owed,
            by=by,
            text=text,
            proposal=proposal,
            **counted,
        )
    return -more


def take_back(holding: Holding, amount: int, *, by: User, text: str = "") -> None:
    """Note that `amount` of what is owed is back: it is free again, and no longer claimed.

    Raises NotPossible where less is owed.
    """
    if amount > holding.owed:
        raise NotPossible("Så meget er der ikke udbetalt for meget.")
    _write(holding, K.CLAIM, amount, by=by, text=text)
    _write(holding, K.RELEASE, -amount, by=by, text=text)


def carry_from(
    reference: UUID, most: Mapping[int, Part], *, by: User, text: str = ""
) -> dict[int, int]:
    """Take what is paid for `reference` beyond what it costs, to be carried to what follows it.

    At most what that costs itself (`most`) of each year. Returns the
    whole DKK by fiscal year; `carry_to` gives them to it, in the same
    transaction.
    """
    coming_back = Instalment.objects.on_their_way_back(reference)
    carried = {}
    for holding in holdings(reference):
        # What is on its way to the bank has no line yet, and what comes
        # back is another's.
        owed = holding.owed - coming_back.get(holding.year, 0)
        cost = most.get(holding.year, NOTHING).amount
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
    """Fetch `amount` of what was carried on from `reference`, since it came back from the bank.

    Returns how much of it each grant that follows loses; it is to be
    planned for them anew.
    """
    taken_from: dict[UUID, int] = {}
    lines = Posting.objects.filter(reference=reference, pool=year, kind=K.CARRIED)
    for line in lines.filter(amount__lt=0).order_by("-pk"):
        part = min(amount, -line.amount)
        if not part:
            break
        follower = _other_half(line).reference
        if follower is None:
            continue
        [holding] = [row for row in holdings(follower) if row.year == year]
        # It may have been carried on from there too.
        missing = max(0, part - holding.paid)
        if missing:
            taken_from |= carry_back(follower, year, missing, by=by, text=text)
        if part > missing:
            taken_from[follower] = part - missing
        _carry(holding, holding._replace(reference=reference), part, by=by, text=text)
        amount -= part
    return taken_from


def _other_half(line: Posting) -> Posting:
    """The line that gave what `line` took: the next of its kind, as the pool was locked."""
    later = Posting.objects.filter(pool=line.pool_id, kind=K.CARRIED, pk__gt=line.pk)
    return later.filter(amount=-line.amount).order_by("pk")[0]


def _carry(
    giving: Holding, taking: Holding, amount: int, *, by: User, text: str
) -> None:
    _write(giving, K.CARRIED, -amount, by=by, text=text)
    _write(taking, K.CARRIED, amount, by=by, text=text)


def carry_to(grant: Follower, carried: Mapping[int, int], *, by: User) -> None:
    """Give what `carry_from` took to the grant that follows, of which it is paid from now on."""
    for year, amount in carried.items():
        holding = Holding(grant.pk, year, grant.district_id, amount, 0, 0, 0)
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
    """Write one line, and what the trail is to know of it."""
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
