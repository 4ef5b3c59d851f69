"""What the committee is asked to change of an effort that runs: to step it down, extend or stop."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.urls import reverse

from applications.models import TEXT, Application, PupilCase
from skolefleks.encryption import EncryptedTextField
from visitation.lifecycle import AMENDMENT, OPEN_AMENDMENTS, AmendmentStatus
from visitation.models.decisions import Decision
from visitation.models.efforts import Effort, OfEffort
from visitation.models.follow_ups import FollowUpWindow

if TYPE_CHECKING:
    from skolefleks.models import User
    from skolefleks.statemachine import StateMachine


class AmendmentQuerySet(models.QuerySet["Amendment"]):
    def visible_to(self, user: User) -> Self:
        """Those of the efforts that `user` may follow: to the disqualified there is none."""
        efforts = Effort.objects.visible_to(user).order_by().values("pk")
        return self.filter(effort__in=efforts)

    def waiting(self) -> Self:
        """What the committee has to decide."""
        return self.filter(status=AmendmentStatus.WAITING)

    def open(self) -> Self:
        """Something is still to be written or decided."""
        return self.filter(status__in=OPEN_AMENDMENTS)


class Amendment(OfEffort):
    """A change of a running effort's grant, as the committee is asked for it.

    It comes of a follow-up, or of the school's own short application for an
    extension. The decision that answers it may be another one than was asked
    for.
    """

    LIFECYCLE: ClassVar[StateMachine] = AMENDMENT

    class Kind(models.TextChoices):
        STEP_DOWN = "step_down", "Trap ned"
        EXTEND = "extend", "Forlæng"
        CHANGE = "change", "Ændr takst eller vilkår"
        STOP = "stop", "Stop"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    effort = models.ForeignKey(
        Effort, on_delete=models.PROTECT, related_name="amendments"
    )
    # Whose decision is amended: the pupil's place in the application that was granted last.
    pupil_case = models.ForeignKey(
        PupilCase, on_delete=models.PROTECT, related_name="+"
    )
    # The follow-up that it comes of; None where the school asks by itself.
    window = models.OneToOneField(
        FollowUpWindow,
        on_delete=models.PROTECT,
        null=True,
        related_name="amendment",
    )
    kind = models.CharField("hvad der bedes om", max_length=10, choices=Kind)
    status = models.CharField(
        max_length=10, choices=AmendmentStatus, default=AmendmentStatus.WAITING
    )

    # The school's short application for an extension; everything else comes along.
    reached = EncryptedTextField(
        "hvad er nået", max_length=TEXT, blank=True, default=""
    )
    remaining = EncryptedTextField(
        "hvad mangler", max_length=TEXT, blank=True, default=""
    )
    reason = EncryptedTextField(
        "hvorfor længere", max_length=TEXT, blank=True, default=""
    )
    until = models.DateField("forlænges til og med", null=True, blank=True)
    tariff = models.PositiveIntegerField("takst pr. år", null=True, blank=True)

    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField("senest skrevet")
    asked_at = models.DateTimeField("sendt til udvalget", null=True)
    decision = models.OneToOneField(
        Decision, on_delete=models.PROTECT, null=True, related_name="amendment"
    )

    objects = AmendmentQuerySet.as_manager()

    class Meta:
        ordering = ("asked_at", "id")
        indexes = (
            models.Index(
                fields=("asked_at", "id"),
                condition=Q(status="waiting"),
                name="amendments_waiting",
            ),
        )
        constraints = (
            models.UniqueConstraint(
                fields=("effort",),
                condition=Q(status__in=("draft", "waiting")),
                name="an_effort_asks_for_one_thing_at_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(status__in=("waiting", "decided"))
                | Q(asked_at__isnull=False),
                name="what_the_committee_has_was_sent_to_it",
            ),
            models.CheckConstraint(
                condition=~Q(status="decided") | Q(decision__isnull=False),
                name="a_decided_amendment_has_its_decision",
            ),
            # The forecast reckons with it.
            models.CheckConstraint(
                condition=~Q(status="waiting", kind="extend")
                | Q(until__isnull=False, tariff__isnull=False),
                name="an_extension_says_how_long_and_what_it_costs",
            ),
        )

    def __str__(self) -> str:
        return self.get_kind_display()

    def get_absolute_url(self) -> str:
        return reverse("visitation:amendment", args=[self.pk])

    @property
    def application(self) -> Application:
        return self.pupil_case.application

    @property
    def is_waiting(self) -> bool:
        return self.status == AmendmentStatus.WAITING

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_AMENDMENTS
