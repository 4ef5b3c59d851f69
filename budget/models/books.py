"""The pool's books. Knows districts and people; no pupil, application or decision.

All amounts are whole DKK. Postings are the truth; `Standing` is what they add up to, kept by the
database itself. What each kind of posting does is in `posting_kinds`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import F, Q

from budget.models import posting_kinds
from budget.models.posting_kinds import PostingKind, Side, Sign, kind_named
from skolefleks.models import Centre, District
from skolefleks.triggers import append_only, never_emptied

if TYPE_CHECKING:
    from collections.abc import Iterable


EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class FundingSourceQuerySet(models.QuerySet["FundingSource"]):
    def owners(self) -> set[str]:
        """The keys of the centres whose money feeds the pool."""
        frames = self.filter(centre__closed_on__isnull=True)
        return set(frames.order_by().values_list("centre_id", flat=True))


class FundingSource(models.Model):
    """A frame that feeds the pool, and the centre whose money it is."""

    name = models.CharField("ramme", max_length=80, unique=True)
    centre = models.ForeignKey(
        Centre, on_delete=models.PROTECT, related_name="+", db_column="centre"
    )

    objects = FundingSourceQuerySet.as_manager()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class Pool(models.Model):
    """The pool of one fiscal year: the row that everybody who spends must lock first.

    It holds no sums. Closed by both chiefs, it takes no more postings until they open it again.
    """

    fiscal_year = models.PositiveSmallIntegerField("regnskabsår", primary_key=True)
    closed_at = models.DateTimeField("lukket", null=True)

    class Meta:
        ordering = ("fiscal_year",)

    def __str__(self) -> str:
        return str(self.fiscal_year)


# The pool is locked first: two postings to one year come after each other, so that the row of sums
# is there or not for both.
_ADD_UP = f"""
    PERFORM FROM budget_pool WHERE fiscal_year = NEW.pool_id FOR NO KEY UPDATE;
    {posting_kinds.effects_in_sql()}
    UPDATE budget_standing SET
        allocated = allocated + allocated_now,
        committed = committed + committed_now,
        paid = paid + paid_now,
        places = places + NEW.places,
        days = days + NEW.days
    WHERE pool_id = NEW.pool_id
        AND district_id IS NOT DISTINCT FROM NEW.district_id
        AND source_id IS NOT DISTINCT FROM NEW.source_id;
    IF NOT FOUND THEN
        INSERT INTO budget_standing
            (pool_id, district_id, source_id, allocated, committed, paid, places, days)
        VALUES
            (NEW.pool_id, NEW.district_id, NEW.source_id,
             allocated_now, committed_now, paid_now, NEW.places, NEW.days);
    END IF;
    RETURN NEW;
"""  # noqa: S608


# Before anything is added up: PostgreSQL runs what comes before the row first.
_REFUSE_CLOSED_YEAR = """
    PERFORM FROM budget_pool
    WHERE fiscal_year = NEW.pool_id AND closed_at IS NOT NULL FOR NO KEY UPDATE;
    IF FOUND THEN
        RAISE EXCEPTION 'the fiscal year % is closed', NEW.pool_id
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'a_closed_fiscal_year_takes_no_postings';
    END IF;
    RETURN NEW;
"""


# All that a sum is made of is compared: what is reversed has never been, for any figure.
_REVERSE_EXACTLY = """
    SELECT * INTO first FROM budget_posting WHERE id = NEW.reverses_id;
    IF (NEW.pool_id, NEW.kind, -NEW.amount, -NEW.places, -NEW.days,
        NEW.source_id, NEW.district_id, NEW.reference)
        IS DISTINCT FROM
       (first.pool_id, first.kind, first.amount, first.places, first.days,
        first.source_id, first.district_id, first.reference)
    THEN
        RAISE EXCEPTION 'a reversal is the posting it reverses with the opposite sign'
            USING ERRCODE = 'check_violation', CONSTRAINT = 'a_reversal_is_exact';
    END IF;
    RETURN NEW;
