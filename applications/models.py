"""Pupils and applications: who it is about, what was tried, what is planned. Texts about a child lie encrypted.

Everything may be blank: a draft holds what is written so far. What a submitted application must hold stands in
`completeness`.
"""

from __future__ import annotations

import uuid
from datetime import date
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.urls import reverse

from applications.lifecycle import EDITABLE, LIFECYCLE, TONES, Status
from skolefleks.danish import age_on, born_on, today
from skolefleks.encryption import EncryptedTextField, key_ring
from skolefleks.models import School, User
from skolefleks.permissions import Permission, Scope, holds, schools_of

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine

TEXT = 6_000  # characters in one text field
LINE = 200


class Pupil(models.Model):
    """A person by their CPR number: the same pupil in two applications is one row."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    cpr = EncryptedTextField("CPR-nummer")
    cpr_index = models.BinaryField(max_length=32, unique=True)

    def __str__(self) -> str:
        return str(self.pk)

    @classmethod
    def by_cpr(cls, cpr: str) -> Pupil:
        """The pupil with this CPR number (ten digits), stored at the first meeting."""
        pupil, _ = cls.objects.get_or_create(cpr_index=key_ring().blind(cpr), defaults={"cpr": cpr})
        return pupil


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> Self:
        """What `user` may read: own school's, those invited to, and as committee those under review."""
        right = Permission.CASE_READ
        seen = Q(school__in=schools_of(user, right))
        if holds(user, right, Scope.INVITED):
            seen |= Q(pk__in=Invitation.objects.filter(user=user).values("application"))
        if holds(user, right, Scope.EVERYWHERE):
            seen |= self._for_review(user)
        return self.filter(seen)

    def reviewable_by(self, user: User) -> Self:
        """What `user` may assess and decide: all that was ever submitted, but where they are disqualified."""
        if not holds(user, Permission.CASE_READ, Scope.EVERYWHERE):
            return self.none()
        return self.filter(self._for_review(user))

    def marked_for(self, user: User) -> Self:
        """With `is_reviewable` on each: whether `user` sees the committee's side of it."""
        committee = holds(user, Permission.CASE_READ, Scope.EVERYWHERE)
        mark = self._for_review(user) if committee else Q(pk__in=[])
        return self.annotate(is_reviewable=ExpressionWrapper(mark, output_field=models.BooleanField()))

    def editable_by(self, user: User) -> Self:
        return self.filter(school__in=schools_of(user, Permission.APPLICATION_WRITE), status__in=EDITABLE)

    def complete(self) -> Self:
        """All that is required and recommended is there."""
        return self.filter(filled=F("expected"))

    def incomplete(self) -> Self:
        return self.filter(filled__lt=F("expected"))

    def numbered(self, beginning: str) -> Self:
        """By the beginning of the case number: `SF-2026-00`, `2026-00` or, of this year, `42`."""
        if beginning.isdigit() and len(beginning) <= 4:
            beginning = f"{today().year}-{int(beginning):04d}"
        return self.filter(number__startswith=beginning if beginning.startswith("SF-") else f"SF-{beginning}")

    @staticmethod
    def _for_review(user: User) -> Q:
        """Disqualified (inhabil) is who works at the school, wrote or submitted the application, or was invited to it."""
        schools = [m.school_id for m in user.current_memberships if m.school_id]
        invited = Invitation.objects.filter(user=user).values("application")
        recused = Q(school__in=schools) | Q(created_by=user) | Q(submitted_by=user, submitted_by__isnull=False)
        return Q(submitted_at__isnull=False) & ~recused & ~Q(pk__in=invited)


