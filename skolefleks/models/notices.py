"""What a person is told on their own page of notices, and perhaps by mail."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from skolefleks.models.people import User


class Notice(models.Model):
    """A case number, a link and a fixed sentence: never what the case is about."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="notices")
    topic = models.CharField(max_length=60)
    subject = models.CharField("sag", max_length=40)
    text = models.CharField("besked", max_length=200)
    path = models.CharField(max_length=200)
    must_act = models.BooleanField("kræver handling", default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    read_at = models.DateTimeField("læst", null=True)
    mailed_at = models.DateTimeField("sendt som mail", null=True)

    class Meta:
        indexes = (
            models.Index(fields=("user", "-id"), name="ones_notices"),
            models.Index(
                fields=("user",),
                condition=Q(read_at__isnull=True),
                name="ones_unread_notices",
            ),
            models.Index(fields=("subject", "topic"), name="notices_by_subject"),
        )

    def __str__(self) -> str:
        return f"{self.topic} {self.subject}"
