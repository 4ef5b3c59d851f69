"""What the committee decided for one pupil: with its grounds, provisional until released."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar, Self

import pgtrigger
from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from applications.models import TEXT, Application, PupilCase
from skolefleks.danish import day
from skolefleks.encryption import EncryptedTextField
from skolefleks.models.places import KEY
from skolefleks.permissions import Place
from skolefleks.setup import trade
from skolefleks.triggers import append_only, fixed
from visitation.lifecycle import DECISION, KNOWN, DecisionStatus
from visitation.models.meetings import Meeting
from visitation.models.rounds import WrittenRound

if TYPE_CHECKING:
    from skolefleks.statemachine import StateMachine


class DecisionQuerySet(models.QuerySet["Decision"]):
    def standing(self) -> Self:
        """Neither undone nor replaced: of a pupil at most one provisional and one released."""
        return self.exclude(
            status__in=(DecisionStatus.UNDONE, DecisionStatus.REPLACED)
        )

    def settled(self) -> Self:
        """What keeps a pupil from being decided anew.

        That is all that stands, but for a postponement that was released.
        """
        return self.standing().exclude(
            status=DecisionStatus.RELEASED,
            outcome=Decision.Outcome.POSTPONED,
        )

    def provisional(self) -> Self:
        return self.filter(status=DecisionStatus.PROVISIONAL)

    def released(self) -> Self:
        """What everybody but the committee may know of."""
        return self.filter(status=DecisionStatus.RELEASED)

    def above_ceiling(self) -> Self:
        """Provisional, and to be agreed to by both centre chiefs before they are released."""
        ceiling = trade.by_day("tariff_ceiling", "decided_at__date")
        return self.provisional().filter(grant__tariff__gt=ceiling)

    def to_be_told(self) -> Self:
        """Made outside a meeting, and no meeting has been told of it yet."""
        outside = (Decision.Basis.WRITTEN, Decision.Basis.ALONE)
        not_undone = self.exclude(status=DecisionStatus.UNDONE)
        return not_undone.filter(basis__in=outside, told_at=None)

    def known_to_school(self) -> Self:
        """What the school was told: what counts now, and what that replaced."""
        return self.filter(status__in=KNOWN)


class Decision(models.Model):
    """What was decided for one pupil, with its grounds.

    It is provisional until it is released, and never changed after that: a
    released one is put right by a new one that `replaces` it, and both stay
    readable.
    """

    LIFECYCLE: ClassVar[StateMachine] = DECISION

    class Outcome(models.TextChoices):
        GRANTED = "granted", "Bevilget"
        PARTLY = "partly", "Delvist bevilget"
        REJECTED = "rejected", "Afslag"
        POSTPONED = "postponed", "Udsat"
        # Of an effort that runs already; each takes the place of the decision before it.
        STEPPED_DOWN = "stepped", "Trappet ned"
        EXTENDED = "extended", "Forlænget"
        CHANGED = "changed", "Ændret"
        STOPPED = "stopped", "Stoppet"
        UNCHANGED = "unchanged", "Ikke ændret"
        # The money follows a pupil to another school.
        MOVED = "moved", "Flyttet med eleven"

    class Basis(models.TextChoices):
        """Who decided, and how (`visitation.ways.rules`)."""

        MEETING = "meeting", "På et møde"
        WRITTEN = "written", "I skriftlig behandling"
        ALONE = "alone", "Af formanden alene"
        # From before there was a rule; nothing new is decided so.
        BEFORE = "before", "Uden for et møde, før reglen om det"

    class Ground(models.TextChoices):
        """Why the chair decided alone."""

        SLIP = "slip", "En fejl rettes"
        URGENT = "urgent", "Sagen haster"
        # Nothing new is granted: the money follows the pupil.
        MOVED = "moved", "Eleven skifter skole"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    pupil_case = models.ForeignKey(
        PupilCase, on_delete=models.PROTECT, related_name="+"
    )
    status = models.CharField(
        max_length=12,
        choices=DecisionStatus,
        default=DecisionStatus.PROVISIONAL,
    )
    outcome = models.CharField("afgørelse", max_length=10, choices=Outcome)
    grounds = EncryptedTextField("begrundelse", max_length=TEXT)
    # The grounds lie encrypted, where no constraint can look: this says that there are any.
    has_grounds = models.BooleanField(default=True)
    # Why another tariff than the unit tariff. The centre chiefs read it, who may know nothing of
    # the pupil: so it says nothing of the pupil.
    deviation = EncryptedTextField(
        "hvorfor en anden takst", max_length=TEXT, blank=True, null=True
    )
    weight = models.PositiveSmallIntegerField("tyngde", null=True)  # Assessment.Weight
    # Whole years on the day of the decision.
    age = models.PositiveSmallIntegerField("alder", null=True)
    basis = models.CharField("hvordan", max_length=8, choices=Basis)
    meeting = models.ForeignKey(
        Meeting,
        on_delete=models.PROTECT,
        null=True,
        related_name="decisions",
    )
    written_round = models.OneToOneField(
        WrittenRound,
        on_delete=models.PROTECT,
        null=True,
        related_name="decision",
    )
    ground = models.CharField(max_length=6, choices=Ground, blank=True, default="")
    alone_reason = EncryptedTextField(
        "hvorfor alene", max_length=TEXT, blank=True, null=True
    )
    has_alone_reason = models.BooleanField(default=False)
    # The meeting that was told of what was decided outside one.
    told_at = models.ForeignKey(
        Meeting, on_delete=models.PROTECT, null=True, related_name="told_of"
    )
    replaces = models.ForeignKey(
        "self",
        on_delete=models.PROTECT,
        null=True,
        related_name="replaced_by",
    )
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("afgjort")
    released_at = models.DateTimeField("frigivet", null=True)

    objects = DecisionQuerySet.as_manager()
    # Set by `cases.queries.case_file`, for the case page.
    refusals: list[str]
    # And whether its tariff lacks the agreement of a centre.
    waits_for_chiefs: bool

    class Meta:
        ordering = ("decided_at",)
        indexes = (
            # What earlier pupils were granted, beside the members' assessments.
            models.Index(
                fields=("outcome", "weight", "age"),
                name="decisions_to_compare_with",
            ),
        )
        constraints = (
            # A released postponement stands while the pupil is decided anew: so there may be one
            # of each, and no more.
            models.UniqueConstraint(
                fields=("pupil_case",),
                condition=Q(status="provisional"),
                name="a_pupil_has_one_provisional_decision",
            ),
            models.UniqueConstraint(
                fields=("pupil_case",),
                condition=Q(status="released"),
                name="a_pupil_has_one_released_decision",
            ),
            models.CheckConstraint(
                condition=Q(has_grounds=True),
                name="a_decision_gives_grounds",
            ),
            models.CheckConstraint(
                condition=Q(basis="meeting", meeting__isnull=False, ground="")
                | Q(basis="written", written_round__isnull=False, ground="")
                | Q(
                    basis="alone",
                    ground__in=("slip", "urgent", "moved"),
                    has_alone_reason=True,
                )
                | Q(basis="before", ground=""),
                name="a_decision_says_who_decided",
            ),
            models.CheckConstraint(
                condition=Q(basis="meeting") | Q(meeting__isnull=True),
                name="only_a_meeting_decides_at_a_meeting",
            ),
            models.CheckConstraint(
                condition=Q(basis="written") | Q(written_round__isnull=True),
                name="only_a_round_decides_in_writing",
            ),
        )
        triggers = (
            fixed(
                "who_decided_stands",
                "basis meeting_id written_round_id ground alone_reason",
            ),
            pgtrigger.Protect(
                name="nothing_new_is_decided_by_nobody",
                operation=pgtrigger.Insert,
                condition=pgtrigger.Q(new__basis="before"),
            ),
        )

    def __str__(self) -> str:
        return self.get_outcome_display()

    @property
    def application(self) -> Application:
        return self.pupil_case.application

    @property
    def subject(self) -> str:
        return self.application.number

    @property
    def lies_at(self) -> Place:
        return self.application

    @property
    def is_postponed(self) -> bool:
        return self.outcome == self.Outcome.POSTPONED

    @property
    def waits_again(self) -> bool:
        """Put off, and the school knows it: the pupil is to be decided anew."""
        return self.is_postponed and self.status == DecisionStatus.RELEASED

    @property
    def is_amending(self) -> bool:
        """Whether it answers what was asked for an effort that ran already."""
        return self.outcome in AMENDING

    @property
    def who_decided(self) -> str:
        """By whom, as everybody may read it."""
        if self.basis == self.Basis.ALONE:
            return "kvalitetsudvalgets formand alene"
        if self.basis == self.Basis.BEFORE:
            return "kvalitetsudvalgets formand eller sekretær"
        return "kvalitetsudvalget"

    @property
    def how_decided(self) -> str:
        """At a meeting, or how else, and when it was: to put behind what was decided."""
        decided_on = day(timezone.localdate(self.decided_at))
        # Its day may be another than the meeting was planned for.
        if self.meeting_id:
            return f"på mødet den {decided_on}"
        if self.basis == self.Basis.WRITTEN:
            return f"i skriftlig behandling, afsluttet den {decided_on}"
        if self.basis == self.Basis.ALONE:
            why = {
                self.Ground.SLIP: "en fejl rettes",
                self.Ground.URGENT: "sagen hastede",
                self.Ground.MOVED: "eleven skifter skole",
            }
            ground = why[self.Ground(self.ground)]
            return f"af formanden alene den {decided_on}, fordi {ground}"
        return f"uden for et møde den {decided_on}"

    @property
    def is_provisional(self) -> bool:
        return self.status == DecisionStatus.PROVISIONAL


# The outcomes of efforts that ran already.
AMENDING = (
    Decision.Outcome.STEPPED_DOWN,
    Decision.Outcome.EXTENDED,
    Decision.Outcome.CHANGED,
    Decision.Outcome.STOPPED,
    Decision.Outcome.UNCHANGED,
    Decision.Outcome.MOVED,
)


class Participant(models.Model):
    """Who took part in a decision, and who of the committee was disqualified, and why.

    It stays as it was when the decision was made.
    """

    class Part(models.TextChoices):
        TOOK_PART = "took_part", "Deltog"
        OUT = "out", "Inhabil, deltog ikke"

    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="participants"
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    part = models.CharField(max_length=10, choices=Part)
    # A fixed sentence, of `applications.reading.queries.disqualified`.
    why = models.CharField(max_length=40, blank=True)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.UniqueConstraint(
                fields=("decision", "user"),
                name="everybody_takes_part_once",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.part} {self.user_id}"


class CeilingAnswer(models.Model):
    """What one centre's chief says to a tariff above the ceiling.

    All centres whose money it is must agree before the decision is released.
    """

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    decision = models.ForeignKey(
        Decision, on_delete=models.PROTECT, related_name="ceiling_answers"
    )
    centre = models.CharField("center", max_length=KEY)
    agrees = models.BooleanField("godkendt")
    reason = EncryptedTextField("begrundelse", max_length=TEXT, blank=True, default="")
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+"
    )
    answered_at = models.DateTimeField("besvaret")

    class Meta:
        ordering = ("answered_at",)
        constraints = (
            models.UniqueConstraint(
                fields=("decision", "centre"), name="a_centre_answers_once"
            ),
            # Who is chief of both centres still answers for one.
            models.UniqueConstraint(
                fields=("decision", "answered_by"),
                name="nobody_answers_for_two_centres",
            ),
        )
        triggers = append_only()

    def __str__(self) -> str:
        return f"{self.centre}: {self.agrees}"
