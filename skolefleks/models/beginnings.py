"""The link by which the first administrator of an empty site comes in, once."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class FirstLink(models.Model):
    """A link to one address: the link itself is kept nowhere, its keyed digest alone."""

    digest = models.CharField(max_length=64, unique=True)
    email = models.EmailField()
    name = models.CharField(max_length=120)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(expires_at__gt=F("made_at")),
                name="a_first_link_lives_for_a_while",
            ),
        )

    def __str__(self) -> str:
        return self.email
