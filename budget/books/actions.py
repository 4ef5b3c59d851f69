"""The only way to the money. Locks the pools it touches by fiscal year, ascending, and writes postings.

Every amount is whole DKK. The database refuses what these acts would not do; they say it in words first.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, NamedTuple
from uuid import UUID

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from budget.models import Instalment, Pool, Posting, Standing
from budget.tariff import Part
from skolefleks import audit
from skolefleks.danish import kr
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from budget.models import FundingSource, Proposal
    from skolefleks.models import District, User


K = Posting.Kind


class NoPool(Refusal):
    """A fiscal year has no pool."""

    def __init__(self, years: Collection[int]) -> None:
        listed = " og ".join(str(year) for year in sorted(years))
        super().__init__(
            f"Der er endnu ingen pulje for {listed}. Vælg en tidligere slutdato.", field="ends_on"
        )


class Overdrawn(Refusal):
    """The pool does not reach. `short` is (free, wanted) in whole DKK by fiscal year."""

    def __init__(self, short: Mapping[int, tuple[int, int]]) -> None:
        self.short = short
        parts = [
            f"i {year} er {kr(free)} fri, og det koster {kr(wanted)}"
            for year, (free, wanted) in short.items()
        ]
        super().__init__(f"Puljen rækker ikke: {'; '.join(parts)}", field="tariff")


class FrameEmpty(Refusal):
    """A frame has put less into a year's pool than would be taken out of it again."""

    def __init__(self, source: FundingSource, year: int, has: int) -> None:
        super().__init__(f"{source} har kun {kr(has)} i puljen for {year}.", field="amount")


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

    Called by the approval of a `proposal` of both centre chiefs, and by nobody else but the demo, the bench and the
    tests (docs/decisions/0013). Raises Overdrawn, FrameEmpty, PermissionDenied.
    """
    require(by, Permission.POOL_ALLOCATE, at=EVERYWHERE)
    Pool.objects.get_or_create(fiscal_year=year)
    lock_pools([year])
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
    """Commit each fiscal year's part to `reference`. Raises NoPool, Overdrawn; all of it happens, or none.

    The years in `counted` already count this pupil for another reference and get no further place.
    """
    lock_pools(parts)
    require_free({year: part.amount for year, part in parts.items()})
    Posting.objects.bulk_create(
        Posting(
            pool_id=year,
            kind=K.COMMITMENT,
            amount=part.amount,
            district=district,
            reference=reference,
            places=0 if year in counted else 1,
            days=part.days,
            text=text,
            made_by=by,
        )
        for year, part in parts.items()
        if part.amount
    )


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
    """Give back what `reference` holds in `years` beyond `keep`; the whole DKK given back by fiscal year.

    A year of which nothing is kept gives its place back, unless the pupil is still `counted` there for another
    reference. Raises AlreadyPaid where more is paid, or handed over to be paid, than kept.
    """
    lock_pools(years)
    on_their_way = Instalment.objects.on_their_way(reference)
    given = {}
    for held in holdings(reference):
        if held["pool_id"] not in years:
            continue
        kept = keep.get(held["pool_id"], Part(0, 0))
        if kept.amount < held["paid"] + on_their_way.get(held["pool_id"], 0):
            raise AlreadyPaid
        if kept.amount < held["amount"]:
            given[held["pool_id"]] = held["amount"] - kept.amount
            Posting.objects.create(
                pool_id=held["pool_id"],
                kind=K.RELEASE,
                amount=kept.amount - held["amount"],
                district_id=held["district_id"],
                reference=reference,
                places=0 if kept.amount or held["pool_id"] in counted else -1,
                days=kept.days - held["days"],
                text=text,
                made_by=by,
            )
    return given


class More(NamedTuple):
    """Whole DKK that `reference` is to hold more (or, negative, less) of a fiscal year's pool; days and place stay."""

    reference: UUID
    year: int
    amount: int
    district_id: int
    text: str


@transaction.atomic
def commit_more(changes: Collection[More], proposal: Proposal, *, by: User) -> None:
    """Change what many references hold, as `proposal` agreed. Raises NoPool, Overdrawn; all of it happens, or none."""
    wanted = Counter[int]()
    for change in changes:
        wanted[change.year] += change.amount
    lock_pools(wanted)
    require_free({year: amount for year, amount in wanted.items() if amount > 0})
    Posting.objects.bulk_create(
        Posting(
            pool_id=change.year,
            kind=K.COMMITMENT if change.amount > 0 else K.RELEASE,
            amount=change.amount,
            district_id=change.district_id,
            reference=change.reference,
            text=change.text,
            proposal=proposal,
            made_by=by,
        )
        for change in sorted(
            changes, key=lambda change: change.amount
        )  # what is given back first: it may be needed
        if change.amount
    )


@transaction.atomic
def pay(
    reference: UUID, *, year: int, amount: int, district: District, by: User, text: str = ""
) -> Posting:
    """Move `amount` of what `reference` holds in `year` from committed to paid. Raises Overdrawn, PermissionDenied."""
    require(by, Permission.PAYMENT_MAKE, at=EVERYWHERE)
    return book_payment(reference, year=year, amount=amount, district=district, by=by, text=text)


@transaction.atomic
def book_payment(
    reference: UUID, *, year: int, amount: int, district: District, by: User, text: str = ""
) -> Posting:
    """What `pay` does, for what `by` said was paid when they had the right to. Raises Overdrawn."""
    lock_pools([year])
    left = sum(
        held["amount"] - held["paid"] for held in holdings(reference) if held["pool_id"] == year
    )
    if amount > left:
        raise Overdrawn({year: (left, amount)})
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
    return posting


def lock_pools(years: Collection[int]) -> None:
    """Lock the pools of `years` until the transaction ends, ascending, so that two can't wait for each other."""
    locked = Pool.objects.select_for_update(no_key=True).filter(pk__in=years).order_by("pk")
    missing = set(years) - {pool.fiscal_year for pool in locked}
    if missing:
        raise NoPool(missing)


def require_free(wanted: Mapping[int, int]) -> None:
    """Raises Overdrawn unless each year has that many whole DKK free."""
    free = Standing.objects.free(wanted)
    short = {
        year: (free.get(year, 0), amount)
        for year, amount in wanted.items()
        if amount > free.get(year, 0)
    }
    if short:
        raise Overdrawn(short)


def require_frame(source: FundingSource, year: int, amount: int) -> None:
    """Raises FrameEmpty unless `source` has put at least `amount` whole DKK into the pool of `year`."""
    has = (
        Standing.objects.filter(pool=year, source=source)
        .values_list("allocated", flat=True)
        .first()
        or 0
    )
    if amount > has:
        raise FrameEmpty(source, year, has)


def holdings(reference: UUID) -> list[dict[str, Any]]:
    """By fiscal year and district: `amount` committed and not given back, `paid` of it, `days`."""
    postings = Posting.objects.filter(reference=reference).values("pool_id", "district_id")
    sums = postings.annotate(
        paid=Coalesce(Sum("amount", filter=Q(kind=K.PAYMENT)), 0),
        days=Sum("days"),
        amount=Coalesce(Sum("amount", filter=Q(kind__in=[K.COMMITMENT, K.RELEASE])), 0),
    ).order_by("pool_id")
    return [dict(row) for row in sums]
