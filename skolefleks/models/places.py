"""The municipality: its centres, districts and schools."""

from __future__ import annotations

from datetime import date

from django.db import models


class Centre(models.TextChoices):
    """The two centres that own the pool together."""

    SIK = "C-SIK", "Center for Skoler, Institutioner og Kultur"
    BUR = "C-BUR", "Center for Børne- og Ungerådgivning"


class District(models.Model):
    """A school district of the municipality."""

    name = models.CharField("distrikt", max_length=80, unique=True)
    sort_key = models.PositiveSmallIntegerField("rækkefølge")

    class Meta:
        ordering = ("sort_key",)

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    """A school of a district: it applies, and it is paid."""

    name = models.CharField("skole", max_length=80, unique=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="schools"
    )
    # From this day it begins no case; what has begun goes on.
    closes_on = models.DateField("lukker", null=True, blank=True)

    class Meta:
        ordering = ("district__sort_key", "name")

    def __str__(self) -> str:
        return self.name

    def is_open_on(self, day: date) -> bool:
        """Whether the school may begin a case on that day."""
        return self.closes_on is None or day < self.closes_on
