"""What somebody has typed in a form and not sent yet."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from skolefleks.encryption import EncryptedTextField


class Draft(models.Model):
    """One person's unsent texts of one form; nobody else ever reads them."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    # The form's address, and which of the page's forms it is.
    form = models.CharField(max_length=300)
    # JSON: {"text": ["..."]}, as the browser sends the form's fields.
    fields = EncryptedTextField("kladde")
    saved_at = models.DateTimeField(db_index=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=("user", "form"), name="one_draft_a_form"),
        )

    def __str__(self) -> str:
        return self.form
