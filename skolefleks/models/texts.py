"""What people wrote instead of a text of the system: each version a row, never changed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from skolefleks.models.people import User
from skolefleks.models.settings import REASON
from skolefleks.triggers import fixed, never_emptied

if TYPE_CHECKING:
    from datetime import date

# Characters of one text.
WORDS = 3_000


class TextVersionQuerySet(models.QuerySet["TextVersion"]):
    def standing(self) -> Self:
        """Those that hold from their day on: nobody took them back."""
        return self.filter(withdrawn_on=None)


class TextVersion(models.Model):
    """One text as it reads from a day on, with its reason and who wrote it.

    What speaks of the law is signed by another person. Until then it is used
    as a draft.
    """

    key = models.CharField("tekst", max_length=60)
    # Counted for each text: of two who write it at once the second is refused.
    number = models.PositiveIntegerField()
    text = models.TextField("ordlyd", max_length=WORDS, blank=True)
    starts_on = models.DateField("gælder fra")
    reason = models.CharField("begrundelse", max_length=REASON)
    written_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    written_at = models.DateTimeField("skrevet")
    # Whether it speaks of the law, and so waits for a signature.
    takes_two = models.BooleanField()
    signed_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    signed_at = models.DateTimeField("underskrevet", null=True)
    withdrawn_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    withdrawn_on = models.DateField("taget tilbage", null=True)

    objects = TextVersionQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="a_written_text_gives_a_reason"
            ),
            models.UniqueConstraint(
                fields=("key", "number"),
                name="a_text_is_written_one_version_after_the_other",
            ),
            # Four eyes, in the database too.
            models.CheckConstraint(
                condition=Q(signed_by=None)
                | Q(takes_two=True) & ~Q(signed_by=F("written_by")),
                name="nobody_signs_the_text_they_wrote",
            ),
            models.CheckConstraint(
                condition=Q(signed_by=None, signed_at=None)
                | Q(signed_by__isnull=False, signed_at__isnull=False),
                name="a_signed_text_says_by_whom_and_when",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_by=None, withdrawn_on=None)
                | Q(withdrawn_by__isnull=False, withdrawn_on__lt=F("starts_on")),
                name="a_text_that_has_begun_is_not_taken_back",
            ),
        )
        triggers = (
            fixed(
                "its_words_are_never_changed",
                "key number text starts_on reason takes_two written_by_id written_at",
            ),
            pgtrigger.Protect(
                name="is_signed_once",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(
                    "OLD.signed_at IS NOT NULL"
                    " AND (OLD.signed_by_id, OLD.signed_at)"
                    " IS DISTINCT FROM (NEW.signed_by_id, NEW.signed_at)"
                ),
            ),
            pgtrigger.Protect(
                name="taken_back_it_stays_as_it_was",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__withdrawn_on=None),
            ),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            never_emptied(),
        )

    def __str__(self) -> str:
        return f"{self.key} {self.number}"

    @property
    def waits_for_signature(self) -> bool:
        return self.takes_two and self.signed_at is None and self.withdrawn_on is None

    def has_begun(self, day: date) -> bool:
        """Whether it holds on `day`, or a later version has taken over."""
        return self.withdrawn_on is None and self.starts_on <= day
