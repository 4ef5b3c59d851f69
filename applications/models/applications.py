"""The application: the row that lists show, what is written once for all its pupils, and who was invited to it."""

from __future__ import annotations

import json
import re
import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.apps import apps
from django.conf import settings
from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from applications.lifecycle import EDITABLE, LIFECYCLE, TONES, Status
from skolefleks.danish import today
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import School, User
from skolefleks.permissions import EVERYWHERE, Permission, Scope, holds, may, schools_of
from skolefleks.textfields import LINE, TEXT

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from skolefleks.statemachine import StateMachine


class ApplicationQuerySet(models.QuerySet["Application"]):
    def visible_to(self, user: User) -> Self:
        """What `user` may read: own school's, those invited to, and as committee those under review."""
        right = Permission.CASE_READ
        seen = Q(school__in=schools_of(user, right))
        if holds(user, right, Scope.INVITED):
            seen |= Q(pk__in=Invitation.objects.filter(user=user).values("application"))
        if may(user, right, at=EVERYWHERE):
            seen |= self._for_review(user)
        return self.filter(seen)

    def reviewable_by(self, user: User) -> Self:
        """What `user` may assess and decide: all that was ever submitted, but where they are disqualified."""
        if not may(user, Permission.CASE_READ, at=EVERYWHERE):
            return self.none()
        return self.filter(self._for_review(user))

    def untied_to(self, user: User) -> Self:
        """Where `user` is not disqualified, whatever their role."""
        return self.filter(self._for_review(user))

    def marked_for(self, user: User) -> Self:
        """With what the case page asks of each: `is_reviewable` (whether `user` sees the committee's side of it), the
        `invited` advisers' ids and names, `times_submitted`. One query rather than four.
        """
        committee = may(user, Permission.CASE_READ, at=EVERYWHERE)
        mark = self._for_review(user) if committee else Q(pk__in=[])
        invitations = Invitation.objects.filter(application=OuterRef("pk")).order_by("pk")
        submissions = apps.get_model("applications", "Submission")._default_manager.filter(
            application=OuterRef("pk")
        )
        counted = (
            submissions.order_by()
            .values("application")
            .annotate(times=models.Count("pk"))
            .values("times")
        )
        return self.annotate(
            is_marked_reviewable=ExpressionWrapper(
                mark, output_field=models.BooleanField()
            ),
            invited_ids=ArraySubquery(invitations.values("user")),
            invited_names=ArraySubquery(invitations.values("user__name")),
            times_submitted=Coalesce(Subquery(counted), 0),
        )

    def editable_by(self, user: User) -> Self:
        return self.filter(
            school__in=schools_of(user, Permission.APPLICATION_WRITE), status__in=EDITABLE
        )

    def complete(self) -> Self:
        """All that is required and recommended is there."""
        return self.filter(filled=F("expected"))

    def incomplete(self) -> Self:
        return self.filter(filled__lt=F("expected"))

    def numbered(self, beginning: str) -> Self:
        """By the beginning of the case number: `SF-2026-00`, `2026-00` or, of this year, `42`."""
        if beginning.isdecimal() and len(beginning) <= 4:
            beginning = f"{today().year}-{int(beginning):04d}"
        return self.filter(
            number__startswith=beginning if beginning.startswith("SF-") else f"SF-{beginning}"
        )

    def sought(self, text: str) -> Self:
        """By the beginning of the case number, or by a pupil's initials."""
        is_number = text.startswith("SF") or text[:1].isdigit()
        return self.numbered(text) if is_number else self.filter(initials__contains=[text])

    @staticmethod
    def _for_review(user: User) -> Q:
        """Disqualified (inhabil) is who works at the school, wrote or submitted the application, was invited to it, or
        has a recusal that was not lifted.
        """
        schools = [m.school_id for m in user.current_memberships if m.school_id]
        invited = Invitation.objects.filter(user=user).values("application")
        recusals = apps.get_model("applications", "Recusal")._default_manager.filter(
            user=user, lifted_at__isnull=True
        )
        tied = (
            Q(school__in=schools)
            | Q(created_by=user)
            | Q(submitted_by=user, submitted_by__isnull=False)
        )
        out = Q(pk__in=invited.union(recusals.values("application"), all=True))
        return Q(submitted_at__isnull=False) & ~tied & ~out


