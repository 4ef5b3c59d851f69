"""The only way to the money. Locks the pools it touches by fiscal year, ascending, and writes postings.

Every amount is whole DKK. The database refuses what these acts would not do; they say it in words first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.db.models import Q, Sum
from django.db.models.functions import Coalesce

from budget.models import Pool, Posting, Standing
from budget.tariff import Part
from skolefleks import audit
from skolefleks.danish import kr
from skolefleks.permissions import Permission, require
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from uuid import UUID

    from budget.models import FundingSource
    from skolefleks.models import District, User

K = Posting.Kind


class NoPool(Refusal):
    """A fiscal year has no pool."""

    def __init__(self, years: Collection[int]) -> None:
        listed = " og ".join(str(year) for year in sorted(years))
        super().__init__(f"Der er endnu ingen pulje for {listed}. Vælg en tidligere slutdato.", field="ends_on")


class Overdrawn(Refusal):
    """The pool does not reach. `short` is (free, wanted) in whole DKK by fiscal year."""

    def __init__(self, short: Mapping[int, tuple[int, int]]) -> None:
        self.short = short
        parts = [f"i {year} er {kr(free)} fri, og det koster {kr(wanted)}" for year, (free, wanted) in short.items()]
        super().__init__(f"Puljen rækker ikke: {'; '.join(parts)}", field="tariff")


class AlreadyPaid(Refusal):
    """More has been paid than would be kept."""

    message = "Der er allerede udbetalt mere til skolen, end der ville være tilbage af bevillingen."


@transaction.atomic
def allocate(*, year: int, source: FundingSource, amount: int, by: User, text: str = "") -> Posting:
    """Put `amount` (negative: take back) from `source` into the pool of `year`. Raises Overdrawn, PermissionDenied."""
    require(by, Permission.POOL_ALLOCATE)
    Pool.objects.get_or_create(fiscal_year=year)
    lock_pools([year])
    if amount < 0:
        _require_free({year: -amount})
    posting = Posting.objects.create(
        pool_id=year, kind=K.ALLOCATION, amount=amount, source=source, text=text, made_by=by
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
    _require_free({year: part.amount for year, part in parts.items()})
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
    reference. Raises AlreadyPaid where more is paid than kept.
    """
    lock_pools(years)
    given = {}
    for held in _held(reference):
        if held["pool_id"] not in years:
            continue
        kept = keep.get(held["pool_id"], Part(0, 0))
        if kept.amount < held["paid"]:
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


@transaction.atomic
def pay(reference: UUID, *, year: int, amount: int, district: District, by: User, text: str = "") -> Posting:
    """Move `amount` of what `reference` holds in `year` from committed to paid. Raises Overdrawn, PermissionDenied."""
    require(by, Permission.PAYMENT_MAKE)
    lock_pools([year])
    left = sum(held["amount"] - held["paid"] for held in _held(reference) if held["pool_id"] == year)
    if amount > left:
        raise Overdrawn({year: (left, amount)})
    posting = Posting.objects.create(
        pool_id=year, kind=K.PAYMENT, amount=amount, district=district, reference=reference, text=text, made_by=by
    )
    audit.record("pay", posting, by=by, year=year, amount=amount)
    return posting


def lock_pools(years: Collection[int]) -> None:
    """Lock the pools of `years` until the transaction ends, ascending, so that two can't wait for each other."""
    locked = Pool.objects.select_for_update(no_key=True).filter(pk__in=years).order_by("pk")
    missing = set(years) - {pool.fiscal_year for pool in locked}
    if missing:
        raise NoPool(missing)


def _require_free(wanted: Mapping[int, int]) -> None:
    free = Standing.objects.free(wanted)
    short = {year: (free.get(year, 0), amount) for year, amount in wanted.items() if amount > free.get(year, 0)}
    if short:
        raise Overdrawn(short)


def _held(reference: UUID) -> list[dict[str, Any]]:
    """By fiscal year and district: `amount` committed and not given back, `paid` of it, `days`."""
    postings = Posting.objects.filter(reference=reference).values("pool_id", "district_id")
    sums = postings.annotate(
        paid=Coalesce(Sum("amount", filter=Q(kind=K.PAYMENT)), 0),
        days=Sum("days"),
        amount=Coalesce(Sum("amount", filter=Q(kind__in=[K.COMMITMENT, K.RELEASE])), 0),
    ).order_by("pool_id")
    return [dict(row) for row in sums]
