"""What one of the committee reads before one meeting, as one PDF."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from skolefleks.encryption import key_ring
from visitation.models.meetings import Meeting


class MeetingPack(models.Model):
    """The cases of one meeting for one person; made by a task, and removed after it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="packs"
    )
    made_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    with_papers = models.BooleanField("med bilag")
    asked_at = models.DateTimeField("bestilt")
    # How many points of the agenda are read, of how many.
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField()
    made_at = models.DateTimeField("lavet", null=True)
    # Of each point, when what it is made of was last changed: ids, times and counts.
    marks = models.JSONField(default=list)
    # Bytes, before they were encrypted.
    size = models.PositiveIntegerField("størrelse", default=0)
    sealed_pdf = models.BinaryField(null=True)

    class Meta:
        ordering = ("asked_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "made_for"),
                name="each_has_one_pack_of_a_meeting",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def context(self) -> str:
        """What the encryption binds the bytes to."""
        return f"{self._meta.db_table}.sealed_pdf.{self.pk}"

    @property
    def content(self) -> bytes | None:
        """The PDF, None until it is made."""
        if self.sealed_pdf is None:
            return None
        return key_ring().open_bytes(bytes(self.sealed_pdf), self.context)
