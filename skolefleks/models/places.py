"""People, places and roles; the audit trail, the access log, the outbox. Knows nothing of pupils, cases or money."""

from __future__ import annotations

from django.db import models


class Centre(models.TextChoices):
    SIK = "C-SIK", "Center for Skoler, Institutioner og Kultur"
    BUR = "C-BUR", "Center for Børne- og Ungerådgivning"


class District(models.Model):
    name = models.CharField("distrikt", max_length=80, unique=True)
    sort_key = models.PositiveSmallIntegerField("rækkefølge")

    class Meta:
        ordering = ("sort_key",)

    def __str__(self) -> str:
        return self.name


class School(models.Model):
    name = models.CharField("skole", max_length=80, unique=True)
    district = models.ForeignKey(
        District, on_delete=models.PROTECT, related_name="schools"
    )

    class Meta:
        ordering = ("district__sort_key",)

    def __str__(self) -> str:
        return self.name
