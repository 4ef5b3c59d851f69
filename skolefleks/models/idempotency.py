"""The keys by which one sending of a form counts once."""

from __future__ import annotations

from django.db import models


class IdempotencyKey(models.Model):
    """One sending of one form: the same key has the same effect once."""

    key = models.UUIDField(primary_key=True)
    user_id = models.BigIntegerField()
    fingerprint = models.BinaryField(max_length=32)
    location = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    def __str__(self) -> str:
        return str(self.key)