"""


# After the sums are kept: the trigger's name sorts behind `adds_up`, and PostgreSQL goes by name.
_REFUSE_OVERDRAFT = """
    SELECT sum(allocated) - sum(committed) - sum(paid) INTO left_over
    FROM budget_standing WHERE pool_id = NEW.pool_id;
    IF left_over < 0 THEN
        RAISE EXCEPTION 'the pool of % would be overdrawn by % DKK', NEW.pool_id, -left_over
            USING ERRCODE = 'check_violation',
                CONSTRAINT = 'the_pool_of_a_fiscal_year_is_never_overdrawn';
    END IF;
    RETURN NEW;
"""


# The constraints name the kinds of the table: a kind that has no row there fits none of them.
_GIVES = Q(
    kind__in=[kind.value for kind in posting_kinds.kinds_that_name(Side.SOURCE)]
)
_USES = Q(
    kind__in=[kind.value for kind in posting_kinds.kinds_that_name(Side.DISTRICT)]
)
_ONLY_TAKES = Q(
    kind__in=[kind.value for kind in posting_kinds.kinds_of_sign(Sign.POSITIVE)]
)
_ONLY_GIVES_BACK = Q(
    kind__in=[kind.value for kind in posting_kinds.kinds_of_sign(Sign.NEGATIVE)]
)


class Posting(models.Model):
    """One line of the books, never changed, never deleted: a mistake is put right by a new line.

    `reference` is what it was for, by the id of whoever spends (these books cannot look it up), or
    of the proposal that an allocation comes from. `proposal` is what the chiefs agreed on that
    changed many references at once. `places` and `days` count pupils and their days in the fiscal
    year along with the money, with the same sign. A correction keeps the kind of the line it
    `reverses`, with the opposite sign: so every sum by kind is right without knowing of
    corrections.
    """

    Kind = PostingKind

    # Nothing that a posting names can be deleted while the posting stands: that is for ever.
    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="postings")
    kind = models.CharField("art", max_length=12, choices=Kind)
    amount = models.IntegerField("beløb")
    source = models.ForeignKey(
        FundingSource, on_delete=models.PROTECT, null=True, related_name="+"
    )
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reference = models.UUIDField(null=True)
    places = models.SmallIntegerField("pladser", default=0)
    days = models.IntegerField("dage", default=0)
    proposal = models.ForeignKey(
        "budget.Proposal",
        on_delete=models.PROTECT,
        null=True,
        related_name="postings",
    )
    # One to one: a posting is reversed once. Its reversal can be reversed, and so on.
    reverses = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="reversed_by"
    )
    text = models.CharField("tekst", max_length=120, blank=True)
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("bogført", auto_now_add=True)

    # A list of a year is read from its newest end; what a grant holds is summed at each act.
    class Meta:
        indexes = (
            models.Index(fields=("pool", "-id"), name="postings_of_a_year"),
            models.Index(fields=("reference",), name="postings_of_a_reference"),
        )
        constraints = (
            models.CheckConstraint(
                condition=~Q(amount=0), name="a_posting_is_never_zero"
            ),
            models.CheckConstraint(
                condition=_GIVES & Q(source__isnull=False, district__isnull=True)
                | _USES
                & Q(
                    source__isnull=True,
                    district__isnull=False,
                    reference__isnull=False,
                ),
                name="an_allocation_has_a_source_and_the_rest_a_district",
            ),
            # A reversal has the opposite sign, whatever its kind allows.
            models.CheckConstraint(
                condition=~(_ONLY_TAKES & Q(amount__lt=0))
                & ~(_ONLY_GIVES_BACK & Q(amount__gt=0))
                | Q(reverses__isnull=False),
                name="a_commitment_takes_and_a_release_gives_back",
            ),
        )
        triggers = (
            *append_only(),
            pgtrigger.Trigger(
                name="finds_its_year_open",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                func=_REFUSE_CLOSED_YEAR,
            ),
            pgtrigger.Trigger(
                name="reverses_exactly",
                operation=pgtrigger.Insert,
                when=pgtrigger.Before,
                condition=pgtrigger.Q(new__reverses__isnull=False),
                declare=[("first", "budget_posting%ROWTYPE")],
                func=_REVERSE_EXACTLY,
            ),
            pgtrigger.Trigger(
                name="adds_up",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                declare=[
                    ("allocated_now", "bigint"),
                    ("committed_now", "bigint"),
                    ("paid_now", "bigint"),
                ],
                func=_ADD_UP,
            ),
            pgtrigger.Trigger(
                name="may_not_overdraw",
                operation=pgtrigger.Insert,
                when=pgtrigger.After,
                declare=[("left_over", "bigint")],
                func=_REFUSE_OVERDRAFT,
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.amount} ({self.pool_id})"

    @property
    def proved_content(self) -> str:
        """All that the posting says, as the proof's SQL writes it (budget/proving/sql.py)."""
        microseconds = (self.made_at - EPOCH) // timedelta(microseconds=1)
        values = (
            self.pool_id,
            self.kind,
            self.amount,
            self.source_id,
            self.district_id,
            self.reference,
            self.places,
            self.days,
            self.proposal_id,
            self.reverses_id,
            self.made_by_id,
            microseconds,
            self.text,
        )
        words = []
        for value in values:
            word = str(value)
            if value is None:
                word = "-"
            words.append(word)
        return "|".join(words)

    # Django's own would show an unknown kind as the database has it.
    def get_kind_display(self) -> str:  # type: ignore[no-redef]
        """The kind in Danish. Raises UnknownKind."""
        return str(kind_named(self.kind).label)