class Application(models.Model):
    """One school's application, for one pupil or several; always decided per pupil."""

    LIFECYCLE: ClassVar[StateMachine] = LIFECYCLE

    class LegalBasis(models.TextChoices):
        SECTION_9_4 = "section_9_4", "Folkeskoleloven § 9, stk. 4: særligt tilrettelagte undervisningsforløb"
        OTHER = "other", "Folkeskoleloven i øvrigt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("sagsnummer", max_length=16, unique=True)
    school = models.ForeignKey(School, on_delete=models.PROTECT, related_name="+", verbose_name="skole")
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField("oprettet")
    updated_at = models.DateTimeField("ændret")
    submitted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    submitted_at = models.DateTimeField("indsendt", null=True)
    closed_at = models.DateTimeField("afgjort", null=True)
    sent_back_note = EncryptedTextField("hvad udvalget beder om", max_length=TEXT, blank=True, default="")
    withdrawn_reason = EncryptedTextField("hvorfor trukket tilbage", max_length=TEXT, blank=True, default="")

    learning_environment = EncryptedTextField("læringsmiljøet", max_length=TEXT, blank=True, default="")
    joint_reason = EncryptedTextField("hvorfor en fælles indsats", max_length=TEXT, blank=True, default="")
    support_hours_use = EncryptedTextField("støttetimernes anvendelse", max_length=TEXT, blank=True, default="")
    support_hours_yield = EncryptedTextField("støttetimernes udbytte", max_length=TEXT, blank=True, default="")

    ppr_contact = EncryptedTextField("kontakt i PPR", max_length=LINE, blank=True, default="")
    ppr_setup = EncryptedTextField("PPR i opbygningen af indsatsen", max_length=TEXT, blank=True, default="")
    ppr_daily = EncryptedTextField("PPR i den daglige drift", max_length=TEXT, blank=True, default="")
    coordinator = EncryptedTextField("tværfaglig koordinator", max_length=TEXT, blank=True, default="")
    family_cooperation = EncryptedTextField("samarbejdet med familien", max_length=TEXT, blank=True, default="")
    leisure_cooperation = EncryptedTextField("samarbejdet med BFO eller klub", max_length=TEXT, blank=True, default="")
    kui_cooperation = EncryptedTextField("samarbejdet med KUI", max_length=TEXT, blank=True, default="")
    workplace_training = EncryptedTextField("praktik", max_length=TEXT, blank=True, default="")
    mentor = EncryptedTextField("mentor", max_length=TEXT, blank=True, default="")
    exam_path = EncryptedTextField("vejen til afgangsprøven", max_length=TEXT, blank=True, default="")

    daily_leader_name = EncryptedTextField("daglig leder", max_length=LINE, blank=True, default="")
    representative_name = EncryptedTextField("forelægges af", max_length=LINE, blank=True, default="")
    legal_basis = models.CharField("lovgrundlag", max_length=12, choices=LegalBasis, blank=True)

    # What lists show and sort by: written by `actions.summarise`, so that a list needs no other table.
    initials = ArrayField(models.CharField(max_length=12), default=list)
    kinds = ArrayField(models.CharField(max_length=10), default=list)
    grades = ArrayField(models.SmallIntegerField(), default=list)
    pupil_count = models.PositiveSmallIntegerField("elever", default=0)
    requested = models.PositiveIntegerField("ansøgt om året", default=0)
    filled = models.PositiveSmallIntegerField(default=0)
    expected = models.PositiveSmallIntegerField(default=0)

    objects = ApplicationQuerySet.as_manager()
    is_reviewable: bool  # by `marked_for`

    class Meta:
        indexes = (
            models.Index(fields=("status", "submitted_at", "id"), name="queue_by_age"),
            models.Index(fields=("status", "requested", "id"), name="queue_by_amount"),
            models.Index(fields=("school", "-updated_at", "-id"), name="a_schools_cases"),
            models.Index(fields=("school", "status", "submitted_at", "id"), name="queue_of_a_school"),
            models.Index(OpClass(F("number"), "text_pattern_ops"), name="number_by_its_beginning"),
            GinIndex(fields=("initials",), name="by_initials"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=(Status.DRAFT, Status.WITHDRAWN))
                | Q(submitted_at__isnull=False, submitted_by__isnull=False),
                name="what_left_the_school_was_submitted_by_somebody",
            ),
        )

    def __str__(self) -> str:
        return self.number

    def get_absolute_url(self) -> str:
        return reverse("case", args=[self.number])

    @property
    def subject(self) -> str:
        """What the trail and the access log call it."""
        return self.number

    def has_invited(self, user: User) -> bool:
        return self.invitations.filter(user=user).exists()

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_complete(self) -> bool:
        """Whether all that is required or recommended is filled in."""
        return bool(self.expected) and self.filled == self.expected


