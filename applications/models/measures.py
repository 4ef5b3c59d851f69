"""What was tried, and what is planned: for all pupils of the application, or for one of them."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

from django.db import models

from applications.models.applications import Application
from applications.models.pupils import PupilCase
from skolefleks.encryption import EncryptedTextField
from skolefleks.textfields import LINE, TEXT


class TriedMeasure(models.Model):
    """What was tried before, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="tried_measures"
    )
    position = models.PositiveSmallIntegerField(default=0)
    # None: all the pupils.
    pupil = models.ForeignKey(
        PupilCase,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="gælder",
    )
    what = EncryptedTextField("tiltag", max_length=TEXT)
    started_on = models.DateField("fra", null=True, blank=True)
    ended_on = models.DateField("til", null=True, blank=True)
    # Hours of 60 minutes.
    hours_per_week = models.DecimalField(
        "timer om ugen", max_digits=4, decimal_places=1, null=True, blank=True
    )
    is_support = models.BooleanField(
        "støtte ved siden af elevens støttetimer", default=False
    )
    outcome = EncryptedTextField(
        "hvad kom der ud af det", max_length=TEXT, blank=True, default=""
    )

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return str(self.pk)

    def supports_on(self, day: date) -> Decimal:
        """Hours a week of support on `day` that are not counted at a pupil; 0 for anything else."""
        # Without days it is taken to run: the hours are there to be counted.
        has_begun = self.started_on is None or self.started_on <= day
        has_ended = self.ended_on is not None and self.ended_on < day
        if not self.is_support or not has_begun or has_ended:
            return Decimal(0)
        return self.hours_per_week or Decimal(0)

    @property
    def is_complete(self) -> bool:
        """Whether it says what was tried and what came of it."""
        return bool(self.what and self.outcome)


class PlannedMeasure(models.Model):
    """What the money is to pay for, and how one will know that it worked."""

    class Kind(models.TextChoices):
        DIFFERENTIATED_TEACHING = (
            "differentiated_teaching",
            "Særlig intensiv undervisningsdifferentiering",
        )
        SCHOOL_AND_LEISURE = (
            "school_and_leisure",
            "Særlige tiltag på tværs af skole og fritid",
        )
        RESOURCE_PERSON = "resource_person", "Ressourceperson til elev og personale"
        CROSS_PROFESSIONAL = (
            "cross_professional",
            "Flere faggrupper i samarbejde om eleven",
        )
        OUTDOOR_SCHOOL = "outdoor_school", "Udeskole for udvalgte elever"
        OTHER = "other", "Andet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="planned_measures"
    )
    position = models.PositiveSmallIntegerField(default=0)
    # None: all the pupils.
    pupil = models.ForeignKey(
        PupilCase,
        on_delete=models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name="gælder",
    )
    kind = models.CharField("slags", max_length=24, choices=Kind)
    what = EncryptedTextField("hvad skal der ske", max_length=TEXT)
    who = EncryptedTextField("hvem gør det", max_length=LINE, blank=True, default="")
    starts_on = models.DateField("fra", null=True, blank=True)
    ends_on = models.DateField("til", null=True, blank=True)
    # Whole DKK in all.
    cost = models.PositiveIntegerField(
        "hvad det koster", null=True, blank=True
    )  # whole DKK in all
    expected_effect = EncryptedTextField(
        "forventet effekt", max_length=TEXT, blank=True, default=""
    )
    how_known = EncryptedTextField(
        "hvordan kan man se det", max_length=TEXT, blank=True, default=""
    )

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_complete(self) -> bool:
        """Whether it says what is to happen, what it should lead to, and how one will know."""
        return bool(
            self.kind and self.what and self.expected_effect and self.how_known
        )
