"""An application that its writer hands to the school leader, to be signed or handed back."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.lifecycle import HAND_OVER, HandOverStatus
from skolefleks.encryption import EncryptedTextField
from skolefleks.permissions import Place
from skolefleks.textfields import TEXT

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class HandOver(models.Model):
    """One handing over. The application stays as it is: a draft, or sent back."""

    LIFECYCLE: ClassVar[StateMachine] = HAND_OVER

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="hand_overs"
    )
    status = models.CharField(
        max_length=10, choices=HandOverStatus, default=HandOverStatus.WAITING
    )
    note = EncryptedTextField(
        "besked til lederen", max_length=TEXT, blank=True, default=""
    )
    handed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    handed_at = models.DateTimeField("givet videre")
    answer = EncryptedTextField(
        "lederens svar", max_length=TEXT, blank=True, default=""
    )
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField("besvaret", null=True)

    class Meta:
        ordering = ("handed_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("application",),
                condition=Q(status="waiting"),
                name="an_application_waits_for_one_signature",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.application.subject

    @property
    def lies_at(self) -> Place:
        return self.application

    @property
    def is_waiting(self) -> bool:
        return self.status == HandOverStatus.WAITING

    @property
    def is_returned(self) -> bool:
        return self.status == HandOverStatus.RETURNED
