"""The proofs of the books that were made: how far each came, and what it found."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from skolefleks.triggers import never_emptied


class BookProof(models.Model):
    """One proof: of everything, or of what came since the last one.

    `posting` and `position` are the last posting and the last seal of the trail when it began:
    what comes after them is the next proof's. `standings` are the sums at that moment, as
    [year, district, source, allocated, committed, paid, places, days].
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    is_full = models.BooleanField("alt")
    # Nobody where the clock asked, or a run that was paid.
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    started_at = models.DateTimeField("begyndt", auto_now_add=True)
    finished_at = models.DateTimeField("færdig", null=True)
    # Parts that are done, of so many.
    done = models.PositiveSmallIntegerField(default=0)
    total = models.PositiveSmallIntegerField()
    posting = models.BigIntegerField()
    position = models.BigIntegerField()
    standings = models.JSONField(default=list)
    # What was proved: [title, difference], '' where it holds.
    checks = models.JSONField(default=list)
    is_red = models.BooleanField("forskel", default=False)

    class Meta:
        ordering = ("-started_at",)
        indexes = (models.Index(fields=("-started_at",), name="proofs_newest_first"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(done__lte=F("total")),
                name="a_proof_ends_with_its_last_part",
            ),
        )
        triggers = (never_emptied(),)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def differences(self) -> list[str]:
        """What does not hold, in words."""
        return [difference for _, difference in self.checks if difference]
