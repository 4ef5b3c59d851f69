"""Who it is about: a pupil as a person, and a pupil in one application."""

from __future__ import annotations

import uuid
from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q

from applications.models.applications import Application
from skolefleks.danish import age_on, born_on, is_replacement
from skolefleks.encryption import EncryptedTextField, key_ring
from skolefleks.setup import trade
from skolefleks.textfields import LINE, TEXT

GRADES = [(grade, f"{grade}. klasse") for grade in range(11)]


class Pupil(models.Model):
    """A person by their CPR number: the same pupil in two applications is one row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cpr = EncryptedTextField("CPR-nummer")
    # A keyed hash: the same number finds the same row, and nobody reads it back.
    cpr_index = models.BinaryField(max_length=32, unique=True)

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def by_cpr(cls, cpr: str) -> Pupil:
        """The pupil with this CPR number (ten digits), stored at the first meeting."""
        pupil, _ = cls.objects.get_or_create(
            cpr_index=key_ring().blind(cpr), defaults={"cpr": cpr}
        )
        return pupil

    @property
    def has_replacement_number(self) -> bool:
        """A child who has no CPR number yet is known by one that looks like it."""
        return is_replacement(self.cpr)


class PupilCase(models.Model):
    """One pupil in one application: what the tariff is asked for and decided on."""

    class Kind(models.TextChoices):
        RETENTION = "retention", "Fastholdelse"
        RETURN = "return", "Tilbageslusning"

    class Informed(models.TextChoices):
        YES = "yes", "Ja, forældrene er orienteret"
        EXCEPTION = "exception", "Nej, og det er der en særlig grund til"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="pupil_cases"
    )
    # Among the pupils of the application.
    position = models.PositiveSmallIntegerField(default=0)
    pupil = models.ForeignKey(
        Pupil, on_delete=models.PROTECT, null=True, related_name="cases"
    )
    name = EncryptedTextField("navn", max_length=LINE, blank=True, default="")
    initials = models.CharField("initialer", max_length=12, blank=True)
    # Then lists say »Beskyttet«, and the case itself shows initials.
    is_protected = models.BooleanField("navne- og adressebeskyttelse", default=False)
    grade = models.PositiveSmallIntegerField(
        "klassetrin", null=True, blank=True, choices=GRADES
    )
    kind = models.CharField("formål", max_length=10, choices=Kind, blank=True)
    # The two questions of the challenge. NULL in what is older than they are: an
    # encrypted column that is added later has no default.
    worry = EncryptedTextField(
        "hvad bekymrer jer", max_length=TEXT, blank=True, null=True
    )
    worried_since = EncryptedTextField(
        "siden hvornår", max_length=LINE, blank=True, null=True
    )
    description = EncryptedTextField(
        "beskrivelse af eleven", max_length=TEXT, blank=True, default=""
    )
    pupil_voice = EncryptedTextField(
        "elevens egne ord", max_length=TEXT, blank=True, default=""
    )
    support_hours = models.DecimalField(
        "støttetimer om ugen", max_digits=4, decimal_places=1, null=True, blank=True
    )
    caseworker_name = EncryptedTextField(
        "sagsbehandler", max_length=LINE, blank=True, default=""
    )
    caseworker_cooperation = EncryptedTextField(
        "samarbejdet med sagsbehandleren", max_length=TEXT, blank=True, default=""
    )

    parents_informed = models.CharField(
        "er forældrene orienteret", max_length=10, choices=Informed, blank=True
    )
    parents_informed_on = models.DateField("orienteret den", null=True, blank=True)
    parents_informed_by = EncryptedTextField(
        "orienteret af", max_length=LINE, blank=True, default=""
    )
    parents_informed_how = EncryptedTextField(
        "hvordan", max_length=LINE, blank=True, default=""
    )
    parents_exception = EncryptedTextField(
        "begrundelse", max_length=TEXT, blank=True, default=""
    )

    # Whole DKK a year.
    requested_tariff = models.PositiveIntegerField(
        "ansøgt takst pr. år", null=True, blank=True
    )
    starts_on = models.DateField("fra", null=True, blank=True)
    ends_on = models.DateField("til", null=True, blank=True)
    tariff_reason = EncryptedTextField(
        "hvorfor en anden takst", max_length=TEXT, blank=True, default=""
    )

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "pupil"),
                name="a_pupil_is_once_in_an_application",
            ),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")),
                name="a_wished_period_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return self.initials or "Elev uden navn"

    @property
    def subject(self) -> str:
        return self.application.number

    @property
    def initials_on_lists(self) -> str:
        """What a list shows: of a protected pupil not even the initials."""
        if self.is_protected:
            return "Beskyttet"
        return self.initials or "?"

    @property
    def shown_name(self) -> str:
        """The name inside the case; a protected one is shown as initials."""
        if self.is_protected:
            return self.initials
        return self.name or "Elev uden navn"

    def hours_with(self, other: Decimal) -> Decimal:
        """Hours of support a week: the pupil's own, and `other` of running measures beside them."""
        return (self.support_hours or Decimal(0)) + other

    def has_too_many_hours(self, other: Decimal) -> bool:
        """Whether the support is special education, which goes another way (through PPR)."""
        return self.hours_with(other) >= trade.now().support_hours_limit

    def age_on(self, day: date) -> int | None:
        """Whole years by the CPR number; None where there is none yet."""
        if self.pupil is None:
            return None
        return age_on(born_on(self.pupil.cpr), day)
