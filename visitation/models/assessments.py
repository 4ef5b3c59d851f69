"""Before the meeting: who has read a case, what each member thinks, what the school is asked."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q

from applications.models import TEXT, Application, PupilCase, Recusal
from skolefleks.encryption import EncryptedTextField
from visitation.lifecycle import MeetingStatus
from visitation.models.decisions import Decision
from visitation.models.meetings import AgendaItem

if TYPE_CHECKING:
    from skolefleks.models import User


class Reading(models.Model):
    """A member has read a case through, as it was submitted last."""

    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    read_at = models.DateTimeField("læst")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=("application", "user"),
                name="a_case_is_read_once_by_each",
            ),
        )

    def __str__(self) -> str:
        return f"{self.application_id} {self.user_id}"


class AssessmentQuerySet(models.QuerySet["Assessment"]):
    def visible_to(self, user: User) -> Self:
        """The person's own, and the others' once they can influence nobody.

        That is when the person has assessed the pupil too, when the pupil is decided, or when
        the meeting that has the case is under way. Nothing of a case where the person is
        disqualified; and an assessment of somebody who is disqualified counts no more.
        """
        # Asked inside the database: what may not be seen is not read.
        own = Assessment.objects.filter(member=user, pupil_case=OuterRef("pupil_case"))
        decision = Decision.objects.settled().filter(pupil_case=OuterRef("pupil_case"))
        meeting = items_under_way().filter(
            application=OuterRef("pupil_case__application")
        )
        visible = self.filter(Exists(own) | Exists(decision) | Exists(meeting))

        recusal_of_its_member = Recusal.objects.filter(
            user=OuterRef("member"),
            application=OuterRef("pupil_case__application"),
            lifted_at__isnull=True,
        )
        visible = visible.exclude(Exists(recusal_of_its_member))

        reviewable = Application.objects.reviewable_by(user)
        return visible.filter(pupil_case__application__in=reviewable.values("pk"))


def items_under_way() -> models.QuerySet[AgendaItem]:
    """The agenda of the meeting that has begun and is not over."""
    return AgendaItem.objects.filter(meeting__status=MeetingStatus.UNDER_WAY)


class Assessment(models.Model):
    """One member's own view of one pupil's need.

    Nobody else reads it before they have given theirs, or met (`visible_to`).
    """

    class Weight(models.IntegerChoices):
        """How heavy the need is, in words that every member reads alike."""

        LIGHT = 1, "1. Let: enkelte afgrænsede indsatser i løbet af ugen"
        MODERATE = 2, "2. Moderat: faste indsatser flere dage om ugen"
        MARKED = 3, "3. Tydelig: daglig støtte og flere fagligheder"
        HEAVY = (
            4,
            "4. Tung: støtte det meste af dagen og tæt samarbejde på tværs",
        )
        EXTENSIVE = 5, "5. Meget tung: alternativet er dagbehandling nu"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pupil_case = models.ForeignKey(
        PupilCase, on_delete=models.PROTECT, related_name="+"
    )
    member = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    weight = models.PositiveSmallIntegerField("behovets tyngde", choices=Weight)
    # None: the member would reject.
    tariff = models.PositiveIntegerField("foreslået takst pr. år", null=True)
    why = EncryptedTextField("hvorfor, i én sætning", max_length=TEXT)
    given_at = models.DateTimeField("givet")

    objects = AssessmentQuerySet.as_manager()

    class Meta:
        ordering = ("given_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("pupil_case", "member"),
                name="each_assesses_a_pupil_once",
            ),
            models.CheckConstraint(
                condition=Q(weight__gte=1, weight__lte=5),
                name="a_weight_is_on_the_scale",
            ),
            models.CheckConstraint(
                condition=Q(tariff__isnull=True) | Q(tariff__gt=0),
                name="a_suggestion_is_an_amount",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def weight_in_short(self) -> str:
        """`3. Tydelig`."""
        return self.get_weight_display().partition(":")[0]


class Question(models.Model):
    """What the committee asks the school in writing, and what the school answers.

    Both stand on the case.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="questions"
    )
    text = EncryptedTextField("spørgsmål", max_length=TEXT)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    asked_at = models.DateTimeField("spurgt")
    # The school's: the three come together, once.
    answer = EncryptedTextField("svar", max_length=TEXT, null=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        null=True,
        related_name="+",
    )
    answered_at = models.DateTimeField("besvaret", null=True)

    class Meta:
        ordering = ("asked_at",)
        indexes = (
            # Few are unanswered at any time, however many there are.
            models.Index(
                fields=("application",),
                condition=Q(answered_at__isnull=True),
                name="questions_unanswered",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    @property
    def subject(self) -> str:
        return self.application.number


class SavedView(models.Model):
    """A member's own view of the queue: a name for what stands in the address."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+"
    )
    name = models.CharField("navn", max_length=60)
    # Without the question mark, as `Choice.text` writes it.
    query = models.CharField(max_length=400)

    class Meta:
        ordering = ("name",)
        constraints = (
            models.UniqueConstraint(
                fields=("user", "name"), name="a_view_is_named_once"
            ),
        )

    def __str__(self) -> str:
        return self.name
