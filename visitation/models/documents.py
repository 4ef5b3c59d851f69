"""Letters and minutes, kept exactly as released, and the journal that says so."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import Application
from skolefleks.encryption import EncryptedTextField, key_ring
from skolefleks.triggers import append_only, fixed, never_emptied
from visitation.models.decisions import Decision
from visitation.models.meetings import Meeting


class Document(models.Model):
    """One finished paper.

    What it says (`source`) is stored with the act that it tells of. The PDF is made of that
    afterwards, once. Neither is ever changed.
    """

    class Kind(models.TextChoices):
        LETTER = "letter", "Afgørelsesbrev til skolen"
        PARENTS = "parents", "Tekst til forældrene"
        MINUTES = "minutes", "Mødereferat"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=8, choices=Kind)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="+"
    )
    decision = models.ForeignKey(
        Decision,
        on_delete=models.PROTECT,
        null=True,
        related_name="documents",
    )
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        related_name="documents",
    )
    # JSON, as the template reads it.
    source = EncryptedTextField()
    # Keyed, as all digests of what people wrote.
    source_digest = models.CharField(max_length=64)
    template = models.CharField(max_length=40)
    # The template's version: the hash of its text as it was then.
    template_sha256 = models.CharField(max_length=64)
    # Nobody has signed the text of the law in it.
    is_draft = models.BooleanField("udkast", default=False)
    recipient = models.CharField("modtager", max_length=120)
    channel = models.CharField("sendt gennem", max_length=40)
    made_at = models.DateTimeField()
    # Encrypted with the same keys as the texts; None until it is made.
    sealed_pdf = models.BinaryField(null=True)
    pdf_digest = models.CharField(max_length=64, blank=True)
    handed_over_at = models.DateTimeField("afleveret", null=True)

    # By `letters.queries.letters_of`: the newest line of who gave it on.
    giving: GivenText | None = None

    class Meta:
        ordering = ("made_at", "id")
        indexes = (
            models.Index(fields=("application", "made_at"), name="a_cases_documents"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(
                    kind="minutes",
                    meeting__isnull=False,
                    application__isnull=True,
                )
                | ~Q(kind="minutes")
                & Q(application__isnull=False, decision__isnull=False),
                name="a_document_is_about_a_decision_or_a_meeting",
            ),
        )
        triggers = (
            fixed(
                "what_it_says_is_never_changed",
                "kind application_id decision_id meeting_id source source_digest"
                " template template_sha256 is_draft recipient channel made_at",
            ),
            pgtrigger.Protect(
                name="its_pdf_is_made_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.pdf_digest <> ''"
                    " AND (OLD.sealed_pdf, OLD.pdf_digest)"
                    " IS DISTINCT FROM (NEW.sealed_pdf, NEW.pdf_digest)"
                ),
            ),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            never_emptied(),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.application.number if self.application else ""

    @property
    def template_data(self) -> dict[str, Any]:
        """What the template reads: `source` as values."""
        return dict(json.loads(self.source))

    @property
    def content(self) -> bytes | None:
        """The PDF, None until it is made."""
        if self.sealed_pdf is None:
            return None
        return key_ring().open_bytes(bytes(self.sealed_pdf), self.context)

    @property
    def context(self) -> str:
        """What the encryption binds the PDF's bytes to, so that no row can hold another's."""
        return f"{self._meta.db_table}.sealed_pdf.{self.pk}"

    @property
    def source_context(self) -> str:
        """What the digest of `source` is bound to."""
        return f"{self._meta.db_table}.source.{self.pk}"

    @property
    def is_intact(self) -> bool:
        """Whether the PDF is the one that was made, byte for byte."""
        content = self.content
        if content is None:
            return False
        return key_ring().digest(content, self.context) == self.pdf_digest


class JournalEntry(models.Model):
    """A line of the case's journal (notat- og journalpligt).

    It is written in the transaction of what it tells of.
    """

    class What(models.TextChoices):
        DECIDED = "decided", "Afgørelse truffet"
        RELEASED = "released", "Afgørelse frigivet"
        DOCUMENT = "document", "Dokument dannet"
        HANDED_OVER = "handed_over", "Dokument afleveret"
        CLASSIFIED = "classified", "Retlig karakter fastsat"
        HEARD = "heard", "Partshøring"

    what = models.CharField(max_length=12, choices=What)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, null=True, related_name="+"
    )
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="+"
    )
    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, null=True, related_name="+"
    )
    # None: SkoleFleks itself, after the act.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=("application", "id"), name="a_cases_journal"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.what} {self.at}"


class GivenText(models.Model):
    """That the parents were given their text. A wrong line is followed by a right one."""

    document = models.ForeignKey(
        Document, on_delete=models.PROTECT, related_name="givings"
    )
    given_on = models.DateField("givet den")
    noted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    noted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("id",)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.document_id} {self.given_on}"
