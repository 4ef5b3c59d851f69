"""The only way to the money: locks the pools it touches and writes postings.

Every amount is whole DKK. The database refuses what these acts would not do; they say it in words
first. Pools are locked by fiscal year, ascending.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import transaction

from budget.books import claims
from budget.books.closed import require_open
from budget.books.holdings import holdings, holdings_of
from budget.models import Pool, Posting, Standing
from budget.tariff import NOTHING, Part
from skolefleks import audit
from skolefleks.danish import kr
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from budget.books.holdings import Holding
    from budget.models import FundingSource, Proposal
    from skolefleks.models import District, User


K = Posting.Kind


class NoPool(Refusal):
    """A fiscal year has no pool."""

    def __init__(self, years: Collection[int]) -> None:
        names = " og ".join(str(year) for year in sorted(years))
        super().__init__(
            f"Der er endnu ingen pulje for {names}. Vælg en tidligere slutdato.",
            field="ends_on",
        )


class Overdrawn(Refusal):
    """The pool does not reach. `short` is (free, cost) in whole DKK by fiscal year."""

    def __init__(self, short: Mapping[int, tuple[int, int]]) -> None:
        self.short = short
        parts = []
        for year, (free, cost) in short.items():
            parts.append(f"i {year} er {kr(free)} fri, og det koster {kr(cost)}")
        super().__init__(f"Puljen rækker ikke: {'; '.join(parts)}", field="tariff")


class FrameEmpty(Refusal):
    """A frame has put less into a year's pool than would be taken out of it again."""

    def __init__(self, source: FundingSource, year: int, has: int) -> None:
        super().__init__(
            f"{source} har kun {kr(has)} i puljen for {year}.", field="amount"
        )


class AlreadyPaid(Refusal):
    """More has been paid than would be kept."""

    message = "Der er allerede udbetalt mere til skolen, end der ville være tilbage af bevillingen."


@transaction.atomic
def allocate(
    *,
    year: int,
    source: FundingSource,
    amount: int,
    by: User,
    text: str = "",
    proposal: UUID | None = None,
) -> Posting:
    """Put `amount` (negative: take back) from `source` into the pool of `year`.

    Called by the approval of a `proposal` of both centre chiefs, and by nobody else but the demo,
    the bench and the tests (docs/decisions/0013). Raises Overdrawn, FrameEmpty, PermissionDenied.
    """
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)

    # There must be a row to lock: the first money of a year makes its pool.
    Pool.objects.get_or_create(fiscal_year=year)
    lock_pools([year])
    require_open([year])
    if amount < 0:
        require_free({year: -amount})
        require_frame(source, year, -amount)

    posting = Posting.objects.create(
        pool_id=year,
        kind=K.ALLOCATION,
        amount=amount,
        source=source,
        reference=proposal,
        text=text,
        made_by=by,
    )
    audit.record("allocate", posting, by=by, year=year, amount=amount)
    return posting


@transaction.atomic
def commit(
    reference: UUID,
    parts: Mapping[int, Part],
    *,
    district: District,
    by: User,
    text: str = "",
    counted: Collection[int] = (),
) -> None:
    """Commit each fiscal year's part to `reference`: all of it, or nothing.

    The years in `counted` already count this pupil for another reference and get no further place.
    Raises NoPool, Overdrawn.
    """
    # Asked under lock: without it two commitments could both find the same money free.
    lock_pools(parts)
    require_open([year for year, part in parts.items() if part.amount])
    require_free({year: part.amount for year, part in parts.items()})

    postings = []
    for year, part in parts.items():
        # A posting is never zero; a year whose part rounds to nothing counts no place either.
        if not part.amount:
            continue
        places = 1
        if year in counted:
            places = 0
        postings.append(
            Posting(
                pool_id=year,
                kind=K.COMMITMENT,
                amount=part.amount,
                district=district,
                reference=reference,
                places=places,
                days=part.days,
                text=text,
                made_by=by,
            )
        )
    audit.record_each("commit", Posting.objects.bulk_create(postings), by=by)


@transaction.atomic
def release(
    reference: UUID,
    *,
    keep: Mapping[int, Part],
    years: Collection[int],
    by: User,
    text: str = "",
    counted: Collection[int] = (),
) -> dict[int, int]:
    """Give back what `reference` holds in `years` beyond `keep`.

    Returns the whole DKK given back by fiscal year. What is paid beyond `keep`, or handed over to
    be, is given back when it is back: until then it is owed (`claims.py`). A year of which nothing
    is kept gives its place back, unless the pupil is still `counted` there for another reference.
    """
    lock_pools(years)

    given_back = {}
    for holding in holdings(reference):
        year = holding.year
        if year not in years:
            continue

        to_keep = keep.get(year, NOTHING)
        if to_keep.amount >= holding.to_keep:
            continue

        places = -1
        if to_keep.amount or year in counted:
            places = 0
        given_back[year] = claims.let_hold(
            holding,
            to_keep.amount,
            by=by,
            text=text,
            places=places,
            days=to_keep.days - holding.days,
        )
    return given_back


