"""The one table of posting kinds: what a posting of each kind does to the sums, and what it names.

Triggers, constraints, sums, filters, exports and screens read it. Only the proof does not: its SQL
is written by hand (budget/books/proof_sql.py). An unknown kind is an error wherever it is looked
up: `kind_named` raises UnknownKind, and the database refuses the posting.
"""

from __future__ import annotations

import enum
from typing import TYPE_CHECKING, Literal

from django.db import models
from django.db.models import Q, Sum, Value
from django.db.models.functions import Coalesce

if TYPE_CHECKING:
    from django.db.models.expressions import Combinable


# What may be asked of a kind, and of some postings' sums: `used` is committed or paid, `free` is
# allocated and not used.
# `owed` is paid to a school for more than it is to have, and not back yet.
Measured = Literal["allocated", "committed", "paid", "used", "free", "owed"]


class Side(enum.Enum):
    """What a posting names: the frame that gives, or the district and the reference that use."""

    SOURCE = "source"
    DISTRICT = "district"


class Sign(enum.Enum):
    """The sign of the amounts of a kind. A reversal has the opposite."""

    POSITIVE = "positive"
    NEGATIVE = "negative"
    ANY = "any"


SOURCE, DISTRICT = Side.SOURCE, Side.DISTRICT
POSITIVE, NEGATIVE, ANY = Sign.POSITIVE, Sign.NEGATIVE, Sign.ANY


class PostingKind(models.TextChoices):
    """A kind, by the name that the database keeps, and its column of the table.

    `allocated`, `committed`, `paid` and `owed` say what one krone of the posting adds to each of
    the sums. `is_paid_in_run` says that an instalment stands behind it: what the bank has done.

    A claim is what would be released, had it not left the house: it frees nothing until the money
    is back. What is carried is paid already, and moves from one grant to the one that follows it.
    """

    allocated: int
    committed: int
    paid: int
    owed: int
    side: Side
    sign: Sign
    is_paid_in_run: bool

    # fmt: off
    #            stored  allocated committed paid owed side     sign    in a run
    ALLOCATION = "allocation", 1,  0, 0,  0, SOURCE,   ANY,      False, "Tildeling"
    COMMITMENT = "commitment", 0,  1, 0,  0, DISTRICT, POSITIVE, False, "Disponering"
    RELEASE    = "release",    0,  1, 0,  0, DISTRICT, NEGATIVE, False, "Frigivelse"
    PAYMENT    = "payment",    0, -1, 1,  0, DISTRICT, ANY,      True,  "Udbetaling"
    CLAIM      = "claim",      0,  0, 0, -1, DISTRICT, ANY,      False, "For meget udbetalt"
    CARRIED    = "carried",    0, -1, 1,  0, DISTRICT, ANY,      False, "Ompostering"
    # fmt: on

    def __new__(  # noqa: PLR0917
        cls,
        value: str,
        allocated: int,
        committed: int,
        paid: int,
        owed: int,
        side: Side,
        sign: Sign,
        is_paid_in_run: bool,
    ) -> PostingKind:
        # Django takes the label, which stands last; the rest of the row arrives here.
        kind = str.__new__(cls, value)
        kind._value_ = value
        kind.allocated = allocated
        kind.committed = committed
        kind.paid = paid
        kind.owed = owed
        kind.side = side
        kind.sign = sign
        kind.is_paid_in_run = is_paid_in_run
        return kind

    @property
    def used(self) -> int:
        return self.committed + self.paid

    @property
    def free(self) -> int:
        return self.allocated - self.used

    def counts(self, measured: Measured) -> int:
        """What one krone of the kind adds to `measured`: 1, 0 or -1."""
        effect: int = getattr(self, measured)
        return effect


class UnknownKind(LookupError):
    """A posting is of a kind that has no row in the table."""


# What these say follows from payments and grants: they are never corrected by themselves.
FOLLOW_PAYMENTS = (PostingKind.CLAIM, PostingKind.CARRIED)


def kind_named(name: str) -> PostingKind:
    """The row of the kind that the database calls `name`. Raises UnknownKind."""
    for kind in PostingKind:
        if kind.value == name:
            return kind
    raise UnknownKind(name)


def kinds_that_change(measured: Measured) -> list[PostingKind]:
    """The kinds whose postings change `measured`."""
    return [kind for kind in PostingKind if kind.counts(measured)]


def kinds_that_name(side: Side) -> list[PostingKind]:
    return [kind for kind in PostingKind if kind.side is side]


def kinds_of_sign(sign: Sign) -> list[PostingKind]:
    return [kind for kind in PostingKind if kind.sign is sign]


def changes(measured: Measured) -> Q:
    """Postings that change `measured`."""
    return Q(kind__in=kinds_that_change(measured))


def sum_of(measured: Measured) -> Combinable:
    """What some postings add to `measured`: whole DKK, 0 where there are none."""
    counted_in = [kind for kind in PostingKind if kind.counts(measured) > 0]
    subtracted = [kind for kind in PostingKind if kind.counts(measured) < 0]

    # The sum of no rows is NULL, and NULL would swallow the other half.
    total: Combinable = Coalesce(
        Sum("amount", filter=Q(kind__in=counted_in)), Value(0)
    )
    if subtracted:
        total -= Coalesce(Sum("amount", filter=Q(kind__in=subtracted)), Value(0))
    return total


def effects_in_sql() -> str:
    """PL/pgSQL that sets what the NEW posting adds to each sum that the database keeps."""
    # The names stand in SQL as they are: they are this table's own, and no person types them.
    branches = []
    for kind in PostingKind:
        branches.append(f"""
        WHEN '{kind.value}' THEN
            allocated_now := {kind.allocated} * NEW.amount;
            committed_now := {kind.committed} * NEW.amount;
            paid_now := {kind.paid} * NEW.amount;""")

    return f"""
    CASE NEW.kind{"".join(branches)}
        ELSE
            RAISE EXCEPTION 'unknown kind of posting: %', NEW.kind
                USING ERRCODE = 'check_violation', CONSTRAINT = 'a_posting_is_of_a_known_kind';
    END CASE;"""
