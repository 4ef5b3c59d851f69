"""The efforts as lists and pages read them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import OuterRef, Q, Subquery

from budget.lifecycle import InstalmentStatus
from budget.models import Instalment
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import today
from visitation.closings import rules as closing_rules
from visitation.efforts import rules
from visitation.lifecycle import UPCOMING, EffortStatus
from visitation.measurements import rules as measurement_rules
from visitation.models import (
    AgendaItem,
    Amendment,
    ClosingReport,
    Effort,
    EffortCondition,
    EffortContact,
    EffortGoal,
    EffortPhase,
    FollowUpWindow,
    Grant,
    Measurement,
    Whereabouts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date, datetime
    from uuid import UUID

    from django.db.models import QuerySet

    from applications.models import Application, PupilCase


# -- what the effort's acts read -------------------------------------------------------------------
def grants_without_effort(pupil_case: PupilCase) -> list[Grant]:
    """The pupil's grants that the school knows of and that stand, and no effort carries yet."""
    grants = Grant.objects.standing().known_to_school().filter(effort__isnull=True)
    return list(grants.filter(decision__pupil_case=pupil_case).order_by("starts_on"))


def effort_to_join(grant: Grant) -> Effort | None:
    """The pupil's effort at the same school that the grant carries on; its row is held.

    A live one, or one that ended on the day before.
    """
    application = grant.decision.pupil_case.application
    efforts = Effort.objects.select_for_update(of=("self",)).filter(
        pupil=grant.pupil_id, school=application.school_id
    )
    live = efforts.live().first()
    if live:
        return live
    return efforts.filter(
        status=EffortStatus.ENDED, ends_on=grant.starts_on - ONE_DAY
    ).first()


def efforts_of_pupil(pupil_case: PupilCase) -> list[Effort]:
    """The efforts that the pupil's grants of this case belong to; their rows are held."""
    grants = Grant.objects.filter(
        decision__pupil_case=pupil_case, effort__isnull=False
    )
    efforts = Effort.objects.filter(pk__in=grants.values("effort"))
    return list(
        efforts.select_for_update(of=("self",)).select_related(
            "application", "pupil", "pupil_case"
        )
    )


# -- the page --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """What the top of each page of an effort shows. Takes five queries, two more at the end."""

    effort: Effort
    grants: list[Grant]
    phases: list[EffortPhase]
    # Of an effort that is over.
    closings: list[ClosingReport]
    questions: list[Whereabouts]

    # Asked for when they are needed: an effort that is over
    # waits for none of them.
    @cached_property
    def windows(self) -> list[FollowUpWindow]:
        windows = list(self.effort.windows.all())
        for window in windows:
            # The row at hand, instead of a query for each.
            window.effort = self.effort
        return windows

    @cached_property
    def conditions(self) -> list[EffortCondition]:
        return list(self.effort.conditions.all())

    @cached_property
    def contacts(self) -> list[EffortContact]:
        return list(self.effort.contacts.all())

    @property
    def grant(self) -> Grant | None:
        """The grant in force."""
        return rules.grant_in_force(self.grants, today())

    @property
    def tariff(self) -> int | None:
        if self.grant is None:
            return None
        return self.grant.tariff_on(today())

    @property
    def phase(self) -> EffortPhase | None:
        if not self.effort.is_live:
            return None
        return rules.phase_on(self.phases, today())

    @property
    def tasks(self) -> list[rules.Task]:
        """What the effort waits for, the first in front."""
        if not self.effort.is_live:
            return closing_rules.tasks_of(self.closings, self.questions)
        return rules.tasks_of(
            self.effort, self.windows, self.conditions, self.contacts
        )

    @property
    def due(self) -> list[rules.Task]:
        return [task for task in self.tasks if task.is_due(today())]

    @property
    def next_task(self) -> rules.Task | None:
        """What is next: what is due, or else what comes."""
        return next(iter(self.tasks), None)

    @property
    def asked_contacts(self) -> list[EffortContact]:
        return [row for row in self.contacts if row.asked_from <= today()]

    @property
    def coming_contacts(self) -> list[EffortContact]:
        return [row for row in self.contacts if row.asked_from > today()]

    @property
    def tone(self) -> str:
        return rules.tone_of(self.effort)


def standing_of(effort: Effort) -> Standing:
    """Read the effort with what its pages have in common."""
    closings: list[ClosingReport] = []
    questions: list[Whereabouts] = []
    if not effort.is_live:
        closings = list(effort.closings.select_related("written_by"))
        questions = list(effort.whereabouts.select_related("answered_by"))
    return Standing(
        effort=effort,
        grants=list(effort.grants.standing().order_by("starts_on")),
        phases=list(effort.phases.all()),
        closings=closings,
        questions=questions,
    )


class GoalHistory(NamedTuple):
    """A goal as it stands, and the versions before it, the newest first."""

    goal: EffortGoal
    earlier: list[EffortGoal]


def goals_of(effort: Effort) -> list[GoalHistory]:
    """The goals with their earlier versions. Takes one query."""
    versions: dict[int, list[EffortGoal]] = {}
    for version in effort.goals.select_related("by", "scale").order_by(
        "number", "-version"
    ):
        versions.setdefault(version.number, []).append(version)
    return [GoalHistory(newest, earlier) for newest, *earlier in versions.values()]


