"""The conditions (vilkår) of a grant, as items that somebody sees to."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import TEXT
from skolefleks.encryption import EncryptedTextField
from visitation.models.efforts import Effort


class EffortCondition(models.Model):
    """One condition (vilkår) of a grant: whose it is, by when, and whether it is met."""

    class Owner(models.TextChoices):
        SCHOOL = "school", "Skolen"
        PPR = "ppr", "PPR"
        CASEWORKER = "caseworker", "Sagsbehandleren"
        COMMITTEE = "committee", "Kvalitetsudvalget"

    class State(models.TextChoices):
        OPEN = "open", "Ikke afklaret"
        MET = "met", "Opfyldt"
        NOT_MET = "not_met", "Ikke opfyldt"
        DROPPED = "dropped", "Bortfaldet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="conditions"
    )
    grant = models.ForeignKey(
        "visitation.Grant", on_delete=models.PROTECT, related_name="+"
    )
    position = models.PositiveSmallIntegerField(default=0)
    text = EncryptedTextField("vilkår", max_length=TEXT)
    owner = models.CharField(
        "hvem", max_length=12, choices=Owner, default=Owner.SCHOOL
    )
    due_on = models.DateField("senest", null=True)
    state = models.CharField(max_length=8, choices=State, default=State.OPEN)
    note = EncryptedTextField("bemærkning", max_length=TEXT, blank=True, default="")
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    settled_at = models.DateTimeField("afklaret", null=True)

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(state__in=("open", "dropped"))
                | Q(settled_by__isnull=False, settled_at__isnull=False),
                name="a_condition_is_settled_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.get_state_display()

    @property
    def subject(self) -> str:
        return self.effort.subject
