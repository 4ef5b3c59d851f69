"""A case sent round to the committee in writing, and what each member answers."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.http import QueryDict
from django.urls import reverse

from applications.models import TEXT, Application, PupilCase
from skolefleks.encryption import EncryptedTextField
from skolefleks.permissions import Place
from skolefleks.triggers import append_only
from visitation.lifecycle import ROUND, RoundStatus

if TYPE_CHECKING:
    from skolefleks.models import User
    from skolefleks.statemachine import StateMachine

# What is proposed holds a form with several long texts.
PROPOSAL = 40_000


class WrittenRoundQuerySet(models.QuerySet["WrittenRound"]):
    def visible_to(self, user: User) -> Self:
        """Those of the cases that `user` may judge: to the disqualified there is none."""
        reviewable = Application.objects.reviewable_by(user).values("pk")
        return self.filter(pupil_case__application__in=reviewable)

    def open(self) -> Self:
        return self.filter(status=RoundStatus.OPEN)


class WrittenRound(models.Model):
    """A decision as it is proposed to the members, who answer until the deadline."""

    LIFECYCLE: ClassVar[StateMachine] = ROUND

    class What(models.TextChoices):
        """What the decision does; each has its own form."""

        FIRST = "first", "Afgørelse af ansøgningen"
        CORRECTION = "correction", "Rettelse af en afgørelse"
        ENDING = "ending", "Bevilling slutter før tid"
        AMENDMENT = "amendment", "Opfølgning på en indsats"
        MOVE = "move", "Indsatsen flytter med eleven"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pupil_case = models.ForeignKey(
        PupilCase, on_delete=models.PROTECT, related_name="+"
    )
    amendment = models.ForeignKey(
        "visitation.Amendment", on_delete=models.PROTECT, null=True, related_name="+"
    )
    what = models.CharField(max_length=10, choices=What)
    status = models.CharField(
        max_length=10, choices=RoundStatus, default=RoundStatus.OPEN
    )
    # The form as it was sent: the decision is made of it, word for word.
    sent_form = EncryptedTextField("forslaget", max_length=PROPOSAL)
    # The same for the members to read: JSON, label and value of each field.
    proposal = EncryptedTextField("forslaget i ord", max_length=PROPOSAL)
    # The last day to answer on.
    deadline = models.DateField("svarfrist")
    sent_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    sent_at = models.DateTimeField("sendt rundt")

    objects = WrittenRoundQuerySet.as_manager()

    class Meta:
        ordering = ("deadline", "sent_at")
        constraints = (
            models.UniqueConstraint(
                fields=("pupil_case",),
                condition=Q(status="open"),
                name="a_pupil_is_sent_round_once_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("visitation:round", args=[self.pk])

    @property
    def application(self) -> Application:
        return self.pupil_case.application

    @property
    def subject(self) -> str:
        return self.application.number

    @property
    def lies_at(self) -> Place:
        return self.application

    @property
    def is_open(self) -> bool:
        return self.status == RoundStatus.OPEN

    @property
    def form_data(self) -> QueryDict:
        """What was sent, for the form that it was sent from."""
        return QueryDict(self.sent_form)

    @property
    def lines(self) -> list[list[str]]:
        """Label and value of each field that says something."""
        lines: list[list[str]] = json.loads(self.proposal)
        return lines


class RoundAnswer(models.Model):
    """One member's answer: agrees, or asks for a meeting, and why. For good."""

    # Known before the row is: the encrypted text is bound to it.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    round = models.ForeignKey(
        WrittenRound, on_delete=models.PROTECT, related_name="answers"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    agrees = models.BooleanField("tilslutter sig")
    reason = EncryptedTextField(
        "hvorfor et møde", max_length=TEXT, blank=True, default=""
    )
    answered_at = models.DateTimeField("besvaret")

    class Meta:
        ordering = ("answered_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("round", "user"), name="everybody_answers_a_round_once"
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.round_id}: {self.agrees}"