class Application(models.Model):
    """One school's application, for one pupil or several; always decided per pupil."""

    LIFECYCLE: ClassVar[StateMachine] = LIFECYCLE

    class LegalBasis(models.TextChoices):
        SECTION_9_4 = (
            "section_9_4",
            "Folkeskoleloven § 9, stk. 4: særligt tilrettelagte undervisningsforløb",
        )
        OTHER = "other", "Folkeskoleloven i øvrigt"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    number = models.CharField("sagsnummer", max_length=16, unique=True)
    school = models.ForeignKey(
        School, on_delete=models.PROTECT, related_name="+", verbose_name="skole"
    )
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT)
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField("oprettet")
    updated_at = models.DateTimeField("ændret")
    revision = models.PositiveIntegerField("skrevet, antal gange", default=0)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )
    submitted_at = models.DateTimeField("indsendt", null=True)
    closed_at = models.DateTimeField("afgjort", null=True)
    sent_back_note = EncryptedTextField(
        "hvad udvalget beder om", max_length=TEXT, blank=True, default=""
    )
    sent_back_asks = EncryptedTextField(
        "hvad udvalget beder om, trin for trin", null=True, blank=True
    )
    withdrawn_reason = EncryptedTextField(
        "hvorfor trukket tilbage", max_length=TEXT, blank=True, default=""
    )

    learning_environment = EncryptedTextField(
        "læringsmiljøet", max_length=TEXT, blank=True, default=""
    )
    joint_reason = EncryptedTextField(
        "hvorfor en fælles indsats", max_length=TEXT, blank=True, default=""
    )
    support_hours_use = EncryptedTextField(
        "støttetimernes anvendelse", max_length=TEXT, blank=True, default=""
    )
    support_hours_yield = EncryptedTextField(
        "støttetimernes udbytte", max_length=TEXT, blank=True, default=""
    )

    ppr_contact = EncryptedTextField("kontakt i PPR", max_length=LINE, blank=True, default="")
    ppr_setup = EncryptedTextField(
        "PPR i opbygningen af indsatsen", max_length=TEXT, blank=True, default=""
    )
    ppr_daily = EncryptedTextField(
        "PPR i den daglige drift", max_length=TEXT, blank=True, default=""
    )
    coordinator = EncryptedTextField(
        "tværfaglig koordinator", max_length=TEXT, blank=True, default=""
    )
    family_cooperation = EncryptedTextField(
        "samarbejdet med familien", max_length=TEXT, blank=True, default=""
    )
    leisure_cooperation = EncryptedTextField(
        "samarbejdet med BFO eller klub", max_length=TEXT, blank=True, default=""
    )
    kui_cooperation = EncryptedTextField(
        "samarbejdet med KUI", max_length=TEXT, blank=True, default=""
    )
    workplace_training = EncryptedTextField("praktik", max_length=TEXT, blank=True, default="")
    mentor = EncryptedTextField("mentor", max_length=TEXT, blank=True, default="")
    exam_path = EncryptedTextField(
        "vejen til afgangsprøven", max_length=TEXT, blank=True, default=""
    )

    daily_leader_name = EncryptedTextField("daglig leder", max_length=LINE, blank=True, default="")
    representative_name = EncryptedTextField(
        "forelægges af", max_length=LINE, blank=True, default=""
    )
    legal_basis = models.CharField("lovgrundlag", max_length=12, choices=LegalBasis, blank=True)

    # What lists show and sort by: written by `actions.summarise`, so that a list needs no other table.
    initials = ArrayField(models.CharField(max_length=12), default=list)
    kinds = ArrayField(models.CharField(max_length=10), default=list)
    grades = ArrayField(models.SmallIntegerField(), default=list)
    pupil_count = models.PositiveSmallIntegerField("elever", default=0)
    requested = models.PositiveIntegerField("ansøgt om året", default=0)
    filled = models.PositiveSmallIntegerField(default=0)
    expected = models.PositiveSmallIntegerField(default=0)
    effort_ends_on = models.DateField(
        "indsatsen løber til", null=True
    )  # by `actions.note_effort`, once released

    objects = ApplicationQuerySet.as_manager()
    # By `marked_for`, and there only.
    is_marked_reviewable: bool
    invited_ids: list[int]
    invited_names: list[str]
    times_submitted: int

    class Meta:
        indexes = (
            models.Index(fields=("status", "submitted_at", "id"), name="queue_by_age"),
            models.Index(fields=("status", "requested", "id"), name="queue_by_amount"),
            models.Index(
                fields=("submitted_at", "id"),
                condition=Q(submitted_at__isnull=False),
                name="all_by_age",
            ),
            models.Index(
                fields=("requested", "id"),
                condition=Q(submitted_at__isnull=False),
                name="all_by_amount",
            ),
            models.Index(
                fields=("school", "submitted_at", "id"),
                condition=Q(submitted_at__isnull=False),
                name="all_of_a_school",
            ),
            models.Index(fields=("school", "-updated_at", "-id"), name="a_schools_cases"),
            models.Index(fields=("school", "-requested", "-id"), name="a_schools_cases_by_amount"),
            models.Index(fields=("school", "-number", "-id"), name="a_schools_cases_by_number"),
            models.Index(
                fields=("school", "status", "submitted_at", "id"), name="queue_of_a_school"
            ),
            models.Index(OpClass(F("number"), "text_pattern_ops"), name="number_by_its_beginning"),
            GinIndex(fields=("initials",), name="by_initials"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(status__in=(Status.CHALLENGE, Status.DRAFT, Status.WITHDRAWN))
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

    @property
    def asks(self) -> dict[str, str]:
        """What the committee asks for, by its place in the application as `asking` names it."""
        return dict(json.loads(self.sent_back_asks)) if self.sent_back_asks else {}

    @property
    def lies_at(self) -> Self:
        return self

    def has_invited(self, user: User) -> bool:
        if "invited_ids" in self.__dict__:
            return user.pk in self.invited_ids
        return self.invitations.filter(user=user).exists()

    @property
    def tone(self) -> str:
        return TONES[Status(self.status)]

    @property
    def is_editable(self) -> bool:
        return self.status in EDITABLE

    @property
    def is_challenge(self) -> bool:
        return self.status == Status.CHALLENGE

    @property
    def is_reviewable(self) -> bool:
        """Whether the person it was marked for sees the committee's side of it.

        Raises LookupError unless it comes from `marked_for`: whose side a page shows is
        never guessed. No AttributeError, which a template would take for "no".
        """
        if "is_marked_reviewable" not in self.__dict__:
            raise LookupError(f"{self.number} was not marked for anybody.")
        return self.is_marked_reviewable

    def is_unread_since(self, read_at: datetime | None) -> bool:
        """Whether it was submitted after it was read at `read_at`; None: it never was."""
        if self.submitted_at is None:
            return False
        return read_at is None or read_at < self.submitted_at

    @property
    def is_complete(self) -> bool:
        """Whether all that is required or recommended is filled in."""
        return bool(self.expected) and self.filled == self.expected


class Capacity(models.TextChoices):
    """What an adviser is on a case: what a statement of theirs counts as."""

    PPR = "ppr", "PPR"
    CASEWORKER = "caseworker", "Sagsbehandler"
    KUI = "kui", "KUI"
    UU = "uu", "UU"
    LEISURE = "leisure", "BFO eller klub"
    OTHER = "other", "Rådgiver"

    @classmethod
    def by_titles(cls, titles: Iterable[str]) -> Capacity:
        """By the first word of a title that names one: the administrator gives titles, not the school that invites."""
        words = {word for title in titles for word in re.findall(r"\w+", title.lower())}
        return next((capacity for capacity, names in _CALLED.items() if words & names), cls.OTHER)


_CALLED = {
    Capacity.PPR: {"ppr"},
    Capacity.CASEWORKER: {"sagsbehandler", "socialrådgiver", "socialafsnittet"},
    Capacity.KUI: {"kui"},
    Capacity.UU: {"uu"},
    Capacity.LEISURE: {"bfo", "klub", "fritid"},
}


class Invitation(models.Model):
    """An adviser's right to one case."""

    application = models.ForeignKey(
        Application, on_delete=models.CASCADE, related_name="invitations"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="invitations"
    )
    invited_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    invited_at = models.DateTimeField(auto_now_add=True)
    capacity = models.CharField(
        "inviteret som", max_length=10, choices=Capacity, default=Capacity.OTHER
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "user"), name="an_adviser_is_invited_once"
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)


class CaseCounter(models.Model):
    """The last case number given out in a year."""

    year = models.PositiveSmallIntegerField(primary_key=True)
    last = models.PositiveIntegerField()

    def __str__(self) -> str:
        return f"{self.year}: {self.last}"
