"""The application: the row that lists show, and what is written once for all its pupils."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.urls import reverse

from applications.lifecycle import (
    ANSWER_TONES,
    EDITABLE,
    LIFECYCLE,
    TONES,
    Answer,
    Status,
)
from applications.models.application_rows import ApplicationQuerySet
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import School, User
from skolefleks.textfields import LINE, TEXT

if TYPE_CHECKING:
    from datetime import datetime

    from applications.models.copies import Copy
    from skolefleks.statemachine import StateMachine


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
    # `SF-2026-0042`: of the year in which the case was begun.
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
    # Counts the writings; a page that saves while one types is told the new count.
    revision = models.PositiveIntegerField("skrevet, antal gange", default=0)
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    # The first time: from then on it waits, however often it is sent back.
    submitted_at = models.DateTimeField("indsendt", null=True)
    # The latest time: what the committee reads is of then.
    resubmitted_at = models.DateTimeField("senest indsendt", null=True)
    sent_back_at = models.DateTimeField("sendt tilbage", null=True)
    # The school's part of the waiting, up to the latest submission.
    days_at_school = models.PositiveSmallIntegerField(
        "dage hos skolen", default=0, db_default=0
    )
    closed_at = models.DateTimeField("afgjort", null=True)
    # The committee's words when it was last sent back: in all, and as JSON by place.
    sent_back_note = EncryptedTextField(
        "hvad udvalget beder om", max_length=TEXT, blank=True, default=""
    )
    sent_back_asks = EncryptedTextField(
        "hvad udvalget beder om, trin for trin", null=True, blank=True
    )
    sent_back_copy = EncryptedTextField("hvad der var indsendt", null=True, blank=True)
    withdrawn_reason = EncryptedTextField(
        "hvorfor trukket tilbage", max_length=TEXT, blank=True, default=""
    )

    # What is written once for all pupils. The names are the labels of the case
    # page, of every frozen copy and of the differences; how a form asks is
    # declared in `fields`.
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

    ppr_contact = EncryptedTextField(
        "kontakt i PPR", max_length=LINE, blank=True, default=""
    )
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
    workplace_training = EncryptedTextField(
        "praktik", max_length=TEXT, blank=True, default=""
    )
    mentor = EncryptedTextField("mentor", max_length=TEXT, blank=True, default="")
    exam_path = EncryptedTextField(
        "vejen til afgangsprøven", max_length=TEXT, blank=True, default=""
    )

    daily_leader_name = EncryptedTextField(
        "daglig leder", max_length=LINE, blank=True, default=""
    )
    representative_name = EncryptedTextField(
        "forelægges af", max_length=LINE, blank=True, default=""
    )
    legal_basis = models.CharField(
        "lovgrundlag", max_length=12, choices=LegalBasis, blank=True
    )

    # Since when the writer has it lie with the leader, to be signed.
    handed_over_at = models.DateTimeField("givet til underskrift", null=True)

    # What lists show and sort by: written by `actions.summarise`, so that a list
    # reads no other table.
    initials = ArrayField(models.CharField(max_length=12), default=list)
    kinds = ArrayField(models.CharField(max_length=10), default=list)
    grades = ArrayField(models.SmallIntegerField(), default=list)
    pupil_count = models.PositiveSmallIntegerField("elever", default=0)
    requested = models.PositiveIntegerField("ansøgt pr. år", default=0)
    filled = models.PositiveSmallIntegerField(default=0)
    expected = models.PositiveSmallIntegerField(default=0)
    # By `writing.actions.note_answer`, once released: never what is not known yet.
    answer = models.CharField(
        "svar", max_length=10, choices=Answer, blank=True, default="", db_default=""
    )
    granted = models.PositiveIntegerField("bevilget pr. år", default=0, db_default=0)
    granted_from = models.DateField("bevilget fra", null=True)
    effort_ends_on = models.DateField("indsatsen løber til", null=True)

    objects = ApplicationQuerySet.as_manager()
    # By `marked_for`, and there only.
    is_marked_reviewable: bool
    invited_ids: list[int]
    invited_names: list[str]
    times_submitted: int
    # What was submitted, where it is shown instead.
    copy: Copy | None = None

    class Meta:
        indexes = (
            # The committee's queue, a status at a time.
            models.Index(fields=("status", "submitted_at", "id"), name="queue_by_age"),
            models.Index(fields=("status", "requested", "id"), name="queue_by_amount"),
            # All that was ever submitted; drafts, which nobody else lists, take
            # no room in it.
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
            # The school's own list, in its three orders.
            models.Index(
                fields=("school", "-updated_at", "-id"), name="a_schools_cases"
            ),
            models.Index(
                fields=("school", "-requested", "-id"),
                name="a_schools_cases_by_amount",
            ),
            models.Index(
                fields=("school", "-number", "-id"), name="a_schools_cases_by_number"
            ),
            models.Index(
                fields=("school", "status", "submitted_at", "id"),
                name="queue_of_a_school",
            ),
            # The search. Without `text_pattern_ops` no LIKE of a beginning uses
            # the index.
            models.Index(
                OpClass(F("number"), "text_pattern_ops"),
                name="number_by_its_beginning",
            ),
            GinIndex(fields=("initials",), name="by_initials"),
        )
        constraints = (
            # A challenge and a draft may be withdrawn without ever having been
            # submitted.
            models.CheckConstraint(
                condition=Q(
                    status__in=(Status.CHALLENGE, Status.DRAFT, Status.WITHDRAWN)
                )
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
        if not self.sent_back_asks:
            return {}
        return dict(json.loads(self.sent_back_asks))

    @property
    def lies_at(self) -> Self:
        return self

    def has_invited(self, user: User) -> bool:
        # Read by `marked_for` already, or asked for alone.
        if "invited_ids" in self.__dict__:
            return user.pk in self.invited_ids
        return self.invitations.filter(user=user).exists()

    @property
    def state(self) -> str:
        """Its status in a word; of one that is dealt with, what came of it."""
        if self.status == Status.CLOSED and self.answer:
            return Answer(self.answer).label
        return Status(self.status).label

    @property
    def tone(self) -> str:
        if self.status == Status.CLOSED and self.answer:
            return ANSWER_TONES[Answer(self.answer)]
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

        Raises LookupError unless it comes from `marked_for`: whose side a page
        shows is never guessed. No AttributeError, which a template would take
        for "no".
        """
        if "is_marked_reviewable" not in self.__dict__:
            raise LookupError(f"{self.number} was not marked for anybody.")
        return self.is_marked_reviewable

    def is_unread_since(self, read_at: datetime | None) -> bool:
        """Whether it was submitted after it was read at `read_at`; None: it never was."""
        if self.handed_in_at is None:
            return False
        return read_at is None or read_at < self.handed_in_at

    @property
    def handed_in_at(self) -> datetime | None:
        """When what the committee reads was submitted."""
        return self.resubmitted_at or self.submitted_at

    @property
    def is_complete(self) -> bool:
        """Whether all that is required or recommended is filled in."""
        return bool(self.expected) and self.filled == self.expected
