"""Acts on the pools' money: with `claims.py` and reversals, nothing else writes a posting.

Each locks the pools that it touches, ascending by fiscal year, and checks that there is money. The
database would refuse too, but not in words for the person. Every amount is whole DKK.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.db import transaction

from budget.books import claims
from budget.books.closed import require_each_open
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
        listed_years = " og ".join(str(year) for year in sorted(years))
        super().__init__(
            f"Der er endnu ingen pulje for {listed_years}. Vælg en tidligere slutdato.",
            field="ends_on",
        )


class Overdrawn(Refusal):
    """A pool has too little free. `short` is (free, cost) in whole DKK by fiscal year."""

    def __init__(self, short: Mapping[int, tuple[int, int]]) -> None:
        self.short = short
        clauses = []
        for year, (free, cost) in short.items():
            clauses.append(f"i {year} er {kr(free)} fri, og det koster {kr(cost)}")
        super().__init__(f"Puljen rækker ikke: {'; '.join(clauses)}", field="tariff")


class FrameEmpty(Refusal):
    """More would be taken back from a year's pool than the frame has `allocated` to it."""

    def __init__(self, source: FundingSource, year: int, allocated: int) -> None:
        super().__init__(
            f"{source} har kun {kr(allocated)} i puljen for {year}.", field="amount"
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
    """Put `amount` from `source` into the pool of `year`; a negative amount is taken back.

    Called when both centre chiefs have agreed to a proposal, of which `proposal` is the id, and
    otherwise only by the demo, the bench and the tests (docs/decisions/0013). Raises Overdrawn,
    FrameEmpty, PermissionDenied.
    """
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)

    # There must be a row to lock: the first money of a year creates its pool.
    Pool.objects.get_or_create(fiscal_year=year)
    require_each_open(lock_pools([year]))
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

    A year counts one place for its pupil, but none in the years of `counted`, where the pupil has a
    place by another reference. Raises NoPool, Overdrawn.
    """
    # Locked before it is asked: else two commitments could both find the same money free.
    pools = lock_pools(parts)
    require_each_open(pool for pool in pools if parts[pool.fiscal_year].amount)
    require_free({year: part.amount for year, part in parts.items()})

    postings = []
    for year, part in parts.items():
        # A posting is never zero: a year whose part rounds to nothing has none, and so no place.
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
    be paid, is not given back but claimed (`claims.py`). A year of which nothing is kept gives its
    place back, unless it is in `counted`: there the pupil has the place by another reference.
    """
    lock_pools(years)

    given_back = {}
    for holding in holdings(reference):
        year = holding.year
        if year not in years:
            continue

        part_to_keep = keep.get(year, NOTHING)
        # It holds no more than that: there is nothing to give back.
        if part_to_keep.amount >= holding.to_keep:
            continue

        places = -1
        if part_to_keep.amount or year in counted:
            places = 0
        given_back[year] = claims.adjust_holding(
            holding,
            part_to_keep.amount,
            by=by,
            text=text,
            places=places,
            days=part_to_keep.days - holding.days,
        )
    return given_back


class HoldingChange(NamedTuple):
    """What `reference` is to hold more of a fiscal year's pool, whole DKK; negative is less.

    Its days and place stay as they are.
    """

    reference: UUID
    year: int
    amount: int
    district_id: int
    text: str


@transaction.atomic
def commit_more(
    changes: Collection[HoldingChange], proposal: Proposal, *, by: User
) -> None:
    """Change what many references hold, as `proposal` agreed: all of it, or nothing.

    Raises NoPool, Overdrawn.
    """
    # A year's net: what some give back pays for what others take.
    net = Counter[int]()
    for change in changes:
        net[change.year] += change.amount
    pools = lock_pools(net)
    require_each_open(pool for pool in pools if net[pool.fiscal_year])
    require_free({year: amount for year, amount in net.items() if amount > 0})

    holding_of = {}
    for row in holdings_of([change.reference for change in changes]):
        holding_of[row.reference, row.year] = row

    postings = []
    # Sorted by amount, so that what is given back comes before what may need it.
    for change in sorted(changes, key=lambda change: change.amount):
        if not change.amount:
            continue
        holding = holding_of.get((change.reference, change.year))
        # What may touch paid money goes one by one; the rest, nearly all, in one INSERT below.
        if holding and (change.amount < 0 or holding.owed):
            claims.adjust_holding(
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
    """Do what `pay` does without asking for the right: `by` had it when they marked it as paid.

    A negative amount was owed by the school and is now set off. Raises Overdrawn, and NotPossible
    where less is owed, or less paid, than is set off.
    """
    require_each_open(lock_pools([year]))
    # Asked of the reference and not of the pool: what is paid must be committed to it already.
    year_holdings = [row for row in holdings(reference) if row.year == year]
    left = sum(holding.amount - holding.paid for holding in year_holdings)
    if amount > left:
        raise Overdrawn({year: (left, amount)})
    owing = None
    if amount < 0:
        owing = require_owed(year_holdings, -amount)

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
    if owing:
        claims.take_back(owing, -amount, by=by, text=text)
    return posting


def lock_pools(years: Collection[int]) -> list[Pool]:
    """Lock the pools of `years` until the transaction ends; as they are then. Raises NoPool.

    Always ascending by year, so that no two acts wait for each other.
    """
    of_years = Pool.objects.select_for_update(no_key=True).filter(pk__in=years)
    # The query runs, and locks, as the list is made.
    pools = list(of_years.order_by("pk"))
    missing = set(years) - {pool.fiscal_year for pool in pools}
    if missing:
        raise NoPool(missing)
    return pools


def require_free(cost: Mapping[int, int]) -> None:
    """Raise Overdrawn unless each year's pool has its `cost` free, whole DKK by fiscal year."""
    free = Standing.objects.free(cost)

    short = {}
    for year, amount in cost.items():
        left = free.get(year, 0)
        if amount > left:
            short[year] = (left, amount)
    if short:
        raise Overdrawn(short)


def require_frame(source: FundingSource, year: int, amount: int) -> None:
    """Raise FrameEmpty unless `source` has allocated `amount` whole DKK to the pool of `year`."""
    standing = Standing.objects.filter(pool=year, source=source).first()
    allocated = 0
    if standing is not None:
        allocated = standing.allocated
    if amount > allocated:
        raise FrameEmpty(source, year, allocated)


def require_owed(year_holdings: Collection[Holding], amount: int) -> Holding:
    """The one of the holdings that owes `amount` whole DKK, and has it paid; or NotPossible."""
    for holding in year_holdings:
        # What is owed may still be on its way to the bank: then it cannot be set off yet.
        if min(holding.owed, holding.paid) >= amount:
            return holding
    raise NotPossible("Det, der modregnes, er ikke udbetalt for meget endnu.")
