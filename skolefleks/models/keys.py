"""What tells the right encryption keys from wrong ones."""

from __future__ import annotations

from django.db import models

from skolefleks.triggers import append_only


class KeyCanary(models.Model):
    """A known word under each key: a ring that does not open all of them is not this database's."""

    # `key:` and the key's id, or `index` for the key of the blind index.
    name = models.CharField(primary_key=True, max_length=80)
    sealed = models.BinaryField()
    planted_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.name
