"""The municipality: its centres, districts and schools."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q


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
    # The school that took over its cases, its people and what it is to be paid.
    merged_into = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, blank=True, related_name="+"
    )

    class Meta:
        ordering = ("district__sort_key", "name")
        constraints = (
            models.CheckConstraint(
                condition=Q(merged_into=None) | ~Q(merged_into=F("id")),
                name="a_school_is_merged_into_another",
            ),
            models.CheckConstraint(
                condition=Q(merged_into=None) | Q(closes_on__isnull=False),
                name="a_merged_school_is_closed",
            ),
        )

    def __str__(self) -> str:
        return self.name

    def is_open_on(self, day: date) -> bool:
        """Whether the school may begin a case on that day."""
        return self.closes_on is None or day < self.closes_on
