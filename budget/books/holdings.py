"""What one reference holds of each fiscal year's pool: whole DKK, from the postings alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.db.models import Sum

from budget.models import Posting
from budget.models.posting_kinds import sum_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from uuid import UUID


class Holding(NamedTuple):
    """What a reference holds of one fiscal year's pool.

    `amount` is the whole DKK committed and not given back, `paid` what is paid of it. `owed` is
    the part of `amount` that is paid beyond what the reference is to have.
    """

    reference: UUID
    year: int
    district_id: int
    amount: int
    paid: int
    days: int
    owed: int

    @property
    def to_keep(self) -> int:
        """What the reference is to have in the end."""
        return self.amount - self.owed


def holdings(reference: UUID) -> list[Holding]:
    """By fiscal year and district, ascending by year."""
    return holdings_of([reference])


def holdings_of(references: Collection[UUID]) -> list[Holding]:
    """Those of several references, ascending by year. One query."""
    postings = Posting.objects.filter(reference__in=references).order_by("pool_id")
    # `used` and not `committed`: what is paid stays part of what the reference holds. The names are
    # other than the columns', which the sums after the first would find in their place.
    sums = postings.values_list("reference", "pool_id", "district_id").annotate(
        used=sum_of("used"),
        paid=sum_of("paid"),
        total_days=Sum("days"),
        owed=sum_of("owed"),
    )
    return [Holding(*row) for row in sums]
