"""The papers of a case: what each is, and under which random name its bytes lie encrypted."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models

from applications.lifecycle import PAPER_LIFECYCLE, PaperStatus
from applications.models.applications import Application
from skolefleks import storage
from skolefleks.encryption import EncryptedTextField

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine

# Once it is examined nothing of it changes; the pictures of its pages may be made
# later.
_CHANGED = (
    "OLD.status <> 'waiting' AND "
    "to_jsonb(OLD.*) - '{pages,drawn}'::text[] <> to_jsonb(NEW.*) - '{pages,drawn}'::text[]"
)


class Paper(models.Model):
    """One file: first as it was sent, in quarantine, and then as it was kept or why it was not.

    Never changed once it is examined; what was submitted with the application stays.
    """

    LIFECYCLE: ClassVar[StateMachine] = PAPER_LIFECYCLE

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
    # Keyed: tells that the bytes are those that were laid on, and nothing of what
    # they say.
    digest = models.CharField("kontroltal", max_length=64)
    # Something was taken out of it.
    is_cleaned = models.BooleanField(default=False)
    status = models.CharField(
        max_length=7, choices=PaperStatus, default=PaperStatus.WAITING
    )
    # What its examination says to the school, a line each: the names of files
    # inside it may tell.
    remarks = EncryptedTextField("bemærkninger", blank=True, null=True)
    # How many, and of how many there are pictures; None until they are drawn.
    pages = models.PositiveIntegerField("sider", null=True)
    drawn = models.PositiveSmallIntegerField("tegnede sider", null=True)
    # The random name of its encrypted bytes: the file's own name stands in no path.
    stored_as = models.CharField(max_length=32, unique=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("vedlagt")

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
        return self.is_image or bool(self.drawn)

    @property
    def is_waiting(self) -> bool:
        return self.status == PaperStatus.WAITING

    @property
    def is_ready(self) -> bool:
        return self.status == PaperStatus.READY

    @property
    def remark_lines(self) -> list[str]:
        """What its examination says: what was taken out, or why it was refused."""
        return (self.remarks or "").splitlines()

    @property
    def lies_at(self) -> Application:
        return self.application

    @property
    def is_submitted(self) -> bool:
        """Whether the committee has had it: then it stays."""
        # What was laid on since it was sent back has not been sent.
        submitted_at = self.application.handed_in_at
        is_sent = submitted_at is not None and self.uploaded_at <= submitted_at
        return self.is_ready and is_sent


class PaperPage(models.Model):
    """A page as a picture: made once, so that nobody opens the file to look or print."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    paper = models.ForeignKey(
        Paper, on_delete=models.CASCADE, related_name="page_pictures"
    )
    # The first is 1.
    number = models.PositiveSmallIntegerField()
    stored_as = models.CharField(max_length=32, unique=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("paper", "number"), name="a_page_is_drawn_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def context(self) -> str:
        """What its bytes are bound to."""
        return f"{self._meta.db_table}.content.{self.pk}"

    @property
    def content(self) -> bytes:
        return storage.fetch(self.stored_as, context=self.context)
