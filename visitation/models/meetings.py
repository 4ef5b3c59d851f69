"""The committee's meetings: the agenda in its order, who was there, and what was said."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from django.db.models.expressions import RawSQL
from django.urls import reverse

from applications.models import LINE, TEXT, Application
from skolefleks.encryption import EncryptedTextField
from skolefleks.permissions import EVERYWHERE, Reach
from visitation.lifecycle import MEETING, UPCOMING, MeetingStatus

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class MeetingQuerySet(models.QuerySet["Meeting"]):
    def upcoming(self) -> Self:
        """Not yet held: what is on their agendas is to be taken up there."""
        return self.filter(status__in=UPCOMING)


class Meeting(models.Model):
    """One meeting of the committee, from its plan to its approved minutes."""

    LIFECYCLE: ClassVar[StateMachine] = MEETING

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    status = models.CharField(
        max_length=10, choices=MeetingStatus, default=MeetingStatus.PLANNED
    )
    starts_at = models.DateTimeField("begynder")
    ends_at = models.DateTimeField("slutter")
    place = models.CharField("sted", max_length=LINE)
    # None of a meeting that was planned before meetings had such a day.
    submit_by = models.DateField("sidste dag for sager", null=True)
    planned_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    # Of agenda and plan: a form that was opened before the last change is refused.
    revision = models.PositiveIntegerField("ændret, antal gange", default=0)
    invited_at = models.DateTimeField("indkaldt", null=True)
    opened_at = models.DateTimeField("åbnet", null=True)
    closed_at = models.DateTimeField("sluttet", null=True)
    # The item that is at hand while the meeting is under way.
    at_item = models.ForeignKey(
        "AgendaItem", on_delete=models.PROTECT, null=True, related_name="+"
    )
    # Or the free point: never both at once.
    at_point = models.ForeignKey(
        "FreePoint", on_delete=models.PROTECT, null=True, related_name="+"
    )
    remarks = EncryptedTextField(
        "generelle bemærkninger til referatet",
        max_length=TEXT,
        blank=True,
        default="",
    )

    objects = MeetingQuerySet.as_manager()

    class Meta:
        ordering = ("starts_at",)
        indexes = (
            models.Index(fields=("status", "starts_at"), name="meetings_by_time"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(ends_at__gt=F("starts_at")),
                name="a_meeting_ends_after_it_begins",
            ),
            models.CheckConstraint(
                condition=Q(submit_by__lte=F("starts_at__date")),
                name="cases_come_in_before_their_meeting",
            ),
            # A unique status among the meetings under way: so there is one of them at most.
            models.UniqueConstraint(
                fields=("status",),
                condition=Q(status="under_way"),
                name="one_meeting_is_under_way_at_a_time",
            ),
            models.CheckConstraint(
                condition=Q(at_item__isnull=True) | Q(at_point__isnull=True),
                name="a_meeting_is_at_one_point_at_a_time",
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


class AgendaRow(models.Model):
    """What cases and free points have alike: their place on an agenda, and what was said."""

    # From 0 on; where two of a kind are equal, the id decides (`begins_at`).
    position = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField("minutter")
    said = EncryptedTextField(
        "hvad der blev sagt, til referatet",
        max_length=TEXT,
        blank=True,
        default="",
    )
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        abstract = True
        ordering = ("position", "id")

    def __str__(self) -> str:
        return str(self.pk)


class AgendaItem(AgendaRow):
    """One case, or one amendment, on one agenda.

    Its times follow from the order and the minutes before it.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="items"
    )
    application = models.ForeignKey(
        Application, on_delete=models.PROTECT, related_name="+"
    )
    # What is asked for a running effort, instead of the case's own decision.
    amendment = models.ForeignKey(
        "visitation.Amendment",
        on_delete=models.PROTECT,
        null=True,
        related_name="items",
    )

    class Meta(AgendaRow.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "application"),
                condition=Q(amendment__isnull=True),
                name="a_case_is_once_on_an_agenda",
            ),
            models.UniqueConstraint(
                fields=("meeting", "amendment"),
                name="an_amendment_is_once_on_an_agenda",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0), name="a_case_takes_time"
            ),
        )


