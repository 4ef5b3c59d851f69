"""What the committee said to one pupil of one application: with its grounds, provisional until released."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import TEXT, Application, PupilCase
from skolefleks.encryption import EncryptedTextField
from visitation.lifecycle import DECISION, DecisionStatus

if TYPE_CHECKING:
    from skolefleks.models import User
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
