"""A follow-up of an effort: its window, what is said before it, what came of it, its reminders."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from applications.models import TEXT
from skolefleks.encryption import EncryptedTextField
from skolefleks.permissions import Place
from visitation.lifecycle import FOLLOW_UP, OPEN_FOLLOW_UPS, FollowUpStatus
from visitation.models.efforts import Effort

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class FollowUpWindowQuerySet(models.QuerySet["FollowUpWindow"]):
    def open(self) -> Self:
        """Something is still to be done: the talk, or telling what came of it."""
        return self.filter(status__in=OPEN_FOLLOW_UPS)


class FollowUpWindow(models.Model):
    """The weeks in which one follow-up is held, and what came of it.

    Two clocks: the talk is held by `hold_by`, and its outcome is told by `tell_by`.
    """

    LIFECYCLE: ClassVar[StateMachine] = FOLLOW_UP

    class Outcome(models.TextChoices):
        UNCHANGED = "unchanged", "Fortsæt uændret"
        CHANGE = "change", "Ret indsatsen"
        STEP_DOWN = "step_down", "Trap ned"
        EXTEND = "extend", "Forlæng"
        STOP = "stop", "Stop"

    class Present(models.TextChoices):
        PUPIL = "pupil", "Eleven"
        PARENTS = "parents", "Forældrene"
        SCHOOL_LEADER = "school_leader", "Skolelederen"
        DAILY_LEADER = "daily_leader", "Den daglige leder"
        PPR = "ppr", "PPR"
        CASEWORKER = "caseworker", "Sagsbehandleren"
        KUI = "kui", "KUI"
        MENTOR = "mentor", "Mentoren"
        LEISURE = "leisure", "BFO eller klub"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(Effort, on_delete=models.PROTECT, related_name="windows")
    # The grant whose days it was laid by: when that is cut short, so are its windows.
    grant = models.ForeignKey(
        "visitation.Grant", on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        max_length=10, choices=FollowUpStatus, default=FollowUpStatus.PLANNED
    )
    opens_on = models.DateField("fra")
    hold_by = models.DateField("holdes senest")
    tell_by = models.DateField("resultatet gives senest")

    held_on = models.DateField("holdt", null=True)
    present = ArrayField(
        models.CharField(max_length=16, choices=Present), default=list, blank=True
    )
    also_present = EncryptedTextField(
        "andre, der deltog", max_length=TEXT, blank=True, default=""
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    outcome = models.CharField("resultat", max_length=10, choices=Outcome, blank=True)
    grounds = EncryptedTextField("begrundelse", max_length=TEXT, blank=True, default="")
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    told_at = models.DateTimeField("resultatet givet", null=True)

    objects = FollowUpWindowQuerySet.as_manager()

    class Meta:
        ordering = ("hold_by", "id")
        indexes = (
            models.Index(
                fields=("hold_by",),
                condition=Q(status__in=("planned", "held")),
                name="follow_ups_ahead",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("hold_by")) & Q(hold_by__lte=F("tell_by")),
                name="a_follow_up_is_held_before_it_is_told",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("held", "told")) | Q(held_on__isnull=False),
                name="a_follow_up_that_was_held_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="told") | Q(told_at__isnull=False) & ~Q(outcome=""),
                name="a_follow_up_that_was_told_has_an_outcome",
            ),
            models.UniqueConstraint(
                fields=("effort", "hold_by"),
                condition=~Q(status="cancelled"),
                name="one_follow_up_window_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.opens_on} - {self.hold_by}"

    @property
    def subject(self) -> str:
        return self.effort.subject

    @property
    def lies_at(self) -> Place:
        return self.effort.lies_at
