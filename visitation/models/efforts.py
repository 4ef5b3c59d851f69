"""The effort: what runs for one pupil from the first granted day to the last, and its plan."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef, Q
from django.urls import reverse

from applications.models import (
    LINE,
    TEXT,
    Application,
    Goal,
    PlannedMeasure,
    Pupil,
    PupilCase,
)
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import School
from skolefleks.permissions import Permission, Place, schools_of
from skolefleks.triggers import append_only
from visitation.lifecycle import EFFORT, LIVE, EffortStatus

if TYPE_CHECKING:
    from skolefleks.models import User
    from skolefleks.statemachine import StateMachine


class EffortQuerySet(models.QuerySet["Effort"]):
    def visible_to(self, user: User) -> Self:
        """The efforts of which `user` may read every case: to the disqualified there is none.

        An effort that was extended carries the grants of several cases.
        """
        readable = Application.objects.visible_to(user).order_by().values("pk")
        # Asked of each case by itself: the set of all that one may read is
        # built for every list, however few efforts it shows.
        case = OuterRef("decision__pupil_case__application")
        grants = apps.get_model("visitation", "Grant")._default_manager
        hidden = grants.filter(
            ~Exists(readable.filter(pk=case)), effort=OuterRef("pk")
        )
        own = readable.filter(pk=OuterRef("application"))
        return self.filter(~Exists(hidden), Exists(own))

    def moved_to_schools_of(self, user: User) -> Self:
        """Those that went on, with their pupil, at a school of the user's own."""
        schools = schools_of(user, Permission.EFFORT_READ)
        return self.filter(moved_to__school__in=schools).exclude(
            moved_to__status=EffortStatus.CANCELLED
        )

    def live(self) -> Self:
        """Not over: it waits to begin, or it runs."""
        return self.filter(status__in=LIVE)


