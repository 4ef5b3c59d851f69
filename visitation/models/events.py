"""What happened at a meeting, when it happened: written once, and what its minutes are made of."""

from __future__ import annotations

import uuid

from django.conf import settings
from django.db import models

from applications.models import TEXT
from skolefleks.encryption import EncryptedTextField
from skolefleks.triggers import append_only
from visitation.models.decisions import Decision
from visitation.models.meetings import AgendaItem, FreePoint, Meeting


class MeetingEvent(models.Model):
    """One thing that happened at a meeting, or afterwards to what was decided there."""

    class Kind(models.TextChoices):
        OPENED = "opened", "Mødet blev åbnet"
        ARRIVED = "arrived", "Kom til"
        LEFT = "left", "Gik"
        STOOD_IN = "stood_in", "Træder ind som suppleant for"
        TAKEN_UP = "taken_up", "Sagen blev taget op"
        DECIDED = "decided", "Afgjort"
        UNDONE = "undone", "Afgørelsen blev fortrudt"
        CEILING_REFUSED = "refused", "En centerchef afviste taksten over loftet"
        CLOSED = "closed", "Mødet sluttede"
        REOPENED = "reopened", "Mødet blev genåbnet"
        PUT_OFF = "put_off", "Mødet blev udsat til"
        DISSENT = "dissent", "Protokolleret uenighed"

    # Known before the row is: the encrypted text is bound to it.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="events"
    )
    kind = models.CharField(max_length=8, choices=Kind)
    at = models.DateTimeField("hvornår")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Who came or went, or disagreed.
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    item = models.ForeignKey(
        AgendaItem, on_delete=models.PROTECT, null=True, related_name="events"
    )
    point = models.ForeignKey(
        FreePoint, on_delete=models.PROTECT, null=True, related_name="events"
    )
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, null=True, related_name="events"
    )
    # Those present who count for the quorum and are not disqualified, at that point.
    counting = models.PositiveSmallIntegerField(null=True)
    reason = EncryptedTextField("hvorfor", max_length=TEXT, blank=True, null=True)

    class Meta:
        ordering = ("at", "pk")
        indexes = (models.Index(fields=("meeting", "at"), name="events_of_a_meeting"),)
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.meeting_id}"
