"""What an effort's goals are measured by: the scales, and each value of a goal on a day."""

from __future__ import annotations

import uuid
from typing import Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower

from applications.models import TEXT
from skolefleks.danish import decimal
from skolefleks.encryption import EncryptedTextField
from skolefleks.triggers import append_only
from visitation.models.efforts import Effort, EffortGoal, OfEffort


class Scale(models.Model):
    """A scale as data. The built-in ones come with a migration, one for each kind of goal.

    A licensed questionnaire is never reproduced here: who has a licence enters its sum scores
    under a scale of that name, and writes the licence.
    """

    class Direction(models.TextChoices):
        UP = "up", "Højere er bedre"
        DOWN = "down", "Lavere er bedre"
        # A counted thing may be wanted more or less often.
        BY_GOAL = "by_goal", "Som målet siger"

    key = models.SlugField("nøgle", max_length=24, unique=True)
    name = models.CharField("navn", max_length=80)
    # The goals that are measured by it; none for a scale that a
    # municipality adds.
    goal_kind = models.CharField(
        "mål af slagsen", max_length=10, choices=EffortGoal.Kind, blank=True
    )
    lowest = models.DecimalField("laveste", max_digits=6, decimal_places=1)
    # A counted thing has no highest value.
    highest = models.DecimalField(
        "højeste", max_digits=6, decimal_places=1, null=True, blank=True
    )
    direction = models.CharField("retning", max_length=8, choices=Direction)
    unit = models.CharField("enhed", max_length=40, blank=True)
    # Said where the goal has no anchors of its own.
    low_anchor = models.CharField("laveste betyder", max_length=80, blank=True)
    high_anchor = models.CharField("højeste betyder", max_length=80, blank=True)
    youngest = models.PositiveSmallIntegerField("fra alder", null=True, blank=True)
    oldest = models.PositiveSmallIntegerField("til alder", null=True, blank=True)
    licence = models.CharField("licens", max_length=200, blank=True)
    # Offered no more; what is measured on it goes on.
    is_retired = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(highest__isnull=True) | Q(highest__gt=F("lowest")),
                name="a_scale_goes_upwards",
            ),
            models.UniqueConstraint(
                fields=("goal_kind",),
                condition=~Q(goal_kind=""),
                name="each_kind_of_goal_has_one_scale",
            ),
            # A curve is read by the scale's name.
            models.UniqueConstraint(Lower("name"), name="each_scale_has_its_own_name"),
        )

    def __str__(self) -> str:
        return self.name

    def is_for(self, age: int) -> bool:
        """Whether it is meant for a pupil of that age."""
        is_old_enough = self.youngest is None or age >= self.youngest
        is_young_enough = self.oldest is None or age <= self.oldest
        return is_old_enough and is_young_enough

    @property
    def span(self) -> str:
        """`1 – 10`; `fra 0` where there is no highest value."""
        if self.highest is None:
            return f"fra {decimal(self.lowest)}"
        return f"{decimal(self.lowest)} – {decimal(self.highest)}"

    @property
    def ages(self) -> str:
        """`8-12 år`, `fra 13 år`."""
        if self.youngest is not None and self.oldest is not None:
            return f"{self.youngest}-{self.oldest} år"
        if self.youngest is not None:
            return f"fra {self.youngest} år"
        if self.oldest is not None:
            return f"til {self.oldest} år"
        return "alle"


class MeasurementQuerySet(models.QuerySet["Measurement"]):
    def current(self) -> Self:
        """Those that no correction has taken the place of."""
        return self.filter(replaced_by__isnull=True)


class Measurement(OfEffort):
    """One value of one goal, on a day, by one voice; or why it was not measured.

    A row is never changed: a correction is a new row with a reason, and both stay readable. The
    scale is the row's own, so that a curve breaks visibly where a goal is measured differently.
    """

    class Voice(models.TextChoices):
        PUPIL = "pupil", "Eleven"
        PARENTS = "parents", "Forældrene"
        SCHOOL = "school", "Skolen"
        PPR = "ppr", "PPR"

    class NotMeasured(models.TextChoices):
        # The pupil's refusal is an answer, and not a gap.
        DECLINED = "declined", "Ønskede ikke at svare"
        UNSURE = "unsure", "Ved ikke"
        ABSENT = "absent", "Var fraværende"
        OTHER = "other", "Andet"

    class FilledInBy(models.TextChoices):
        SELF = "self", "Personen selv"
        TOGETHER = "together", "Personen sammen med en voksen"
        OTHER = "other", "En voksen på personens vegne"

    class How(models.TextChoices):
        SCREEN = "screen", "På egen skærm"
        TALK = "talk", "I en samtale"
        FORM = "form", "På et skema"
        RECORDS = "records", "Efter skolens registrering"
        OBSERVED = "observed", "Ved iagttagelse"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="measurements"
    )
    # The version of the goal that was in force.
    goal = models.ForeignKey(
        EffortGoal, on_delete=models.PROTECT, related_name="measurements"
    )
    scale = models.ForeignKey(Scale, on_delete=models.PROTECT, related_name="+")
    voice = models.CharField("stemme", max_length=8, choices=Voice)
    measured_on = models.DateField("dag")
    value = models.DecimalField("værdi", max_digits=6, decimal_places=1, null=True)
    not_measured = models.CharField(
        "ikke målt, fordi", max_length=8, choices=NotMeasured, blank=True
    )
    why = EncryptedTextField(
        "hvorfor ikke målt", max_length=TEXT, blank=True, default=""
    )
    filled_in_by = models.CharField("udfyldt af", max_length=8, choices=FilledInBy)
    how = models.CharField("hvordan", max_length=8, choices=How)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    reason = EncryptedTextField(
        "hvorfor rettet", max_length=TEXT, blank=True, default=""
    )
    # Who typed it in, or gave the screen to the voice.
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("skrevet")

    objects = MeasurementQuerySet.as_manager()

    class Meta:
        ordering = ("measured_on", "at", "id")
        indexes = (
            models.Index(
                fields=("effort", "measured_on"), name="measurements_of_an_effort"
            ),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(value__isnull=False, not_measured="")
                | Q(value__isnull=True) & ~Q(not_measured=""),
                name="a_measurement_is_a_value_or_says_why_not",
            ),
            models.UniqueConstraint(
                fields=("goal", "voice", "measured_on"),
                condition=Q(replaces__isnull=True),
                name="a_voice_measures_a_goal_once_a_day",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def answer(self) -> str:
        """`4,5`, or why it was not measured."""
        if self.value is None:
            return f"Ikke målt: {self.get_not_measured_display().lower()}"
        return decimal(self.value)
