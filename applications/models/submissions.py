"""What was handed in, as it stood: one sealed copy each time."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pgtrigger
from django.conf import settings
from django.db import models

from skolefleks.encryption import EncryptedTextField


class Submission(models.Model):
    """The application as it was submitted for the `number`th time.

    Never changed: the committee reads this.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        "applications.Application",
        on_delete=models.PROTECT,
        related_name="submissions",
    )
    number = models.PositiveSmallIntegerField()
    at = models.DateTimeField("indsendt")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # The blocks as JSON: see `fields.blocks.Block`.
    content = EncryptedTextField("indhold")

    class Meta:
        ordering = ("number",)
        constraints = (
            models.UniqueConstraint(
                fields=("application", "number"),
                name="each_submission_has_its_number",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="what_was_submitted_stays", operation=pgtrigger.Update
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id}: {self.number}"

    @property
    def blocks(self) -> list[dict[str, Any]]:
        """The parts of the application, as `fields.blocks` wrote them."""
        return list(json.loads(self.content))


class SubmissionChanges(models.Model):
    """What a submission changed in the one before: compared once, after it was submitted."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    submission = models.OneToOneField(
        Submission, on_delete=models.PROTECT, related_name="changes"
    )
    # The parts as JSON: see `fields.blocks.Part`.
    content = EncryptedTextField("forskelle")

    class Meta:
        triggers = (
            pgtrigger.Protect(
                name="what_was_compared_stays", operation=pgtrigger.Update
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
