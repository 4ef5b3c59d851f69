"""What a case is in law, said by a named person, and the hearing that some kinds need."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from applications.models import LINE, TEXT, Application
from skolefleks.encryption import EncryptedTextField
from skolefleks.triggers import append_only


class Classification(models.Model):
    """What the committee's answer in a case is in law.

    The newest counts; where there is none, the municipality's setting does.
    """

    class Kind(models.TextChoices):
        INTERNAL = "internal", "Intern fordeling af midler"
        DECISION = "decision", "Afgørelse over for eleven"
        COMPLAINT = "complaint", "Afgørelse i en klage"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+"
    )
    kind = models.CharField("retlig karakter", max_length=10, choices=Kind)
    reason = EncryptedTextField("begrundelse", max_length=TEXT)
    set_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    set_at = models.DateTimeField("fastsat")

    class Meta:
        ordering = ("set_at",)
        indexes = (
            models.Index(
                fields=("application", "-set_at"),
                name="a_cases_classifications",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return self.get_kind_display()

    @property
    def subject(self) -> str:
        return self.application.number


class Hearing(models.Model):
    """The party was heard (partshøring): what was sent to whom, until when, and the answer."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+"
    )
    # A name, or who it is to the pupil: so it is encrypted as the texts are.
    heard = EncryptedTextField("hvem er hørt", max_length=LINE)
    sent_on = models.DateField("sendt")
    deadline_on = models.DateField("svarfrist")
    answered_on = models.DateField("svar modtaget", null=True, blank=True)
    answer = EncryptedTextField("svaret", max_length=TEXT, blank=True, default="")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField()

    class Meta:
        ordering = ("sent_on", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(deadline_on__gte=F("sent_on")),
                name="a_hearing_gives_time",
            ),
            models.CheckConstraint(
                condition=Q(answered_on__isnull=True)
                | Q(answered_on__gte=F("sent_on")),
                name="an_answer_comes_after_the_question",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.application.number
