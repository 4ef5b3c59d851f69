"""The half-yearly review of rights: a line a role, each signed by an administrator."""

from __future__ import annotations

import pgtrigger
from django.db import models
from django.db.models import Q

from skolefleks.models.people import Membership, User
from skolefleks.triggers import fixed


class Review(models.Model):
    """One review of all roles that were held when it began."""

    begun_at = models.DateTimeField("begyndt")
    begun_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    finished_at = models.DateTimeField("færdig", null=True)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.UniqueConstraint(
                fields=("finished_at",),
                nulls_distinct=False,
                name="one_review_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class ReviewLine(models.Model):
    """One role, and what was said of it: signed once, and never changed."""

    class Verdict(models.TextChoices):
        KEPT = "kept", "Beholdt"
        ENDED = "ended", "Afsluttet"
        GONE = "gone", "Var allerede slut"

    review = models.ForeignKey(Review, on_delete=models.PROTECT, related_name="lines")
    membership = models.ForeignKey(
        Membership, on_delete=models.PROTECT, related_name="+"
    )
    verdict = models.CharField(max_length=5, choices=Verdict, blank=True)
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField("underskrevet", null=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("review", "membership"), name="a_role_is_reviewed_once"
            ),
            models.CheckConstraint(
                condition=Q(verdict="", signed_by=None, signed_at=None)
                | ~Q(verdict="") & Q(signed_by__isnull=False, signed_at__isnull=False),
                name="a_verdict_is_signed",
            ),
        )
        triggers = (
            fixed("its_role_stands", "review_id membership_id"),
            pgtrigger.Protect(
                name="is_signed_once",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=~pgtrigger.Q(old__verdict=""),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)
