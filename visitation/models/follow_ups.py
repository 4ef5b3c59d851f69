"""A follow-up of an effort: its window, what is said before it, what came of it, its reminders."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from applications.models import TEXT
from skolefleks.encryption import EncryptedTextField
from skolefleks.triggers import append_only
from visitation.lifecycle import FOLLOW_UP, OPEN_FOLLOW_UPS, FollowUpStatus
from visitation.models.efforts import Effort, OfEffort

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class FollowUpWindowQuerySet(models.QuerySet["FollowUpWindow"]):
    def open(self) -> Self:
        """Something is still to be done: the talk, or telling what came of it."""
        return self.filter(status__in=OPEN_FOLLOW_UPS)


class FollowUpWindow(OfEffort):
    """The weeks in which one follow-up is held, and what came of it.

    Two clocks: the talk is held by `hold_by`, and its outcome is told by `tell_by`.
    """

    LIFECYCLE: ClassVar[StateMachine] = FOLLOW_UP

    class Outcome(models.TextChoices):
        UNCHANGED = "unchanged", "Fortsæt uændret"
        CHANGE = "change", "Ret indsatsen"
        STEP_DOWN = "step_down", "Trap ned"
        EXTEND = "extend", "Forlæng"
        STOP = "stop", "Stop"

    class Present(models.TextChoices):
        PUPIL = "pupil", "Eleven"
        PARENTS = "parents", "Forældrene"
        SCHOOL_LEADER = "school_leader", "Skolelederen"
        DAILY_LEADER = "daily_leader", "Den daglige leder"
        PPR = "ppr", "PPR"
        CASEWORKER = "caseworker", "Sagsbehandleren"
        KUI = "kui", "KUI"
        MENTOR = "mentor", "Mentoren"
        LEISURE = "leisure", "BFO eller klub"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="windows"
    )
    # The grant whose days it was laid by: when that is cut short, so are its windows.
    grant = models.ForeignKey(
        "visitation.Grant", on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        max_length=10, choices=FollowUpStatus, default=FollowUpStatus.PLANNED
    )
    opens_on = models.DateField("fra")
    hold_by = models.DateField("holdes senest")
    tell_by = models.DateField("resultatet gives senest")

    held_on = models.DateField("holdt", null=True)
    present = ArrayField(
        models.CharField(max_length=16, choices=Present), default=list, blank=True
    )
    also_present = EncryptedTextField(
        "andre, der deltog", max_length=TEXT, blank=True, default=""
    )
    held_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    outcome = models.CharField("resultat", max_length=10, choices=Outcome, blank=True)
    grounds = EncryptedTextField(
        "begrundelse", max_length=TEXT, blank=True, default=""
    )
    told_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    told_at = models.DateTimeField("resultatet givet", null=True)

    objects = FollowUpWindowQuerySet.as_manager()

    class Meta:
        ordering = ("hold_by", "id")
        indexes = (
            models.Index(
                fields=("hold_by",),
                condition=Q(status__in=("planned", "held")),
                name="follow_ups_ahead",
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(opens_on__lte=F("hold_by")) & Q(hold_by__lte=F("tell_by")),
                name="a_follow_up_is_held_before_it_is_told",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("held", "told")) | Q(held_on__isnull=False),
                name="a_follow_up_that_was_held_has_its_day",
            ),
            models.CheckConstraint(
                condition=~Q(status="told")
                | Q(told_at__isnull=False) & ~Q(outcome=""),
                name="a_follow_up_that_was_told_has_an_outcome",
            ),
            models.UniqueConstraint(
                fields=("effort", "hold_by"),
                condition=~Q(status="cancelled"),
                name="one_follow_up_window_a_day",
            ),
        )

    def __str__(self) -> str:
        return f"{self.opens_on} - {self.hold_by}"


class StatusReport(models.Model):
    """What the school says before a follow-up. The school's own until it is handed in."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    window = models.OneToOneField(
        FollowUpWindow, on_delete=models.PROTECT, related_name="report"
    )
    carried_out = EncryptedTextField(
        "sådan er planen gennemført", max_length=TEXT, blank=True, default=""
    )
    progress = EncryptedTextField(
        "sådan går det med målene", max_length=TEXT, blank=True, default=""
    )
    obstacles = EncryptedTextField(
        "det, der er svært", max_length=TEXT, blank=True, default=""
    )
    suggestion = EncryptedTextField(
        "skolens forslag", max_length=TEXT, blank=True, default=""
    )
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField("senest gemt")
    handed_in_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    handed_in_at = models.DateTimeField("afleveret", null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(handed_in_at__isnull=True) | Q(handed_in_by__isnull=False),
                name="a_status_report_is_handed_in_by_somebody",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="is_never_changed_once_handed_in",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__handed_in_at__isnull=False),
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.window.subject


class FollowUpVoice(models.Model):
    """What one of those concerned says before the talk, in their own words; never put together."""

    class Voice(models.TextChoices):
        PUPIL = "pupil", "Eleven"
        PARENTS = "parents", "Forældrene"
        PPR = "ppr", "PPR"

    class How(models.TextChoices):
        TOGETHER = "together", "Skrevet sammen"
        TALK = "talk", "Gengivet efter en samtale"
        SELF = "self", "Skrevet af personen selv"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    window = models.ForeignKey(
        FollowUpWindow, on_delete=models.PROTECT, related_name="voices"
    )
    voice = models.CharField("stemme", max_length=8, choices=Voice)
    words = EncryptedTextField("ord", max_length=TEXT, blank=True, default="")
    # Not wanting to say anything is an answer too.
    is_declined = models.BooleanField("ønsker ikke at udtale sig", default=False)
    how = models.CharField("hvordan", max_length=8, choices=How)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField("skrevet")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("window", "voice"), name="a_voice_speaks_once_a_follow_up"
            ),
        )

    def __str__(self) -> str:
        return self.get_voice_display()

    @property
    def subject(self) -> str:
        return self.window.subject


class FollowUpReminder(models.Model):
    """A reminder that was sent: each kind once a follow-up, whatever restarts."""

    class Kind(models.TextChoices):
        FIRST = "first", "Opfølgningen nærmer sig"
        SECOND = "second", "Opfølgningen skal holdes inden for få dage"
        LAST_DAY = "last_day", "Opfølgningen skal holdes senest i dag"
        AFTER = "after", "Opfølgningen er ikke holdt"
        LEADER = "leader", "Opfølgningen er ikke holdt, og fristen er overskredet"
        CHAIR = "chair", "En skoles opfølgning er langt over fristen"
        TELL_LAST_DAY = (
            "tell_last",
            "Resultatet af opfølgningen skal gives senest i dag",
        )
        TELL_AFTER = "tell_after", "Resultatet af opfølgningen mangler"
        TELL_CHAIR = "tell_chair", "Resultatet af en skoles opfølgning mangler"

    window = models.ForeignKey(
        FollowUpWindow, on_delete=models.PROTECT, related_name="reminders"
    )
    kind = models.CharField(max_length=10, choices=Kind)
    sent_on = models.DateField("sendt")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("window", "kind"), name="each_reminder_is_sent_once"
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.kind} {self.sent_on}"