class PupilCase(models.Model):
    """One pupil in one application: what the tariff is asked for and decided on."""

    class Kind(models.TextChoices):
        RETENTION = "retention", "Fastholdelse"
        RETURN = "return", "Tilbageslusning"

    class Informed(models.TextChoices):
        YES = "yes", "Ja, forældrene er orienteret"
        EXCEPTION = "exception", "Nej, og det er der en særlig grund til"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="pupil_cases")
    position = models.PositiveSmallIntegerField(default=0)
    pupil = models.ForeignKey(Pupil, on_delete=models.PROTECT, null=True, related_name="cases")
    name = EncryptedTextField("navn", max_length=LINE, blank=True, default="")
    initials = models.CharField("initialer", max_length=12, blank=True)
    is_protected = models.BooleanField("navne- og adressebeskyttelse", default=False)
    grade = models.PositiveSmallIntegerField(
        "klassetrin", null=True, blank=True, choices=[(n, f"{n}. klasse") for n in range(11)]
    )
    kind = models.CharField("formål", max_length=10, choices=Kind, blank=True)
    description = EncryptedTextField("beskrivelse af eleven", max_length=TEXT, blank=True, default="")
    pupil_voice = EncryptedTextField("elevens egne ord", max_length=TEXT, blank=True, default="")
    support_hours = models.DecimalField("støttetimer om ugen", max_digits=4, decimal_places=1, null=True, blank=True)
    caseworker_name = EncryptedTextField("sagsbehandler", max_length=LINE, blank=True, default="")
    caseworker_cooperation = EncryptedTextField(
        "samarbejdet med sagsbehandleren", max_length=TEXT, blank=True, default=""
    )

    parents_informed = models.CharField("er forældrene orienteret", max_length=10, choices=Informed, blank=True)
    parents_informed_on = models.DateField("orienteret den", null=True, blank=True)
    parents_informed_by = EncryptedTextField("orienteret af", max_length=LINE, blank=True, default="")
    parents_informed_how = EncryptedTextField("hvordan", max_length=LINE, blank=True, default="")
    parents_exception = EncryptedTextField("begrundelse", max_length=TEXT, blank=True, default="")

    requested_tariff = models.PositiveIntegerField("ansøgt takst om året", null=True, blank=True)
    starts_on = models.DateField("fra", null=True, blank=True)
    ends_on = models.DateField("til", null=True, blank=True)
    tariff_reason = EncryptedTextField("hvorfor en anden takst", max_length=TEXT, blank=True, default="")

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(fields=("application", "pupil"), name="a_pupil_is_once_in_an_application"),
            models.CheckConstraint(
                condition=Q(ends_on__gt=F("starts_on")), name="a_wished_period_ends_after_it_begins"
            ),
        )

    def __str__(self) -> str:
        return self.initials or "Elev uden navn"

    @property
    def subject(self) -> str:
        return self.application.number

    @property
    def shown_name(self) -> str:
        """The name inside the case; a protected one is shown as initials."""
        return self.initials if self.is_protected else self.name or "Elev uden navn"

    @property
    def has_too_many_hours(self) -> bool:
        """Whether the support is special education, which goes another way (through PPR)."""
        return self.support_hours is not None and self.support_hours >= settings.SUPPORT_HOURS_LIMIT

    def age_on(self, day: date) -> int | None:
        """Whole years by the CPR number; None where there is none yet."""
        return age_on(born_on(self.pupil.cpr), day) if self.pupil else None


class TriedMeasure(models.Model):
    """What was tried before, and what came of it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="tried_measures")
    position = models.PositiveSmallIntegerField(default=0)
    what = EncryptedTextField("tiltag", max_length=TEXT)
    started_on = models.DateField("fra", null=True, blank=True)
    ended_on = models.DateField("til", null=True, blank=True)
    hours_per_week = models.DecimalField("timer om ugen", max_digits=4, decimal_places=1, null=True, blank=True)
    outcome = EncryptedTextField("hvad kom der ud af det", max_length=TEXT, blank=True, default="")

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_told(self) -> bool:
        """Whether it says what was tried and what came of it."""
        return bool(self.what and self.outcome)


class PlannedMeasure(models.Model):
    """What the money is to pay for, and how one will know that it worked."""

    class Kind(models.TextChoices):
        DIFFERENTIATED_TEACHING = "differentiated_teaching", "Særlig intensiv undervisningsdifferentiering"
        SCHOOL_AND_LEISURE = "school_and_leisure", "Særlige tiltag på tværs af skole og fritid"
        RESOURCE_PERSON = "resource_person", "Ressourceperson til elev og personale"
        CROSS_PROFESSIONAL = "cross_professional", "Flere faggrupper i samarbejde om eleven"
        OUTDOOR_SCHOOL = "outdoor_school", "Udeskole for udvalgte elever"
        OTHER = "other", "Andet"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="planned_measures")
    position = models.PositiveSmallIntegerField(default=0)
    kind = models.CharField("slags", max_length=24, choices=Kind)
    what = EncryptedTextField("hvad skal der ske", max_length=TEXT)
    who = EncryptedTextField("hvem gør det", max_length=LINE, blank=True, default="")
    expected_effect = EncryptedTextField("forventet effekt", max_length=TEXT, blank=True, default="")
    how_known = EncryptedTextField("hvordan kan man se det", max_length=TEXT, blank=True, default="")

    class Meta:
        ordering = ("position", "id")

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def is_told(self) -> bool:
        """Whether it says what is to happen, what it should lead to, and how one will know."""
        return bool(self.kind and self.what and self.expected_effect and self.how_known)


class Invitation(models.Model):
    """An adviser's right to one case."""

    application = models.ForeignKey(Application, on_delete=models.CASCADE, related_name="invitations")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations")
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=("application", "user"), name="an_adviser_is_invited_once"),)

    def __str__(self) -> str:
        return str(self.pk)


class CaseCounter(models.Model):
    """The last case number given out in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
