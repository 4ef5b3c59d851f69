"""The municipality: its centres, districts and schools."""

from __future__ import annotations

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
    """A district school: it applies, and it is paid."""

    name = models.CharField("skole", max_length=80, unique=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="schools"
    )

    class Meta:
        ordering = ("district__sort_key",)

    def __str__(self) -> str:
        return self.name
