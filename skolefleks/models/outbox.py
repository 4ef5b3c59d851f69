"""The messages that are delivered after commit."""

from __future__ import annotations

import uuid
from typing import Any

from django.db import models
from django.db.models import Q


class OutboxMessages(models.QuerySet["OutboxMessage"]):
    def waiting(self) -> OutboxMessages:
        return self.filter(done_at__isnull=True, given_up_at__isnull=True)

    def given_up(self) -> OutboxMessages:
        return self.filter(done_at__isnull=True, given_up_at__isnull=False)


class OutboxMessage(models.Model):
    """A thing to do after commit. This table is the truth; Celery only says when to look."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    topic = models.CharField(max_length=60)
    payload: models.JSONField[dict[str, Any]] = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    attempts = models.PositiveSmallIntegerField(default=0)
    done_at = models.DateTimeField(null=True)
    # Mail alone is ever given up; an administrator may have it tried again.
    given_up_at = models.DateTimeField(null=True)
    # What kind of failure the last one was: never what a server wrote, which may
    # name a person.
    error = models.CharField(max_length=80, blank=True)

    objects = OutboxMessages.as_manager()

    class Meta:
        indexes = (
            models.Index(
                fields=("due_at",),
                condition=Q(done_at__isnull=True),
                name="outbox_waiting",
            ),
        )

    def __str__(self) -> str:
        return self.topic
