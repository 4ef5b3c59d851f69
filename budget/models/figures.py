"""The figures the pool is held against: day treatment and its targets.

Each with its date and its source.
"""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from skolefleks.models import District
from skolefleks.triggers import append_only

# The row of the table that is no district: placed in care.
IN_CARE = "Anbragt"

# What the trail calls everything about the figures.
FIGURES = "maaltal"

# Characters: three such texts and the figures are one page.
TEXT_OF_A_QUARTER = 450


class DayTreatmentFigure(models.Model):
    """Full-year pupils in day treatment and what they cost, by district and year.

    No district: placed in care (anbragt).
    """

    district = models.ForeignKey(
        District, on_delete=models.PROTECT, null=True, related_name="+"
    )
    year = models.PositiveSmallIntegerField("år")
    full_year_pupils = models.DecimalField(
        "helårspersoner", max_digits=6, decimal_places=1
    )
    # None: not known yet.
    amount = models.IntegerField("udgift", null=True)
    counted_on = models.DateField("opgjort")
    source = models.CharField("kilde", max_length=160)
    is_demo = models.BooleanField("demodata", default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("year", "district"),
                nulls_distinct=False,
                name="one_day_treatment_figure_a_year_and_district",
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.district_id or 'Anbragt'}"

    @property
    def place_name(self) -> str:
        """The district's name, or that of those placed in care."""
        if self.district is None:
            return IN_CARE
        return self.district.name

    @property
    def subject(self) -> str:
        return FIGURES


class DayTreatmentTotal(models.Model):
    """The total as printed in the paper.

    It may differ from the districts' sum by 0.1, since those are rounded.
    """

    year = models.PositiveSmallIntegerField("år", primary_key=True)
    full_year_pupils = models.DecimalField(
        "helårspersoner", max_digits=6, decimal_places=1
    )
    amount = models.DecimalField("beløb", max_digits=12, decimal_places=1)
    source = models.CharField("kilde", max_length=160)

    def __str__(self) -> str:
        return str(self.year)


class DayTreatmentProvider(models.Model):
    """Where pupils in day treatment go: persons, not full-year persons."""

    name = models.CharField("tilbud", max_length=80, unique=True)
    pupils = models.PositiveSmallIntegerField("elever")
    source = models.CharField("kilde", max_length=160)

    class Meta:
        ordering = ("-pupils", "name")

    def __str__(self) -> str:
        return self.name


class Target(models.Model):
    """The level of day treatment to be back at in a year: that of an earlier year."""

    year = models.PositiveSmallIntegerField("år", primary_key=True)
    level_of = models.PositiveSmallIntegerField("niveau fra")
    source = models.CharField("kilde", max_length=160)

    def __str__(self) -> str:
        return f"{self.year}: niveau {self.level_of}"

    @property
    def subject(self) -> str:
        return FIGURES


class FigureImport(models.Model):
    """Figures that were looked through and confirmed together: a file, or one typed in.

    What they were is in the trail.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField("fil", max_length=120, blank=True)
    new = models.PositiveSmallIntegerField("nye")
    changed = models.PositiveSmallIntegerField("ændrede")
    unchanged = models.PositiveSmallIntegerField("uændrede")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("indlæst", auto_now_add=True)

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return FIGURES


class QuarterlyText(models.Model):
    """What the centre chiefs write to a quarter's follow-up.

    One row a version, none ever changed.
    """

    year = models.PositiveSmallIntegerField("år")
    quarter = models.PositiveSmallIntegerField("kvartal")
    version = models.PositiveSmallIntegerField()
    situation = models.CharField(
        "Sådan går det", max_length=TEXT_OF_A_QUARTER, blank=True
    )
    reasons = models.CharField("Hvorfor", max_length=TEXT_OF_A_QUARTER, blank=True)
    next_steps = models.CharField(
        "Det gør vi nu", max_length=TEXT_OF_A_QUARTER, blank=True
    )
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("skrevet", auto_now_add=True)

    class Meta:
        ordering = ("-version",)
        constraints = (
            models.UniqueConstraint(
                fields=("year", "quarter", "version"),
                name="one_text_a_quarter_and_version",
            ),
            models.CheckConstraint(
                condition=Q(quarter__gte=1, quarter__lte=4),
                name="a_year_has_four_quarters",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return self.subject

    @property
    def subject(self) -> str:
        return f"kvartal {self.year}-{self.quarter}"
