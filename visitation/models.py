"""Decisions and grants: what the committee said to one pupil of one application, and what money it gives."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeBoundary, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.db.models.functions import Coalesce

from applications.models import TEXT, Application, Pupil, PupilCase
from budget.tariff import Part, by_fiscal_year
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import District, User
from visitation.lifecycle import DECISION, GRANT, DecisionStatus, GrantStatus

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.statemachine import StateMachine


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> Self:
        """Not undone: at most one a pupil."""
        return self.exclude(status=DecisionStatus.UNDONE)

    def released(self) -> Self:
        """What everybody but the committee may know of."""
        return self.filter(status=DecisionStatus.RELEASED)


class Decision(models.Model):
    """What was decided for one pupil, with its grounds. Provisional until released; never changed after."""

    LIFECYCLE: ClassVar[StateMachine] = DECISION

    class Outcome(models.TextChoices):
        GRANTED = "granted", "Bevilget"
        REJECTED = "rejected", "Afslag"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pupil_case = models.ForeignKey(PupilCase, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=12, choices=DecisionStatus, default=DecisionStatus.PROVISIONAL)
    outcome = models.CharField("afgørelse", max_length=10, choices=Outcome)
    grounds = EncryptedTextField("begrundelse", max_length=TEXT)
    has_grounds = models.BooleanField(default=True)
    decided_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    decided_at = models.DateTimeField("afgjort")
    released_at = models.DateTimeField("frigivet", null=True)

    objects = DecisionQuerySet.as_manager()

    class Meta:
        ordering = ("decided_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("pupil_case",), condition=~Q(status="undone"), name="a_pupil_has_one_standing_decision"
            ),
            models.CheckConstraint(condition=Q(has_grounds=True), name="a_decision_gives_grounds"),
        )

    def __str__(self) -> str:
        return self.get_outcome_display()

    @property
    def application(self) -> Application:
        return self.pupil_case.application

    @property
    def subject(self) -> str:
        return self.application.number

    @property
    def school_id(self) -> int:
        return self.application.school_id

    def has_invited(self, user: User) -> bool:
        return self.application.has_invited(user)


class _Days(Func):
    """The days of a grant, both ends included, as PostgreSQL's daterange."""

    function = "DATERANGE"
    output_field = DateRangeField()


class Grant(models.Model):
    """What one pupil was granted: a yearly tariff, in whole DKK, for a period."""

    LIFECYCLE: ClassVar[StateMachine] = GRANT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.OneToOneField(Decision, on_delete=models.PROTECT, related_name="grant")
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    district = models.ForeignKey(District, on_delete=models.PROTECT, related_name="+")
    status = models.CharField(max_length=10, choices=GrantStatus, default=GrantStatus.RUNNING)
    tariff = models.PositiveIntegerField("takst om året")
    starts_on = models.DateField("fra")
    ends_on = models.DateField("til")
    ended_on = models.DateField("afsluttet", null=True)
    ended_grounds = EncryptedTextField("begrundelse for at slutte før tid", max_length=TEXT, blank=True, default="")
    conditions = EncryptedTextField("vilkår", max_length=TEXT, blank=True, default="")

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(ends_on__gt=F("starts_on")), name="a_grant_ends_after_it_begins"),
            models.CheckConstraint(condition=Q(tariff__gt=0), name="a_grant_has_a_tariff"),
            models.CheckConstraint(
                condition=Q(ended_on__isnull=True) | Q(ended_on__gte=F("starts_on"), ended_on__lt=F("ends_on")),
                name="a_grant_ended_early_ends_inside_its_period",
            ),
            ExclusionConstraint(
                name="a_pupil_has_one_grant_a_day",
                expressions=(
                    ("pupil", RangeOperators.EQUAL),
                    (
                        _Days("starts_on", Coalesce("ended_on", "ends_on"), RangeBoundary(True, True)),
                        RangeOperators.OVERLAPS,
                    ),
                ),
                condition=~Q(status="annulled"),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.decision.subject

    @property
    def school_id(self) -> int:
        return self.decision.school_id

    def has_invited(self, user: User) -> bool:
        return self.decision.has_invited(user)

    @property
    def last_day(self) -> date:
        return self.ended_on or self.ends_on

    def by_fiscal_year(self) -> dict[int, Part]:
        """Whole DKK and days of each fiscal year, as the period stands now."""
        return by_fiscal_year(self.tariff, self.starts_on, self.last_day)

    @property
    def cost(self) -> int:
        """Whole DKK over the whole period; a grant of exactly one year costs exactly its tariff."""
        return sum(part.amount for part in self.by_fiscal_year().values())