class FreePoint(AgendaRow):
    """A point of an agenda that is no case, in one order with the cases.

    It is talked of and never decided: no quorum and no gate asks for it. Beside
    a case at the same position it comes first.
    """

    class Kind(models.TextChoices):
        MINUTES = "minutes", "Referat af sidste møde"
        TOLD = "told", "Orientering"
        OTHER = "other", "Eventuelt"
        OWN = "own", "Eget punkt"

    # Known before the row is: the encrypted texts are bound to it.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="free_points"
    )
    kind = models.CharField(max_length=7, choices=Kind)
    # Only a point of its own has a title; the others are called by their kind.
    title = EncryptedTextField(
        "punktets navn", max_length=LINE, blank=True, default=""
    )

    class Meta(AgendaRow.Meta):
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "kind"),
                condition=~Q(kind="own"),
                name="a_usual_point_is_once_on_an_agenda",
            ),
            models.CheckConstraint(
                condition=Q(minutes__gt=0), name="a_free_point_takes_time"
            ),
        )


class Attendance(models.Model):
    """One of the committee at one meeting.

    Who holds the role of member or chair counts towards the quorum, and who
    stands in for one of them.
    """

    class State(models.TextChoices):
        INVITED = "invited", "Indkaldt"
        COMING = "coming", "Deltager"
        PRESENT = "present", "Til stede"
        ABSENT = "absent", "Afbud"

    meeting = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, related_name="attendances"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    state = models.CharField(max_length=8, choices=State, default=State.INVITED)
    # As it was when the person was called: a role may end before the minutes are read.
    counts = models.BooleanField("tæller med i beslutningsdygtigheden")
    # Of a substitute: who named them.
    stands_in_for = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+"
    )

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("meeting", "user"),
                name="everybody_is_at_a_meeting_once",
            ),
            models.UniqueConstraint(
                fields=("meeting", "stands_in_for"),
                name="a_member_has_one_substitute_at_a_meeting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.meeting_id} {self.user_id}"


# Of an application, by hand (docs/decisions/0040).
# A case begins after the minutes of all that stands before it, as `agenda.rules.in_order` says.
_CASE_TIME = """
    SELECT meeting.starts_at + interval '1 minute' * (
        coalesce((
            SELECT sum(minutes) FROM visitation_agendaitem earlier
            WHERE earlier.meeting_id = item.meeting_id
                AND (earlier.position, earlier.id) < (item.position, item.id)
        ), 0) + coalesce((
            SELECT sum(minutes) FROM visitation_freepoint earlier
            WHERE earlier.meeting_id = item.meeting_id AND earlier.position <= item.position
        ), 0)
    )
    FROM visitation_agendaitem item JOIN visitation_meeting meeting ON meeting.id = meeting_id
    WHERE application_id = applications_application.id
        AND status = ANY(%s) AND invited_at IS NOT NULL
    ORDER BY starts_at LIMIT 1
"""

_CASE_DEADLINE = """
    SELECT submit_by
    FROM visitation_agendaitem item JOIN visitation_meeting meeting ON meeting.id = meeting_id
    WHERE application_id = applications_application.id
        AND status = ANY(%s) AND amendment_id IS NULL
    ORDER BY starts_at LIMIT 1
"""


def case_time() -> RawSQL:
    """When the case is taken up, as soon as people are invited to the meeting.

    Applications are annotated with it.
    """
    moment = models.DateTimeField()
    return RawSQL(_CASE_TIME, [list(UPCOMING)], moment)  # noqa: S611  the text is ours


def case_deadline() -> RawSQL:
    """The last day for cases of the meeting whose agenda the case is on, invited to or not."""
    day = models.DateField()
    return RawSQL(_CASE_DEADLINE, [list(UPCOMING)], day)  # noqa: S611  the text is ours