class StandingQuerySet(models.QuerySet["Standing"]):
    def free(self, years: Iterable[int]) -> dict[int, int]:
        """What is left, whole DKK, of each of `years` that has a pool with money in it."""
        rows = self.filter(pool__in=years).values("pool_id")
        rows = rows.annotate(
            free=models.Sum(F("allocated") - F("committed") - F("paid"))
        )
        return {row["pool_id"]: row["free"] for row in rows}


class Standing(models.Model):
    """What the postings of a year add up to, by district (or by source, for allocations).

    Kept by the database in the posting's own transaction and by nothing else. `committed` is
    granted and not yet paid; allocated = committed + paid + free. `days` over a year's days are
    full-year pupils.
    """

    pool = models.ForeignKey(Pool, on_delete=models.PROTECT, related_name="standings")
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, related_name="+"
    )
    source = models.ForeignKey(
        FundingSource, on_delete=models.PROTECT, null=True, related_name="+"
    )
    allocated = models.BigIntegerField("tildelt")
    committed = models.BigIntegerField("disponeret")
    paid = models.BigIntegerField("udbetalt")
    places = models.IntegerField("elever")
    days = models.IntegerField("dage")

    objects = StandingQuerySet.as_manager()

    class Meta:
        constraints = (
            # Allocations have no district, the others no source: such NULLs are the same row.
            models.UniqueConstraint(
                fields=("pool", "district", "source"),
                nulls_distinct=False,
                name="one_standing_a_year_district_and_source",
            ),
            # Judged here: a sum tells after each line, without all the others being read.
            models.CheckConstraint(
                condition=Q(committed__gte=0, paid__gte=0, places__gte=0, days__gte=0),
                name="nothing_is_given_back_twice",
            ),
            models.CheckConstraint(
                condition=Q(allocated__gte=0),
                name="a_frame_never_gives_less_than_nothing",
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="is_kept_by_the_database",
                operation=pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete,
                when=pgtrigger.Before,
                # Depth 1 is this trigger alone: somebody writes the sums by hand. At depth 2 it
                # runs inside the trigger of a posting.
                func="""
                    IF pg_trigger_depth() < 2 THEN
                        RAISE EXCEPTION
                            'budget_standing follows the postings and cannot be written by itself';
                    END IF;
                    RETURN NEW;
                """,
            ),
            never_emptied(),
        )

    def __str__(self) -> str:
        return f"{self.pool_id} {self.district_id or self.source_id}"
