"""What is said on a case between school and advisers, and what advisers state in their own name.

The committee's own notes are another floor's and another table: nothing written
here can turn into one, or the reverse.
"""

from __future__ import annotations

import uuid

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models.applications import Application
from applications.models.invitations import Capacity
from applications.models.pupils import PupilCase
from skolefleks.encryption import EncryptedTextField
from skolefleks.textfields import LINE, TEXT
from skolefleks.triggers import append_only


class DialogueEntry(models.Model):
    """A message, or a note of what was said.

    Written once: what is wrong in it is put right by a correction beneath it.
    """

    class Kind(models.TextChoices):
        MESSAGE = "message", "Besked"
        CONVERSATION = "conversation", "Notat fra samtale"
        PHONE = "phone", "Telefonnotat"
        CORRECTION = "correction", "Rettelse"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="dialogue"
    )
    kind = models.CharField("slags", max_length=12, choices=Kind)
    text = EncryptedTextField("tekst", max_length=TEXT)
    took_part = EncryptedTextField(
        "hvem deltog", max_length=LINE, blank=True, default=""
    )
    happened_on = models.DateField("hvornår", null=True, blank=True)
    corrects = models.ForeignKey(
        "self", on_delete=models.PROTECT, null=True, related_name="corrections"
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # What the writer was then, '' for the school: titles change, what was written
    # does not.
    written_as = models.CharField(
        "skrevet som", max_length=10, choices=Capacity, blank=True
    )
    written_at = models.DateTimeField("skrevet")

    class Meta:
        ordering = ("written_at", "id")
        indexes = (
            models.Index(
                fields=("application", "written_at"), name="a_cases_dialogue"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(kind="correction", corrects__isnull=False)
                | ~Q(kind="correction") & Q(corrects__isnull=True),
                name="a_correction_corrects_something",
            ),
            models.CheckConstraint(
                condition=~Q(kind__in=("conversation", "phone"))
                | Q(happened_on__isnull=False),
                name="a_note_says_when_it_was",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.application.number


class DialogueShare(models.Model):
    """The school's second act: the committee may read this entry, and its corrections."""

    entry = models.OneToOneField(
        DialogueEntry,
        on_delete=models.PROTECT,
        related_name="share",
        primary_key=True,
    )
    shared_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    shared_at = models.DateTimeField("delt")

    class Meta:
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pk)


class Statement(models.Model):
    """What an adviser states of a case in their own name.

    Theirs alone until it is signed; from then on nobody changes it. The last
    signed one of a capacity (PPR, caseworker) stands; those before it stay
    readable.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="statements"
    )
    capacity = models.CharField("udtaler sig som", max_length=10, choices=Capacity)
    # None: all the pupils.
    pupil = models.ForeignKey(
        PupilCase, on_delete=models.PROTECT, null=True, related_name="+"
    )
    text = EncryptedTextField("udtalelse", max_length=TEXT, blank=True, default="")
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField("senest gemt")
    signed_at = models.DateTimeField("underskrevet", null=True)

    class Meta:
        ordering = ("-signed_at", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("application", "written_by"),
                condition=Q(signed_at__isnull=True),
                name="an_adviser_has_one_draft_statement_on_a_case",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="is_never_changed_once_signed",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__signed_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.application.number