class More(NamedTuple):
    """What `reference` is to hold more (or, negative, less) of a fiscal year's pool, whole DKK.

    Days and place stay.
    """

    reference: UUID
    year: int
    amount: int
    district_id: int
    text: str


@transaction.atomic
def commit_more(changes: Collection[More], proposal: Proposal, *, by: User) -> None:
    """Change what many references hold, as `proposal` agreed: all of it, or nothing.

    Raises NoPool, Overdrawn.
    """
    # A year's net: what some give back pays for what others take.
    net = Counter[int]()
    for change in changes:
        net[change.year] += change.amount
    lock_pools(net)
    require_open([year for year, amount in net.items() if amount])
    require_free({year: amount for year, amount in net.items() if amount > 0})

    # What may touch money that is paid goes one by one; the rest, nearly all, at once.
    holding_of = {}
    for one in holdings_of([change.reference for change in changes]):
        holding_of[one.reference, one.year] = one

    postings = []
    # What is given back comes first: what is taken after it may need it.
    for change in sorted(changes, key=lambda change: change.amount):
        if not change.amount:
            continue
        holding = holding_of.get((change.reference, change.year))
        if holding and (change.amount < 0 or holding.owed):
            claims.let_hold(
                holding,
                holding.to_keep + change.amount,
                by=by,
                text=change.text,
                proposal=proposal,
            )
            continue
        postings.append(
            Posting(
                pool_id=change.year,
                kind=K.COMMITMENT,
                amount=change.amount,
                district_id=change.district_id,
                reference=change.reference,
                text=change.text,
                proposal=proposal,
                made_by=by,
            )
        )
    audit.record_each("commit_more", Posting.objects.bulk_create(postings), by=by)


@transaction.atomic
def pay(
    reference: UUID,
    *,
    year: int,
    amount: int,
    district: District,
    by: User,
    text: str = "",
) -> Posting:
    """Move `amount` of what `reference` holds in `year` from committed to paid.

    Raises Overdrawn, PermissionDenied.
    """
    require(by, Permission.PAYMENT_MAKE, at=EVERYWHERE)
    return book_payment(
        reference, year=year, amount=amount, district=district, by=by, text=text
    )


@transaction.atomic
def book_payment(
    reference: UUID,
    *,
    year: int,
    amount: int,
    district: District,
    by: User,
    text: str = "",
) -> Posting:
    """Do what `pay` does, for what `by` marked as paid while they had the right to.

    A negative amount is what was set off: owed by the school until now. Raises Overdrawn, and
    NotPossible where less is owed or paid than comes back.
    """
    lock_pools([year])
    require_open([year])
    # Not the pool is asked: what is paid must have been committed to this reference before.
    of_the_year = [row for row in holdings(reference) if row.year == year]
    left = sum(holding.amount - holding.paid for holding in of_the_year)
    if amount > left:
        raise Overdrawn({year: (left, amount)})
    if amount < 0:
        require_owed(of_the_year, -amount)

    posting = Posting.objects.create(
        pool_id=year,
        kind=K.PAYMENT,
        amount=amount,
        district=district,
        reference=reference,
        text=text,
        made_by=by,
    )
    audit.record("pay", posting, by=by, year=year, amount=amount)
    if amount < 0:
        claims.take_back(of_the_year[0], -amount, by=by, text=text)
    return posting


def lock_pools(years: Collection[int]) -> None:
    """Lock the pools of `years` until the transaction ends. Raises NoPool.

    Always by year, ascending: so two acts that touch the same years cannot wait for each other.
    """
    pools = (
        Pool.objects.select_for_update(no_key=True).filter(pk__in=years).order_by("pk")
    )
    missing = set(years) - {pool.fiscal_year for pool in pools}
    if missing:
        raise NoPool(missing)


def require_free(cost: Mapping[int, int]) -> None:
    """Raise Overdrawn unless each year has that many whole DKK free."""
    free = Standing.objects.free(cost)

    short = {}
    for year, amount in cost.items():
        left = free.get(year, 0)
        if amount > left:
            short[year] = (left, amount)
    if short:
        raise Overdrawn(short)


def require_frame(source: FundingSource, year: int, amount: int) -> None:
    """Raise FrameEmpty unless `source` has put that many whole DKK into the pool of `year`."""
    standing = Standing.objects.filter(pool=year, source=source).first()
    has = 0
    if standing is not None:
        has = standing.allocated
    if amount > has:
        raise FrameEmpty(source, year, has)


def require_owed(of_the_year: Collection[Holding], amount: int) -> None:
    """Raise NotPossible unless that many whole DKK are owed, and have been paid."""
    if not any(min(row.owed, row.paid) >= amount for row in of_the_year):
        raise NotPossible("Det, der modregnes, er ikke udbetalt for meget endnu.")
