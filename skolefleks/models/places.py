"""The municipality: its centres, districts and schools."""

from __future__ import annotations

from datetime import date

import pgtrigger
from django.core.validators import RegexValidator
from django.db import models
from django.db.models import F, Q

from skolefleks.triggers import never_emptied

# Characters of a centre's short name: the column of all that names a centre.
KEY = 8

centre_key = RegexValidator(
    r"\A[A-ZÆØÅ0-9]+(-[A-ZÆØÅ0-9]+)*\Z",
    "Store bogstaver, tal og bindestreg, for eksempel C-ABC.",
)


class CentreQuerySet(models.QuerySet["Centre"]):
    def open(self) -> CentreQuerySet:
        """Those that nobody has closed."""
        return self.filter(closed_on__isnull=True)


class Centre(models.Model):
    """A centre of the municipality: its chief answers for the money that it owns.

    Roles, signatures and postings name it by its key, for ever; its name may change.
    """

    key = models.CharField(
        "kort navn", max_length=KEY, primary_key=True, validators=[centre_key]
    )
    name = models.CharField("navn", max_length=80, unique=True)
    sort_key = models.PositiveSmallIntegerField("rækkefølge")
    # None of a centre that is older than this table.
    opened_on = models.DateField("oprettet", null=True, blank=True)
    closed_on = models.DateField("lukket", null=True, blank=True)

    objects = CentreQuerySet.as_manager()

    class Meta:
        ordering = ("sort_key", "key")
        triggers = (
            pgtrigger.ReadOnly(name="keeps_its_key", fields=("key",)),
            pgtrigger.Protect(name="is_never_deleted", operation=pgtrigger.Delete),
            never_emptied(),
        )

    def __str__(self) -> str:
        return self.key


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
