"""What money a decision gives to one pupil: a yearly tariff for a period."""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import (
    DateRangeField,
    RangeBoundary,
    RangeOperators,
)
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from applications.models import TEXT, Pupil
from budget.tariff import Later, Part, by_fiscal_year, shares
from skolefleks.danish import kr
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import District
from skolefleks.permissions import Place
from skolefleks.setup import trade
from visitation.lifecycle import GRANT, KNOWN, GrantStatus
from visitation.models.decisions import Decision
from visitation.models.efforts import Effort

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


def later_of(stored: list[tuple[str, int]]) -> list[Later]:
    """The tariffs of `Grant.later_tariffs`, as `tariff.by_fiscal_year` takes them."""
    return [Later(date.fromisoformat(day), tariff) for day, tariff in stored]


class _Days(Func):
    """The days of a grant, both ends included, as PostgreSQL's daterange."""

    function = "DATERANGE"
    output_field = DateRangeField()


class GrantQuerySet(models.QuerySet["Grant"]):
    def standing(self) -> Self:
        """All that was granted and not annulled, whether it still runs or not."""
        return self.exclude(status=GrantStatus.ANNULLED)

    def known_to_school(self) -> Self:
        """What the school was told of."""
        return self.filter(decision__status__in=KNOWN)


class Grant(models.Model):
    """What one pupil was granted: a yearly tariff, in whole DKK, for a period.

    The tariff stays as it was decided. `later_tariffs` are those that follow it, as
    [from_on, DKK], ascending: a price index raises it, a step down lowers it. The database copies
    them here from `TariffVersion` and `TariffStep`, and the proof holds them against each other.
    """

    LIFECYCLE: ClassVar[StateMachine] = GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, related_name="grant"
    )
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    # Several grants in a row are one effort; None until the decision is released.
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, null=True, related_name="grants"
    )
    status = models.CharField(
        max_length=10, choices=GrantStatus, default=GrantStatus.RUNNING
    )
    tariff = models.PositiveIntegerField("takst pr. år")
    # Written by triggers of those two, and refused from anywhere else (`triggers` below).
    later_tariffs = models.JSONField(default=list, db_default=[], editable=False)
    starts_on = models.DateField("fra")
    ends_on = models.DateField("til")
    # The last day that counts, where the grant ended before `ends_on`.
    ended_on = models.DateField("afsluttet", null=True)
    ended_grounds = EncryptedTextField(
        "begrundelse for at slutte før tid",
        max_length=TEXT,
        blank=True,
        default="",
    )
    conditions = EncryptedTextField("vilkår", max_length=TEXT, blank=True, default="")

    objects = GrantQuerySet.as_manager()

    class Meta:
        indexes = (
            # Answers from the index alone what a pupil had before a grant.
            models.Index(
                fields=("pupil", "starts_on"),
                include=("ended_on", "ends_on"),
                condition=~Q(status="annulled"),
                name="grants_of_a_pupil_in_order",
            ),
            # A year's grants are found without looking through those of the years before.
            models.Index(
                Coalesce("ended_on", "ends_on"),
                condition=~Q(status="annulled"),
                name="grants_by_last_day",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="a_grant_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(tariff__gt=0), name="a_grant_has_a_tariff"
            ),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True)
                | Q(ended_on__gte=F("starts_on"), ended_on__lt=F("ends_on")),
                name="a_grant_ended_early_ends_inside_its_period",
            ),
            # An annulled grant never ran, and one that ended early gives its last days free.
            ExclusionConstraint(
                name="a_pupil_has_one_grant_a_day",
                expressions=(
                    ("pupil", RangeOperators.EQUAL),
                    (
                        _Days(
                            "starts_on",
                            Coalesce("ended_on", "ends_on"),
                            RangeBoundary(True, True),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                condition=~Q(status="annulled"),
            ),
        )
        triggers = (
            pgtrigger.Trigger(
                name="later_tariffs_are_kept_by_the_database",
                operation=pgtrigger.UpdateOf("later_tariffs"),
                when=pgtrigger.Before,
                condition=pgtrigger.Q(
                    new__later_tariffs__df=pgtrigger.F("old__later_tariffs")
                ),
                # Depth 2 is inside another trigger: one of the two tables.
                func="""
                    IF pg_trigger_depth() < 2 THEN
                        RAISE EXCEPTION 'later tariffs follow visitation_tariffversion and cannot be written by themselves';
                    END IF;
                    RETURN NEW;
                """,  # noqa: E501
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.decision.subject

    @property
    def lies_at(self) -> Place:
        return self.decision.application

    @property
    def is_above_ceiling(self) -> bool:
        return self.tariff > trade.at(self.decision.decided_at).tariff_ceiling

    @property
    def last_day(self) -> date:
        return self.ended_on or self.ends_on

    @property
    def later(self) -> list[Later]:
        """The tariffs that followed the decided one, ascending."""
        return later_of(self.later_tariffs)

    @property
    def later_in_words(self) -> list[tuple[Later, str]]:
        """The same, each with what it comes of: an index raises a tariff, a step lowers it."""
        rows = []
        before = self.tariff
        for step in self.later:
            why = "prisregulering"
            if step.tariff < before:
                why = "trin ned"
            rows.append((step, why))
            before = step.tariff
        return rows

    def tariff_on(self, day: date) -> int:
        """Whole DKK a year as they hold on `day`."""
        tariff = self.tariff
        for step in self.later:
            if step.from_on <= day:
                tariff = step.tariff
        return tariff

    def by_fiscal_year(self) -> dict[int, Part]:
        """Whole DKK and days of each fiscal year, as the period and the tariffs stand now."""
        return by_fiscal_year(self.tariff, self.starts_on, self.last_day, self.later)

    @property
    def days_in_words(self) -> list[str]:
        """How the cost is divided: `2027: 153 af 366 dage, 83.607 kr.`, a line a fiscal year."""
        days: dict[int, list[str]] = {}
        for share in shares(self.starts_on, self.last_day):
            days.setdefault(share.year, []).append(f"{share.days} af {share.of} dage")

        lines = []
        for year, part in self.by_fiscal_year().items():
            lines.append(f"{year}: {' og '.join(days[year])}, {kr(part.amount)}")
        return lines

    @property
    def cost(self) -> int:
        """Whole DKK over the whole period; a grant of exactly one year costs exactly its tariff."""
        return sum(part.amount for part in self.by_fiscal_year().values())


class FollowUp(models.Model):
    """A day on which the effort is looked at again, set with the decision."""

    grant = models.ForeignKey(
        Grant, on_delete=models.PROTECT, related_name="follow_ups"
    )
    due_on = models.DateField("opfølgning")

    class Meta:
        ordering = ("due_on",)
        constraints = (
            models.UniqueConstraint(
                fields=("grant", "due_on"), name="one_follow_up_a_day"
            ),
        )

    def __str__(self) -> str:
        return f"{self.grant_id} {self.due_on}"