class PhaseDays(NamedTuple):
    """A phase with both its days."""

    phase: EffortPhase
    last_day: date


def phase_days(standing: Standing) -> list[PhaseDays]:
    """Each phase lasts until the day before the next, the last one to the effort's end."""
    next_days = [phase.starts_on for phase in standing.phases[1:]]
    last_days = [day - ONE_DAY for day in next_days] + [standing.effort.ends_on]
    return [
        PhaseDays(phase, last_day)
        for phase, last_day in zip(standing.phases, last_days, strict=True)
    ]


@dataclass(frozen=True)
class Money:
    """What the school gets of the effort, and when; whole DKK."""

    instalments: list[Instalment]

    @property
    def paid(self) -> int:
        return self._sum(InstalmentStatus.PAID)

    @property
    def to_come(self) -> int:
        return self._sum(InstalmentStatus.PLANNED)

    def _sum(self, status: InstalmentStatus) -> int:
        amounts = [row.amount for row in self.instalments if row.status == status]
        return sum(amounts)


def money_of(effort: Effort) -> Money:
    """The instalments of the effort's grants that are paid or to be paid. Takes one query."""
    references = Grant.objects.filter(effort=effort).order_by().values("pk")
    rows = Instalment.objects.standing().filter(reference__in=references)
    return Money(list(rows.order_by("due_on", "covers_from")))


def amendment_of(effort: Effort) -> Amendment | None:
    """What the committee is asked to change of the effort, or is about to be. Takes one query."""
    rows = effort.amendments.open().defer("reached", "remaining", "reason")
    return rows.first()


class Asked(NamedTuple):
    """What the committee has to decide of an effort, and when it meets."""

    kind: str
    asked_at: datetime
    meets_at: datetime | None


def with_asked(efforts: QuerySet[Effort]) -> QuerySet[Effort]:
    """Each with what the committee is asked, in the same query: see `asked_of`."""
    waiting = Amendment.objects.waiting().filter(effort=OuterRef("pk"))
    items = AgendaItem.objects.filter(
        amendment__in=waiting.order_by().values("pk"),
        meeting__status__in=UPCOMING,
    )
    starts = items.order_by("meeting__starts_at").values("meeting__starts_at")
    return efforts.annotate(
        asked_kind=Subquery(waiting.values("kind")[:1]),
        asked_at=Subquery(waiting.values("asked_at")[:1]),
        meets_at=Subquery(starts[:1]),
    )


def asked_of(effort: Any) -> Asked | None:
    """`effort` comes from `with_asked`."""
    if not effort.asked_kind:
        return None
    kind = Amendment.Kind(effort.asked_kind).label
    return Asked(kind, effort.asked_at, effort.meets_at)


# -- where the goals stand -------------------------------------------------------------------------
# The texts lie encrypted, and opening them is what costs.
MEASUREMENT_FIGURES = ("effort", "voice", "measured_on", "value", "goal__number")


def talks_of(efforts: Sequence[Effort]) -> dict[UUID, int]:
    """How many follow-ups of each effort were held, by its id. Takes one query."""
    held = FollowUpWindow.objects.filter(effort__in=efforts, held_on__isnull=False)
    return Counter(held.values_list("effort", flat=True))


def standings_of(
    efforts: Sequence[Effort], talks: Mapping[UUID, int]
) -> dict[UUID, list[measurement_rules.GoalStanding]]:
    """Where the goals of each effort stand, by its id. Takes two queries, and no text.

    `talks` are how many of its follow-ups were held.
    """
    keys = [effort.pk for effort in efforts]

    # A goal is told by its number: measurements of its earlier
    # versions count too.
    measured: dict[tuple[UUID, int], list[Measurement]] = {}
    rows = Measurement.objects.current().filter(effort__in=keys)
    rows = rows.select_related("goal").only(*MEASUREMENT_FIGURES)
    for row in rows:
        measured.setdefault((row.effort_id, row.goal.number), []).append(row)

    standings: dict[UUID, list[measurement_rules.GoalStanding]] = {}
    goals = EffortGoal.objects.current().filter(effort__in=keys)
    for goal in goals.only("effort", "number", "kind", "baseline", "target"):
        of_goal = measured.get((goal.effort_id, goal.number), [])
        held = talks.get(goal.effort_id, 0)
        standing = measurement_rules.standing_of(goal, of_goal, held)
        standings.setdefault(goal.effort_id, []).append(standing)
    return standings


def efforts_of_case(application: Application) -> list[Effort]:
    """The efforts of a case's pupils that were not cancelled, with their follow-ups ahead."""
    ahead = FollowUpWindow.objects.open().filter(effort=OuterRef("pk"))
    efforts = Effort.objects.filter(
        Q(application=application)
        | Q(grants__decision__pupil_case__application=application)
    ).exclude(status=EffortStatus.CANCELLED)
    return list(
        efforts.distinct()
        .order_by("starts_on")
        .select_related("application")
        .annotate(
            next_opens_on=Subquery(ahead.order_by("hold_by").values("opens_on")[:1]),
            next_hold_by=Subquery(ahead.order_by("hold_by").values("hold_by")[:1]),
        )
    )