class Effort(models.Model):
    """One pupil's effort. It carries one grant, or several in a row (`Grant.effort`).

    `starts_on` and `ends_on` are the days in force: the first and the last of the grants that
    stand, written by `efforts.actions.follow_grants` alone. `act_from` is the first day on which
    something waits for somebody, for the list "Kræver handling"; None where nothing does.
    """

    LIFECYCLE: ClassVar[StateMachine] = EFFORT

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+"
    )
    # The pupil's place in the application that was granted first.
    pupil_case = models.ForeignKey(
        PupilCase, on_delete=models.PROTECT, related_name="+"
    )
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, related_name="+")
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+")
    # The effort at the school before, where the pupil moved with it.
    moved_from = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="moved_to"
    )
    status = models.CharField(
        max_length=10, choices=EffortStatus, default=EffortStatus.AWAITING
    )
    starts_on = models.DateField("første bevilgede dag")
    ends_on = models.DateField("løber til")
    # What the school confirmed, and not what was granted.
    begun_on = models.DateField("begyndt", null=True)
    begun_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    created_at = models.DateTimeField("oprettet")
    act_from = models.DateField("kræver handling fra", null=True)

    objects = EffortQuerySet.as_manager()
    # Set by `efforts.pages.find_effort`.
    is_read_by_next_school = False

    class Meta:
        ordering = ("starts_on", "id")
        indexes = (
            models.Index(fields=("act_from", "id"), name="efforts_to_act_on"),
            models.Index(fields=("status", "ends_on", "id"), name="efforts_by_end"),
            models.Index(
                fields=("school", "status", "ends_on", "id"),
                name="efforts_of_a_school",
            ),
            models.Index(fields=("application",), name="efforts_of_a_case"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="an_effort_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=("pupil", "school"),
                condition=Q(status__in=LIVE),
                name="a_pupil_has_one_live_effort_at_a_school",
            ),
            models.CheckConstraint(
                condition=~Q(status="running") | Q(begun_on__isnull=False),
                name="a_running_effort_has_begun",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("efforts:overview", args=[self.application.number, self.pk])

    @property
    def subject(self) -> str:
        return self.application.number

    @property
    def lies_at(self) -> Place:
        return self.application

    @property
    def is_live(self) -> bool:
        return self.status in LIVE


class OfEffort(models.Model):
    """What belongs to an effort: of the same case, and at the same school."""

    effort: models.ForeignKey[Any, Effort]

    class Meta:
        abstract = True

    @property
    def subject(self) -> str:
        return self.effort.subject

    @property
    def lies_at(self) -> Place:
        return self.effort.lies_at


class EffortDelay(models.Model):
    """The school says that the effort has not begun, why, and when it expects to."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(Effort, on_delete=models.PROTECT, related_name="delays")
    reason = EncryptedTextField("hvorfor ikke begyndt", max_length=TEXT)
    expected_on = models.DateField("forventes at begynde")
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    at = models.DateTimeField("oplyst")

    class Meta:
        ordering = ("at",)
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pk)


class PlanMeasure(models.Model):
    """A measure as it is carried out: copied from what was planned, and kept true by the school."""

    Kind = PlannedMeasure.Kind

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="measures"
    )
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField("slags", max_length=24, choices=Kind)
    what = EncryptedTextField("hvad sker der", max_length=TEXT)
    who = EncryptedTextField("hvem gør det", max_length=LINE, blank=True, default="")
    starts_on = models.DateField("fra", null=True, blank=True)
    ends_on = models.DateField("til", null=True, blank=True)
    hours_per_week = models.DecimalField(
        "timer om ugen", max_digits=4, decimal_places=1, null=True, blank=True
    )
    cost = models.PositiveIntegerField("hvad det koster", null=True, blank=True)
    expected_effect = EncryptedTextField(
        "forventet effekt", max_length=TEXT, blank=True, default=""
    )
    how_known = EncryptedTextField(
        "hvordan kan man se det", max_length=TEXT, blank=True, default=""
    )

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_on__gte=F("starts_on")),
                name="a_measure_of_the_plan_ends_after_it_begins",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class EffortContact(models.Model):
    """Who holds one part in the effort, or how that part is arranged, as the pupil's age asks."""

    class Part(models.TextChoices):
        DAILY_LEADER = "daily_leader", "Daglig leder"
        PPR = "ppr", "PPR"
        COORDINATOR = "coordinator", "Tværfaglig koordinator"
        KUI = "kui", "KUI-kontakt"
        MENTOR = "mentor", "Mentor"
        WORKPLACE = "workplace", "Praktikplads"
        EXAM = "exam", "Plan for afgangsprøven"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="contacts"
    )
    part = models.CharField("rolle", max_length=12, choices=Part)
    # The first day of the effort, or the birthday from which the pupil's age asks for the part.
    asked_from = models.DateField("spurgt fra")
    who = EncryptedTextField("hvem", max_length=LINE, blank=True, default="")
    arrangement = EncryptedTextField(
        "aftalen", max_length=TEXT, blank=True, default=""
    )
    # The texts lie encrypted, where no query can look: this says whether the part is filled.
    is_named = models.BooleanField(default=False)

    class Meta:
        ordering = ("asked_from", "part")
        constraints = (
            models.UniqueConstraint(
                fields=("effort", "part"), name="an_effort_has_each_part_once"
            ),
        )

    def __str__(self) -> str:
        return self.get_part_display()


class EffortPhase(models.Model):
    """A part of the effort from a day on. It lasts until the next one, the last to the end."""

    class Kind(models.TextChoices):
        IN = "in", "Indslusning"
        FULL = "full", "Fuld indsats"
        OUT = "out", "Udslusning"

    effort = models.ForeignKey(Effort, on_delete=models.PROTECT, related_name="phases")
    kind = models.CharField("fase", max_length=4, choices=Kind)
    starts_on = models.DateField("fra")
    # Laid by rule anew when the period changes, unless the school set it itself.
    is_set_by_school = models.BooleanField(default=False)

    class Meta:
        ordering = ("starts_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("effort", "kind"), name="an_effort_has_each_phase_once"
            ),
            models.UniqueConstraint(
                fields=("effort", "starts_on"), name="two_phases_never_begin_together"
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()


class EffortGoalQuerySet(models.QuerySet["EffortGoal"]):
    def current(self) -> Self:
        """The newest version of each goal."""
        return self.filter(replaced_by__isnull=True)


class EffortGoal(models.Model):
    """One version of one goal. `number` is the same through all versions of a goal.

    Version 1 is what the application said when the effort began. A later one replaces it with a
    reason, and both stay readable.
    """

    Kind = Goal.Kind

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(Effort, on_delete=models.PROTECT, related_name="goals")
    number = models.PositiveSmallIntegerField()
    version = models.PositiveSmallIntegerField(default=1)
    replaces = models.OneToOneField(
        "self", on_delete=models.PROTECT, null=True, related_name="replaced_by"
    )
    kind = models.CharField("målt som", max_length=10, choices=Kind)
    # One of the municipality's own; None for the built-in one of the kind.
    scale = models.ForeignKey(
        "visitation.Scale", on_delete=models.PROTECT, null=True, related_name="+"
    )
    what = EncryptedTextField("hvad skal være anderledes", max_length=TEXT)
    low_anchor = EncryptedTextField(
        "1 betyder", max_length=LINE, blank=True, default=""
    )
    high_anchor = EncryptedTextField(
        "10 betyder", max_length=LINE, blank=True, default=""
    )
    unit = EncryptedTextField(
        "det, der tælles", max_length=LINE, blank=True, default=""
    )
    baseline = models.DecimalField(
        "udgangspunkt", max_digits=6, decimal_places=1, null=True
    )
    target = models.DecimalField("mål", max_digits=6, decimal_places=1, null=True)
    due_on = models.DateField("skal være nået den", null=True)
    how_measured = EncryptedTextField(
        "hvordan måles det", max_length=TEXT, blank=True, default=""
    )
    reason = EncryptedTextField(
        "hvorfor ændret", max_length=TEXT, blank=True, default=""
    )
    by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    at = models.DateTimeField("fra")

    objects = EffortGoalQuerySet.as_manager()

    class Meta:
        ordering = ("number", "version")
        constraints = (
            models.UniqueConstraint(
                fields=("effort", "number", "version"),
                name="a_goal_has_each_version_once",
            ),
            models.CheckConstraint(
                condition=Q(version=1, replaces__isnull=True)
                | Q(version__gt=1, replaces__isnull=False),
                name="a_later_version_of_a_goal_replaces_one",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def way(self) -> str:
        """`fra 3 til 6 på en skala fra 1 til 10`, in the words of the application."""
        goal = Goal(
            kind=self.kind, baseline=self.baseline, target=self.target, unit=self.unit
        )
        return goal.way
