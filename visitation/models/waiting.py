"""The waiting list: pupils who were put off because the pool had no money left."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q

from applications.models import TEXT, Application
from budget.tariff import by_fiscal_year
from skolefleks.encryption import EncryptedTextField
from skolefleks.permissions import Place
from visitation.lifecycle import DecisionStatus
from visitation.models.assessments import Assessment
from visitation.models.decisions import Decision

if TYPE_CHECKING:
    from budget.tariff import Part


class WaitingPlaceQuerySet(models.QuerySet["WaitingPlace"]):
    def on_list(self) -> Self:
        """Put off and not decided since, and nobody has taken it off.

        What follows from the decision needs no step of its own: undone or
        replaced, the place is gone; decided anew and not released, it rests.
        """
        standing = (
            DecisionStatus.PROVISIONAL,
            DecisionStatus.RELEASED,
        )
        # It may be the pupil's answer, and is the school's to read first.
        newer = Decision.objects.provisional().filter(replaces=OuterRef("decision"))
        waiting = self.filter(left_at=None, decision__status__in=standing)
        return waiting.exclude(Exists(newer))


class WaitingPlace(models.Model):
    """One pupil's place on the list: what the committee would have granted.

    `position` orders the list: the heaviest need first, then who applied first.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(
        Decision,
        on_delete=models.PROTECT,
        related_name="waiting_place",
    )
    tariff = models.PositiveIntegerField("takst pr. år, hele kr.")
    starts_on = models.DateField("fra og med")
    ends_on = models.DateField("til og med")
    weight = models.PositiveSmallIntegerField(
        "behovets tyngde", choices=Assessment.Weight
    )
    # Weight and moment in one number, so that a list goes on from it by an index.
    position = models.BigIntegerField("plads")
    left_at = models.DateTimeField("taget af listen", null=True)
    left_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    left_reason = EncryptedTextField(
        "hvorfor taget af listen",
        max_length=TEXT,
        blank=True,
        null=True,
    )

    objects = WaitingPlaceQuerySet.as_manager()

    class Meta:
        ordering = ("position", "id")
        indexes = (
            models.Index(
                fields=("position", "id"),
                condition=Q(left_at=None),
                name="waiting_list_in_order",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="what_is_waited_for_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(left_at=None, left_by=None)
                | Q(left_at__isnull=False, left_by__isnull=False),
                name="somebody_took_it_off_the_list",
            ),
        )

    def __str__(self) -> str:
        return self.application.number

    @property
    def application(self) -> Application:
        return self.decision.application

    @property
    def subject(self) -> str:
        return self.application.number

    @property
    def lies_at(self) -> Place:
        return self.application

    @property
    def is_told(self) -> bool:
        """Whether the school knows that the pupil waits, and the case can be taken up."""
        return self.decision.status == DecisionStatus.RELEASED

    def by_fiscal_year(self) -> dict[int, Part]:
        """Whole DKK and days of each fiscal year that the wished period touches."""
        return by_fiscal_year(self.tariff, self.starts_on, self.ends_on)
