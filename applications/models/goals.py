"""What should be different for a pupil: goals that a later follow-up measures against."""

from __future__ import annotations

import uuid
from decimal import Decimal

from django.db import models

from applications.models.pupils import PupilCase
from skolefleks.danish import decimal
from skolefleks.encryption import EncryptedTextField
from skolefleks.textfields import LINE, TEXT


class Goal(models.Model):
    """One pupil's way from a baseline to a target, by a day, measured in one way."""

    class Kind(models.TextChoices):
        SCALE = "scale", "Skala fra 1 til 10"
        ATTENDANCE = "attendance", "Fremmøde i procent"
        OWN = "own", "Noget andet, der kan tælles"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pupil_case = models.ForeignKey(
        PupilCase, on_delete=models.CASCADE, related_name="goals"
    )
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField("målt som", max_length=10, choices=Kind, blank=True)
    what = EncryptedTextField(
        "hvad skal være anderledes", max_length=TEXT, blank=True, default=""
    )
    low_anchor = EncryptedTextField(
        "1 betyder", max_length=LINE, blank=True, default=""
    )
    high_anchor = EncryptedTextField(
        "10 betyder", max_length=LINE, blank=True, default=""
    )
    unit = EncryptedTextField(
        "det, der tælles", max_length=LINE, blank=True, default=""
    )
    # On the scale, in percent, or in units: by `kind`.
    baseline = models.DecimalField(
        "nu", max_digits=6, decimal_places=1, null=True, blank=True
    )
    target = models.DecimalField(
        "mål", max_digits=6, decimal_places=1, null=True, blank=True
    )
    due_on = models.DateField("skal være nået den", null=True, blank=True)
    how_measured = EncryptedTextField(
        "hvordan måles det", max_length=TEXT, blank=True, default=""
    )

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_complete(self) -> bool:
        """Whether a later reader can tell if it came.

        That takes what, from where to where, by when, and measured how.
        """
        has_way = self.baseline is not None and self.target is not None
        has_texts = bool(self.kind and self.what and self.how_measured)
        return (
            has_texts
            and has_way
            and bool(self.due_on)
            and self._says_what_figures_mean
        )

    @property
    def _says_what_figures_mean(self) -> bool:
        if self.kind == self.Kind.SCALE:
            return bool(self.low_anchor and self.high_anchor)
        if self.kind == self.Kind.OWN:
            return bool(self.unit)
        return True

    @property
    def way(self) -> str:
        """`fra 3 til 6 på en skala fra 1 til 10`."""
        unit = self.unit
        if self.kind == self.Kind.SCALE:
            unit = "på en skala fra 1 til 10"
        elif self.kind == self.Kind.ATTENDANCE:
            unit = "procent fremmøde"
        return (
            f"fra {_figure(self.baseline)} til {_figure(self.target)} {unit}".strip()
        )


def _figure(value: Decimal | None) -> str:
    if value is None:
        return "?"
    return decimal(value)
