"""Who may not judge a case (inhabil), beyond the ties that the system finds by itself."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from skolefleks.encryption import EncryptedTextField
from skolefleks.textfields import TEXT
from skolefleks.triggers import fixed


class Recusal(models.Model):
    """One person who may not judge one case. Lifted with a reason, never deleted.

    It lies on this floor because what one may see of a case depends on it; who
    sets it is the committee's matter.
    """

    class Origin(models.TextChoices):
        DECLARED = "declared", "Meldt af personen selv"
        CHAIR = "chair", "Erklæret af formanden"
        COMMITTEE = "committee", "Afgjort af udvalget uden personen"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        "applications.Application", on_delete=models.PROTECT, related_name="recusals"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    origin = models.CharField("hvordan", max_length=10, choices=Origin)
    reason = EncryptedTextField("hvorfor", max_length=TEXT, blank=True, default="")
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField("sat")
    lifted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    lifted_at = models.DateTimeField("ophævet", null=True)
    lifted_reason = EncryptedTextField(
        "hvorfor ophævet", max_length=TEXT, blank=True, default=""
    )

    class Meta:
        ordering = ("set_at",)
        constraints = (
            # One that was lifted may be followed by another.
            models.UniqueConstraint(
                fields=("application", "user"),
                condition=Q(lifted_at__isnull=True),
                name="nobody_is_recused_twice",
            ),
            models.CheckConstraint(
                condition=Q(lifted_at__isnull=True) | Q(lifted_by__isnull=False),
                name="a_recusal_is_lifted_by_somebody",
            ),
        )
        triggers = (
            fixed(
                "who_and_why_is_never_changed",
                "application_id user_id origin reason set_by_id set_at",
            ),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.application.number
