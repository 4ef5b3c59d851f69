"""The application: the row that lists show, and what is written once for all its pupils."""

from __future__ import annotations

import json
import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import ExpressionWrapper, F, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse

from applications.lifecycle import (
    ANSWER_TONES,
    EDITABLE,
    LIFECYCLE,
    TONES,
    Answer,
    Status,
)
from applications.models.copies import show_copies
from applications.models.invitations import Invitation
from applications.models.shared_texts import SharedTexts
from skolefleks import alphabet
from skolefleks.encryption import EncryptedTextField
from skolefleks.models import School, User
from skolefleks.permissions import (
    EVERYWHERE,
    Permission,
    Scope,
    holds,
    may,
    schools_of,
)
from skolefleks.textfields import TEXT

if TYPE_CHECKING:
    from datetime import datetime

    from applications.models.copies import Copy
    from skolefleks.statemachine import StateMachine


class ApplicationQuerySet(models.QuerySet["Application"]):
    _shows_copies = False

    def _clone(self) -> Self:
        clone: Self = super()._clone()  # type: ignore[misc]
        clone._shows_copies = self._shows_copies
        return clone

    def _fetch_all(self) -> None:
        is_new = self._result_cache is None
        super()._fetch_all()
        # Here, and not in the pages: a page cannot forget it.
        if is_new and self._shows_copies:
            show_copies(self._result_cache or ())

    def visible_to(self, user: User) -> Self:
        """What `user` may read.

        That is one's own school's, what one is invited to, and as committee
        what is under review.
        """
        right = Permission.CASE_READ
        visible = Q(school__in=schools_of(user, right))
        if holds(user, right, Scope.INVITED):
            invitations = Invitation.objects.filter(user=user)
            visible |= Q(pk__in=invitations.values("application"))
        if may(user, right, at=EVERYWHERE):
            visible |= self._for_review(user)
        return self.filter(visible)

    def reviewable_by(self, user: User) -> Self:
        """What `user` may assess and decide: all ever submitted that they are untied to."""
        if not may(user, Permission.CASE_READ, at=EVERYWHERE):
            return self.none()
        return self.filter(self._for_review(user))

    def untied_to(self, user: User) -> Self:
        """Where `user` is not disqualified, whatever their role."""
        return self.filter(self._for_review(user))

    def marked_for(self, user: User) -> Self:
        """With what the case page asks of each, in one query rather than four.

        `is_reviewable` says whether `user` sees the committee's side of it:
        then it is what was submitted (`copies`), and not what the school has
        written since.
        """
        reviewable = Q(pk__in=[])
        if may(user, Permission.CASE_READ, at=EVERYWHERE):
            reviewable = self._for_review(user)

        marked = self.annotate(
            is_marked_reviewable=ExpressionWrapper(
                reviewable, output_field=models.BooleanField()
            ),
            invited_ids=RawSQL(_INVITED_IDS, []),  # noqa: S611
            invited_names=RawSQL(_INVITED_NAMES, []),  # noqa: S611
            times_submitted=RawSQL(_TIMES_SUBMITTED, []),  # noqa: S611
        )
        marked._shows_copies = True
        return marked

    def editable_by(self, user: User) -> Self:
        schools = schools_of(user, Permission.APPLICATION_WRITE)
        return self.filter(school__in=schools, status__in=EDITABLE)

    def complete(self) -> Self:
        """All that is required and recommended is there."""
        return self.filter(filled=F("expected"))

    def incomplete(self) -> Self:
        return self.filter(filled__lt=F("expected"))

    @staticmethod
    def _for_review(user: User) -> Q:
        """Whatever was submitted, where `user` is not disqualified (inhabil).

        Disqualified is who works at the school, wrote or submitted the
        application, was invited to it, or has a recusal that was not lifted.
        `reading.ties` says the same with the reason.
        """
        memberships = user.current_memberships
        schools = [member.school_id for member in memberships if member.school_id]
        is_tied = Q(school__in=schools) | Q(created_by=user)
        # Without the second half a NULL would make `not tied` unknown, and hide
        # the row.
        is_tied |= Q(submitted_by=user, submitted_by__isnull=False)

        return Q(submitted_at__isnull=False) & ~is_tied & ~Q(pk__in=_out_of(user))


# What stands beside a marked case, by hand (docs/decisions/0040).
_INVITED_IDS = """ARRAY(
    SELECT user_id FROM applications_invitation invitation
    WHERE application_id = applications_application.id ORDER BY invitation.id
)"""

_INVITED_NAMES = f"""ARRAY(
    SELECT name FROM applications_invitation JOIN skolefleks_user invited ON invited.id = user_id
    WHERE application_id = applications_application.id ORDER BY {alphabet.sql("name")}
)"""  # noqa: S608  the text is ours

_TIMES_SUBMITTED = """
    SELECT count(*) FROM applications_submission WHERE application_id = applications_application.id
"""


def _out_of(user: User) -> RawSQL:
    """The cases that `user` was invited to or is recused from, by hand.

    It stands in nearly every query of the committee's pages, several times in some, and the ORM
    puts it together anew each time.
    """
    sql = """
        SELECT application_id FROM applications_invitation WHERE user_id = %s
        UNION ALL
        SELECT application_id FROM applications_recusal
        WHERE user_id = %s AND lifted_at IS NULL
    """
    return RawSQL(sql, [user.pk, user.pk])  # noqa: S611  the text is ours


class Application(SharedTexts):
    """One school's application, for one pupil or several; always decided per pupil."""

    LIFECYCLE: ClassVar[StateMachine] = LIFECYCLE

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    # `AB-2026-0042`: of the year in which the case was begun.
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
    # When a challenge became an application; created as one, the same moment.
    applied_at = models.DateTimeField("blev ansøgning", null=True)
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
