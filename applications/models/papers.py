"""The papers of a case: what each is, and under which random name its bytes lie encrypted."""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models

from applications.models.applications import Application
from skolefleks import storage
from skolefleks.encryption import EncryptedTextField

# All but that it leaves its quarantine.
_CHANGED = "NEW.is_waiting OR to_jsonb(OLD.*) - 'is_waiting' <> to_jsonb(NEW.*) - 'is_waiting'"


class Paper(models.Model):
    """One file, as it was stored after its checks.

    Never changed; what was submitted with the application stays.
    """

    class Kind(models.TextChoices):
        PDF = "pdf", "PDF"
        DOCX = "docx", "Word-dokument"
        JPEG = "jpeg", "Billede"
        PNG = "png", "Billede"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="papers"
    )
    # A file's name may hold a child's.
    name = EncryptedTextField("navn", max_length=120)
    kind = models.CharField(max_length=4, choices=Kind)
    # Bytes, before they were encrypted.
    size = models.PositiveIntegerField("størrelse")
    # Keyed: tells that the bytes are those that were laid on, and nothing of what they say.
    digest = models.CharField("kontroltal", max_length=64)
    # Something was taken out of it.
    is_cleaned = models.BooleanField(default=False)
    # In quarantine until the scanner says that it is clean.
    is_waiting = models.BooleanField(default=False)
    # The random name of its encrypted bytes: the file's own name stands in no path.
    stored_as = models.CharField(max_length=32, unique=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("lagt på")

    class Meta:
        ordering = ("uploaded_at", "id")
        indexes = (
            models.Index(fields=("application", "uploaded_at"), name="a_cases_papers"),
        )
        triggers = (
            pgtrigger.Protect(
                name="a_paper_is_never_changed",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(_CHANGED),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.application.number

    @property
    def context(self) -> str:
        """What its bytes are bound to."""
        return f"{self._meta.db_table}.content.{self.pk}"

    @property
    def content(self) -> bytes:
        return storage.fetch(self.stored_as, context=self.context)

    @property
    def is_image(self) -> bool:
        return self.kind in {self.Kind.JPEG, self.Kind.PNG}

    @property
    def is_shown(self) -> bool:
        """Whether it can be looked at without being fetched."""
        return self.kind != self.Kind.DOCX

    @property
    def is_submitted(self) -> bool:
        """Whether the committee has had it: then it stays."""
        # What was laid on since it was sent back has not been sent.
        submitted_at = self.application.submitted_at
        return submitted_at is not None and self.uploaded_at <= submitted_at
