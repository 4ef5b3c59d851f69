"""The committee's meetings: the agenda in its order, who was there, and what was said."""

from __future__ import annotations

import uuid
from datetime import timedelta
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import DateTimeField as Moment
from django.db.models import ExpressionWrapper, F, OuterRef, Q, Subquery, Sum, Value
from django.db.models.functions import Coalesce
from django.urls import reverse

from applications.models import LINE, TEXT, Application
from skolefleks.encryption import EncryptedTextField
from skolefleks.permissions import EVERYWHERE, Reach
from visitation.lifecycle import MEETING, UPCOMING, MeetingStatus

if TYPE_CHECKING:
    from django.db.models.expressions import CombinedExpression

    from skolefleks.statemachine import StateMachine


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def upcoming(self) -> Self:
        """Not yet held: what is on their agendas is to be taken up there."""
        return self.filter(status__in=UPCOMING)


class Meeting(models.Model):
    """One meeting of the committee, from its plan to its approved minutes."""

    LIFECYCLE: ClassVar[StateMachine] = MEETING

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.CharField(max_length=10, choices=MeetingStatus, default=MeetingStatus.PLANNED)
    starts_at = models.DateTimeField("begynder")
    ends_at = models.DateTimeField("slutter")
    place = models.CharField("sted", max_length=LINE)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    revision = models.PositiveIntegerField(
        "ændret, antal gange", default=0
    )  # of agenda and plan: stale forms are refused
    invited_at = models.DateTimeField("indkaldt", null=True)
    opened_at = models.DateTimeField("åbnet", null=True)
    closed_at = models.DateTimeField("sluttet", null=True)
    at_item = models.ForeignKey(
        "AgendaItem", on_delete=models.PROTECT, null=True, related_name="+"
    )  # under way
    remarks = EncryptedTextField(
        "generelle bemærkninger til referatet", max_length=TEXT, blank=True, default=""
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at",)
        indexes = (models.Index(fields=("status", "starts_at"), name="meetings_by_time"),)
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")), name="a_meeting_ends_after_it_begins"
            ),
            models.UniqueConstraint(
                fields=("status",),
                condition=Q(status="under_way"),
                name="one_meeting_is_under_way_at_a_time",
            ),
        )

    def __str__(self) -> str:
        return str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("visitation:meeting", args=[self.pk])

    @property
    def lies_at(self) -> Reach:
        """It belongs to no school: the right to it is held everywhere or not at all."""
        return EVERYWHERE


class AgendaItem(models.Model):
    """One case on one agenda. Its times follow from the order and the minutes before it."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="items")
    application = models.ForeignKey(Application, on_delete=models.PROTECT, related_name="+")
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField("minutter")
    said = EncryptedTextField(
        "hvad der blev sagt, til referatet", max_length=TEXT, blank=True, default=""
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "application"), name="a_case_is_once_on_an_agenda"
            ),
            models.CheckConstraint(condition=Q(minutes__gt=0), name="a_case_takes_time"),
        )

    def __str__(self) -> str:
        return str(self.pk)


class Attendance(models.Model):
    """One of the committee at one meeting; who counts towards the quorum holds the role of member or chair."""

    class State(models.TextChoices):
        INVITED = "invited", "Indkaldt"
        PRESENT = "present", "Til stede"
        ABSENT = "absent", "Afbud"

    meeting = models.ForeignKey(Meeting, on_delete=models.PROTECT, related_name="attendances")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)
    counts = models.BooleanField("tæller med i beslutningsdygtigheden")

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "user"), name="everybody_is_at_a_meeting_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.user_id}"


def case_time() -> Subquery:
    """When the case is taken up, as soon as the committee is invited to the meeting: to annotate applications with."""
    items = AgendaItem.objects.filter(application=OuterRef("pk"), meeting__invited_at__isnull=False)
    called = items.filter(meeting__status__in=UPCOMING).order_by("meeting__starts_at")
    return Subquery(called.annotate(at=begins_at()).values("at")[:1], output_field=Moment())


def begins_at() -> ExpressionWrapper[CombinedExpression]:
    """When an item of an agenda is taken up: the meeting's beginning and the minutes of what comes before."""
    others = AgendaItem.objects.filter(meeting=OuterRef("meeting"))
    earlier = Q(position__lt=OuterRef("position")) | Q(
        position=OuterRef("position"), pk__lt=OuterRef("pk")
    )
    before = Subquery(
        others.filter(earlier)
        .order_by()
        .values("meeting")
        .annotate(sum=Sum("minutes"))
        .values("sum")
    )
    at = F("meeting__starts_at") + Coalesce(before, 0) * Value(timedelta(minutes=1))
    return ExpressionWrapper(at, output_field=Moment())
