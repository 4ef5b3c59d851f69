"""The end of an effort: its closing report, and where the pupil is afterwards."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q

from applications.models import TEXT
from skolefleks.encryption import EncryptedTextField
from visitation.lifecycle import CLOSING, WHEREABOUTS, ClosingStatus, WhereaboutsStatus
from visitation.models.efforts import Effort, EffortGoal, OfEffort
from visitation.models.measurements import Measurement

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class Now(models.TextChoices):
    """Where a pupil is after the effort."""

    ORDINARY = "ordinary", "Almindelig klasse"
    SUPPORTED = "supported", "Almindelig klasse med støtte"
    SPECIAL = "special", "Specialklasse eller specialskole"
    DAY_TREATMENT = "day_treatment", "Dagbehandling"
    BOARDING = "boarding", "Efterskole"
    YOUTH = "youth", "Ungdomsuddannelse"
    WORK = "work", "Arbejde"
    NEITHER = "neither", "Hverken uddannelse eller arbejde"
    MOVED = "moved", "Flyttet"
    UNKNOWN = "unknown", "Det ved vi ikke"


class Exam(models.TextChoices):
    """What became of the final exam of the ninth or tenth grade."""

    FULL = "full", "Fuld afgangsprøve"
    PARTIAL = "partial", "Dele af afgangsprøven"
    NONE = "none", "Ingen afgangsprøve"
    NOT_YET = "not_yet", "Er ikke kommet til prøven endnu"


class ClosingReport(OfEffort):
    """What came of an effort, laid when it ends. The school's own until it is handed in."""

    LIFECYCLE: ClassVar[StateMachine] = CLOSING

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="closings"
    )
    status = models.CharField(
        max_length=10, choices=ClosingStatus, default=ClosingStatus.AWAITED
    )
    # The day on which the end was known, which a decision may set
    # after the last day.
    laid_on = models.DateField("lagt")
    due_on = models.DateField("senest")
    # Half-written while it is awaited: what must be said is asked
    # when it is handed in.
    worked = EncryptedTextField(
        "det, der virkede", max_length=TEXT, blank=True, default=""
    )
    not_worked = EncryptedTextField(
        "det, der ikke virkede", max_length=TEXT, blank=True, default=""
    )
    what_now = EncryptedTextField("hvad nu", max_length=TEXT, blank=True, default="")
    # No text: the evaluation counts it.
    now = models.CharField("hvor er eleven nu", max_length=14, choices=Now, blank=True)
    # Asked of those who leave the ninth or tenth grade.
    exam = models.CharField("afgangsprøve", max_length=8, choices=Exam, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    written_at = models.DateTimeField("senest gemt", null=True)

    class Meta:
        ordering = ("laid_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("effort",),
                condition=Q(status="awaited"),
                name="an_effort_awaits_one_closing_report",
            ),
            models.CheckConstraint(
                condition=~Q(status="handed_in")
                | Q(written_at__isnull=False, written_by__isnull=False) & ~Q(now=""),
                name="a_closing_report_says_where_the_pupil_is",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="is_never_changed_once_handed_in",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="handed_in"),
            ),
        )

    def __str__(self) -> str:
        return self.get_status_display()


class ClosingGoal(models.Model):
    """What one voice says of one goal at the end. Voices are never put together."""

    class Verdict(models.TextChoices):
        REACHED = "reached", "Nået"
        PARTLY = "partly", "Delvist nået"
        NOT_REACHED = "not_reached", "Ikke nået"
        NOT_ASKED = "not_asked", "Ikke spurgt"

    closing = models.ForeignKey(
        ClosingReport, on_delete=models.PROTECT, related_name="goals"
    )
    goal = models.ForeignKey(EffortGoal, on_delete=models.PROTECT, related_name="+")
    voice = models.CharField("stemme", max_length=8, choices=Measurement.Voice)
    # *Not asked* is an answer too, and is never counted as not
    # reached.
    verdict = models.CharField("nået", max_length=12, choices=Verdict)

    class Meta:
        ordering = ("goal__number", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("closing", "goal", "voice"),
                name="a_voice_judges_a_goal_once_at_the_end",
            ),
        )

    def __str__(self) -> str:
        return self.get_verdict_display()


class Whereabouts(OfEffort):
    """The question where the pupil is, so many months after the end; asked once, answered once."""

    LIFECYCLE: ClassVar[StateMachine] = WHEREABOUTS

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="whereabouts"
    )
    # Counted from the effort's last day, and not from the report.
    months = models.PositiveSmallIntegerField("måneder efter")
    ask_on = models.DateField("spørges")
    status = models.CharField(
        max_length=10, choices=WhereaboutsStatus, default=WhereaboutsStatus.PLANNED
    )
    now = models.CharField("hvor er eleven nu", max_length=14, choices=Now, blank=True)
    exam = models.CharField("afgangsprøve", max_length=8, choices=Exam, blank=True)
    # As little as possible: the pupil is none of the scheme's any
    # more.
    note = EncryptedTextField("bemærkning", max_length=TEXT, blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    answered_at = models.DateTimeField("svaret", null=True)

    class Meta:
        ordering = ("ask_on", "id")
        indexes = (
            models.Index(
                fields=("ask_on",),
                condition=Q(status="planned"),
                name="whereabouts_to_ask_for",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("effort", "months"),
                condition=~Q(status="cancelled"),
                name="whereabouts_are_asked_for_once",
            ),
            models.CheckConstraint(
                condition=~Q(status="answered")
                | Q(answered_at__isnull=False) & ~Q(now=""),
                name="whereabouts_that_are_answered_say_where",
            ),
        )
        triggers = (
            pgtrigger.Protect(
                name="is_never_changed_once_answered",
                operation=pgtrigger.Update | pgtrigger.Delete,
                condition=pgtrigger.Q(old__status="answered"),
            ),
        )

    def __str__(self) -> str:
        return f"{self.months} {self.ask_on}"
