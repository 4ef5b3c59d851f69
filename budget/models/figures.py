"""The figures the pool is held against: day treatment and its targets, each with its date and its source."""

from __future__ import annotations

from django.db import models

from skolefleks.models import District


class DayTreatmentFigure(models.Model):
    """Full-year pupils in day treatment and what they cost, by district and year. No district: placed in care (anbragt)."""

    district = models.ForeignKey(District, on_delete=models.PROTECT, null=True, related_name="+")
    year = models.PositiveSmallIntegerField("år")
    full_year_pupils = models.DecimalField("helårspersoner", max_digits=6, decimal_places=1)
    amount = models.IntegerField("beløb")
    counted_on = models.DateField("opgjort")
    source = models.CharField("kilde", max_length=160)
    is_demo = models.BooleanField("demodata", default=False)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("year", "district"), nulls_distinct=False, name="one_day_treatment_figure_a_year_and_district"
            ),
        )

    def __str__(self) -> str:
        return f"{self.year} {self.district_id or 'Anbragt'}"


class DayTreatmentTotal(models.Model):
    """The total as printed in the paper; it may differ from the districts' sum by 0.1, since those are rounded."""

    year = models.PositiveSmallIntegerField("år", primary_key=True)
    full_year_pupils = models.DecimalField("helårspersoner", max_digits=6, decimal_places=1)
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
