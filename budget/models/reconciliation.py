"""What the finance system has really booked, and where that differs from these books."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from budget.lifecycle import DIFFERENCE, DifferenceStatus
from budget.models.payments import ACCOUNT, Instalment
from skolefleks.danish import kr, whole
from skolefleks.permissions import EVERYWHERE, Reach
from skolefleks.triggers import append_only, never_emptied

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class ColumnProfile(models.Model):
    """What a finance system calls the columns of its file; kept by a name, used again next time."""

    name = models.CharField("profil", max_length=40, unique=True)
    booked_on = models.CharField("dato", max_length=60)
    amount = models.CharField("beløb", max_length=60)
    account = models.CharField("kontostreng", max_length=60)
    text = models.CharField("tekst", max_length=60)
    # Some systems have none.
    voucher = models.CharField("bilag", max_length=60, blank=True)
    used_at = models.DateTimeField(auto_now=True)

    class Meta:
        ordering = ("-used_at",)

    def __str__(self) -> str:
        return self.name


class BookedImport(models.Model):
    """One file from the finance system: all that it has booked from a day to a day."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    file_name = models.CharField("fil", max_length=120)
    profile = models.ForeignKey(
        ColumnProfile, on_delete=models.PROTECT, related_name="+"
    )
    covers_from = models.DateField("fra")
    covers_to = models.DateField("til")
    line_count = models.PositiveIntegerField("linjer")
    made_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    made_at = models.DateTimeField("indlæst", auto_now_add=True)

    class Meta:
        ordering = ("-covers_to", "-made_at")
        constraints = (
            models.CheckConstraint(
                condition=Q(covers_to__gte=F("covers_from")),
                name="what_is_booked_ends_after_it_begins",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return self.file_name


class BookedLine(models.Model):
    """One line that the finance system has booked. `number` is its place in the file.

    Of its text only the numbers of run and case are kept: the rest is none of this system's.
    """

    booked_import = models.ForeignKey(
        BookedImport, on_delete=models.PROTECT, related_name="lines"
    )
    number = models.PositiveIntegerField("linje")
    booked_on = models.DateField("bogført")
    # With øre, which these books do not know: a line with some is another amount.
    amount = models.DecimalField("beløb", max_digits=12, decimal_places=2)
    account = models.CharField("kontostreng", max_length=ACCOUNT)
    run_number = models.CharField("kørsel", max_length=12, blank=True)
    case_number = models.CharField("sag", max_length=16, blank=True)
    voucher = models.CharField("bilag", max_length=40, blank=True)

    class Meta:
        indexes = (models.Index(fields=("booked_on",), name="booked_lines_by_day"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.booked_on}: {self.amount}"

    @property
    def amount_in_words(self) -> str:
        """`49.402 kr.`, or with øre where there are some: `49.402,50 kr.`"""
        kroner = int(self.amount)
        if self.amount == kroner:
            return kr(kroner)
        oere = abs(self.amount - kroner) * 100
        return f"{whole(kroner)},{int(oere):02d} kr."


class Difference(models.Model):
    """What the finance system and these books do not say alike.

    Settled by a person with a reason, or resolved by what a later file says. Names the instalment,
    the line, or both.
    """

    LIFECYCLE: ClassVar[StateMachine] = DIFFERENCE

    class Kind(models.TextChoices):
        NOT_BOOKED = "not_booked", "Ikke bogført"
        TWICE = "twice", "Bogført to gange"
        AMOUNT = "amount", "Andet beløb"
        ACCOUNT = "account", "Anden konto"
        UNKNOWN = "unknown", "Ukendt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField("art", max_length=12, choices=Kind)
    status = models.CharField(
        max_length=10, choices=DifferenceStatus, default=DifferenceStatus.OPEN
    )
    instalment = models.ForeignKey(
        Instalment, on_delete=models.PROTECT, null=True, related_name="+"
    )
    line = models.ForeignKey(
        BookedLine, on_delete=models.PROTECT, null=True, related_name="+"
    )
    reason = models.CharField("begrundelse", max_length=500, blank=True)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    settled_at = models.DateTimeField("afklaret", null=True)
    created_at = models.DateTimeField("opstået", auto_now_add=True)

    class Meta:
        ordering = ("created_at", "id")
        indexes = (models.Index(fields=("status",), name="differences_by_status"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(instalment__isnull=False) | Q(line__isnull=False),
                name="a_difference_is_about_something",
            ),
            models.CheckConstraint(
                condition=~Q(status="settled")
                | ~Q(reason="") & Q(settled_by__isnull=False),
                name="what_is_settled_has_a_reason",
            ),
        )
        triggers = (never_emptied(),)

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("budget:difference", args=[self.pk])

    @property
    def lies_at(self) -> Reach:
        """It belongs to no school: the right to it is held everywhere or not at all."""
        return EVERYWHERE
