"""A screen that an adult hands to the pupil or the parents: what it asks, and until when."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models import TEXT
from skolefleks.encryption import EncryptedTextField
from skolefleks.triggers import append_only
from visitation.lifecycle import SCREEN, ScreenStatus
from visitation.models.efforts import Effort, EffortGoal, OfEffort
from visitation.models.measurements import Measurement

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class Screen(OfEffort):
    """One handing over. It is open until the last answer, a stop, or its time; never twice."""

    LIFECYCLE: ClassVar[StateMachine] = SCREEN

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="screens"
    )
    # The pupil or the parents: school and PPR have a sign-in of
    # their own.
    voice = models.CharField(
        "stemme", max_length=8, choices=Measurement.Voice.choices[:2]
    )
    status = models.CharField(
        max_length=8, choices=ScreenStatus, default=ScreenStatus.OPEN
    )
    given_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Kept too where it was never closed: its time ends it.
    given_at = models.DateTimeField("givet")
    ends_at = models.DateTimeField("slut senest")

    class Meta:
        ordering = ("given_at",)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("given_at")),
                name="a_screen_ends_after_it_is_given",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class ScreenQuestion(models.Model):
    """One goal as the screen asks for it, in words for the one who answers."""

    # The words are sealed to it: it is known before the row is
    # stored.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    screen = models.ForeignKey(
        Screen, on_delete=models.PROTECT, related_name="questions"
    )
    goal = models.ForeignKey(EffortGoal, on_delete=models.PROTECT, related_name="+")
    words = EncryptedTextField("spørgsmålet", max_length=TEXT)

    class Meta:
        ordering = ("goal__number",)
        constraints = (
            models.UniqueConstraint(
                fields=("screen", "goal"), name="a_screen_asks_each_goal_once"
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pk)
