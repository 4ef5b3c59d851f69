"""What people changed of the municipality's settings: each change a row, never changed again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Self

import pgtrigger
from django.db import models
from django.db.models import F, Q

from skolefleks.models.people import User
from skolefleks.triggers import append_only, fixed, never_emptied

if TYPE_CHECKING:
    from datetime import date

# Characters.
REASON = 500


class SettingChangeQuerySet(models.QuerySet["SettingChange"]):
    def in_force(self) -> Self:
        """Those that hold from their day on: nobody's second word is missing."""
        return self.filter(holds_from__isnull=False)

    def waiting(self) -> Self:
        """Those that a second person has not answered."""
        return self.filter(holds_from=None, answer="")


class SettingChange(models.Model):
    """A new value of one setting from a day on, with its reason and who changed it.

    What takes two people holds when the second agrees, and never for days before that.
    """

    class Answer(models.TextChoices):
        AGREED = "agreed", "Godkendt"
        REFUSED = "refused", "Afvist"
        WITHDRAWN = "withdrawn", "Trukket tilbage"

    name = models.CharField("indstilling", max_length=40)
    # Counted for each setting: of two who change it at once the second is refused.
    number = models.PositiveIntegerField()
    value = models.JSONField("værdi")
    starts_on = models.DateField("fra")
    reason = models.CharField("begrundelse", max_length=REASON)
    takes_two = models.BooleanField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField("foreslået")
    # Nothing while a second person's word is missing, and where it was no.
    holds_from = models.DateField("gælder fra", null=True)
    answer = models.CharField("svar", max_length=9, choices=Answer, blank=True)
    answered_by = models.ForeignKey(
        User, on_delete=models.PROTECT, null=True, related_name="+"
    )
    answered_at = models.DateTimeField("besvaret", null=True)
    answer_reason = models.CharField(
        "begrundelse for svar", max_length=REASON, blank=True
    )

    objects = SettingChangeQuerySet.as_manager()

    class Meta:
        ordering = ("-pk",)
        constraints = (
            models.CheckConstraint(
                condition=~Q(reason=""), name="a_changed_setting_gives_a_reason"
            ),
            models.UniqueConstraint(
                fields=("name", "number"),
                name="a_setting_is_changed_one_after_the_other",
            ),
            models.UniqueConstraint(
                fields=("name",),
                condition=Q(holds_from=None, answer=""),
                name="one_change_of_a_setting_waits",
            ),
            models.CheckConstraint(
                condition=Q(answer="", answered_by=None, answered_at=None)
                | ~Q(answer="")
                & Q(answered_by__isnull=False, answered_at__isnull=False),
                name="an_answer_to_a_setting_is_somebodys",
            ),
            # Four eyes, in the database too.
            models.CheckConstraint(
                condition=Q(takes_two=False)
                | Q(holds_from=None)
                | Q(answer="agreed") & ~Q(answered_by=F("made_by")),
                name="two_people_change_what_takes_two",
            ),
            models.CheckConstraint(
                condition=Q(holds_from=None) | Q(holds_from__gte=F("starts_on")),
                name="a_setting_holds_from_its_day_at_the_earliest",
            ),
        )
        triggers = (
            fixed(
                "its_terms_are_never_changed",
                "name number value starts_on reason takes_two made_by_id made_at",
            ),
            pgtrigger.Protect(
                name="is_answered_once",
                operation=pgtrigger.Update,
                condition=~pgtrigger.Q(old__answer=""),
            ),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            never_emptied(),
        )

    def __str__(self) -> str:
        return self.name

    @property
    def is_waiting(self) -> bool:
        return self.holds_from is None and not self.answer

    def is_to_come(self, day: date) -> bool:
        """Whether it holds from a later day than `day`."""
        return self.holds_from is not None and self.holds_from > day


class Logo(models.Model):
    """A picture of the municipality, drawn anew by us; the profile says which one is shown."""

    sha256 = models.CharField(max_length=64, unique=True)
    content = models.BinaryField()
    made_by = models.ForeignKey(User, on_delete=models.PROTECT, related_name="+")
    made_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return self.sha256
