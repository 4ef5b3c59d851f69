"""The efforts as lists and pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from budget.lifecycle import InstalmentStatus
from budget.models import Instalment
from skolefleks import search
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import today
from skolefleks.spreadsheets import Column, Table
from visitation.efforts import rules
from visitation.lifecycle import LIVE, EffortStatus
from visitation.models import (
    Effort,
    EffortCondition,
    EffortContact,
    EffortPhase,
    FollowUpWindow,
    Grant,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from applications.models import Application, PupilCase
    from visitation.models import EffortGoal


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
    grants = Grant.objects.filter(decision__pupil_case=pupil_case, effort__isnull=False)
    efforts = Effort.objects.filter(pk__in=grants.values("effort"))
    return list(
        efforts.select_for_update(of=("self",)).select_related(
            "application", "pupil", "pupil_case"
        )
    )


# -- the list --------------------------------------------------------------------------------------
class Tab(NamedTuple):
    """One choice of the list: its label, its order, and what is said when it is empty."""

    label: str
    order: str
    empty: str


TABS = {
    "handling": Tab(
        "Kræver handling",
        "act_from",
        "Ingen indsats venter på nogen i dag. De løbende står under Løber.",
    ),
    "loeber": Tab(
        "Løber",
        "ends_on",
        "En indsats begynder af sig selv, når udvalgets bevilling er frigivet.",
    ),
    "slutter": Tab(
        "Slutter snart",
        "ends_on",
        f"Ingen indsats slutter inden for {settings.EFFORT_ENDS_SOON_DAYS} dage.",
    ),
    "afsluttede": Tab(
        "Afsluttede",
        "-ends_on",
        "Indsatser, der er slut eller annulleret, står her.",
    ),
}


def in_tab(efforts: QuerySet[Effort], tab: str) -> QuerySet[Effort]:
    """Those of `efforts` that stand under the tab."""
    if tab == "handling":
        return efforts.filter(act_from__lte=today())
    if tab == "loeber":
        return efforts.filter(status__in=LIVE)
    if tab == "slutter":
        soon = today() + timedelta(days=settings.EFFORT_ENDS_SOON_DAYS)
        return efforts.filter(status__in=LIVE, ends_on__lte=soon)
    return efforts.exclude(status__in=LIVE)


def sought(efforts: QuerySet[Effort], text: str) -> QuerySet[Effort]:
    """By the case's number or its last part, or by the pupil's initials."""
    wanted = search.parse(text)
    if wanted.number:
        return efforts.filter(application__number__startswith=wanted.number)
    if wanted.serial is not None:
        return efforts.filter(application__number__in=wanted.numbers(years=3))
    return efforts.filter(pupil_case__initials=wanted.initials)


def in_phase(efforts: QuerySet[Effort], phase: str) -> QuerySet[Effort]:
    """Those that are in the phase today."""
    return efforts.alias(phase_today=_phase_kind()).filter(Q(("phase_today", phase)))


def listed(efforts: QuerySet[Effort]) -> QuerySet[Effort]:
    """Only what a list shows: no encrypted column is fetched."""
    open_conditions = EffortCondition.objects.filter(
        effort=OuterRef("pk"), state=EffortCondition.State.OPEN, due_on__lte=today()
    )
    unnamed = EffortContact.objects.filter(
        effort=OuterRef("pk"), is_named=False, asked_from__lte=today()
    )
    return (
        efforts.select_related("application", "school", "pupil_case")
        .only(
            "status",
            "starts_on",
            "ends_on",
            "begun_on",
            "act_from",
            "application__number",
            "pupil_case__initials",
            "school__name",
        )
        .annotate(
            phase_kind=_phase_kind(),
            open_conditions=_count(open_conditions),
            unnamed=_count(unnamed),
        )
    )


def _phase_kind() -> Subquery:
    """The phase of today; none before the first."""
    phases = EffortPhase.objects.filter(effort=OuterRef("pk"), starts_on__lte=today())
    return Subquery(phases.order_by("-starts_on").values("kind")[:1])


def _count(rows: QuerySet[Any]) -> Coalesce:
    counted = rows.order_by().values("effort").annotate(n=Count("pk")).values("n")
    return Coalesce(Subquery(counted), 0)


@dataclass(frozen=True)
class Row:
    """One effort as the list shows it."""

    effort: Effort
    grant: Grant | None
    phase: str
    window: FollowUpWindow | None
    missing: list[str]
    is_late: bool

    @property
    def tone(self) -> str:
        return rules.tone_of(self.effort)

    @property
    def tariff(self) -> int | None:
        """Whole DKK a year as they hold today."""
        if self.grant is None:
            return None
        return self.grant.tariff_on(today())


def rows_of(efforts: Sequence[Effort]) -> list[Row]:
    """The rows with their grant in force and their next follow-up. Takes two queries."""
    day = today()
    grants: dict[UUID, list[Grant]] = {}
    standing = Grant.objects.standing().filter(effort__in=efforts)
    # The texts are encrypted and not shown: they are left where they are.
    for grant in standing.defer("conditions", "ended_grounds").order_by("starts_on"):
        grants.setdefault(grant.effort_id, []).append(grant)  # type: ignore[arg-type]

    windows: dict[UUID, list[FollowUpWindow]] = {}
    ahead = FollowUpWindow.objects.open().filter(effort__in=efforts)
    for window in ahead.defer("grounds", "also_present"):
        windows.setdefault(window.effort_id, []).append(window)

    rows = []
    for effort in efforts:
        own_windows = windows.get(effort.pk, [])
        tasks = rules.tasks_of(effort, own_windows, [], [])
        due = [task for task in tasks if task.is_due(day)]
        phase = ""
        phase_kind = getattr(effort, "phase_kind", None)
        if phase_kind and effort.is_live:
            phase = EffortPhase.Kind(phase_kind).label
        rows.append(
            Row(
                effort=effort,
                grant=rules.grant_in_force(grants.get(effort.pk, []), day),
                phase=phase,
                window=next(iter(own_windows), None),
                missing=_missing(effort, due),
                is_late=any(task.is_overdue(day) for task in due),
            )
        )
    return rows


def _missing(effort: Any, due: list[rules.Task]) -> list[str]:
    """What the effort waits for today, in a few words each. `effort` comes from `listed`."""
    missing = [task.kind.value for task in due]
    if effort.is_live and effort.unnamed:
        missing.append(f"På planen mangler {effort.unnamed}")
    if effort.is_live and effort.open_conditions:
        missing.append(f"Vilkår at afklare: {effort.open_conditions}")
    return missing


COLUMNS = (
    Column("Sag"),
    Column("Elev"),
    Column("Skole"),
    Column("Status"),
    Column("Takst om året (kr.)", "kr"),
    Column("Fra", "day"),
    Column("Løber til", "day"),
    Column("Fase"),
    Column("Næste opfølgning, fra", "day"),
    Column("Næste opfølgning, senest", "day"),
    Column("Mangler"),
)


def table(efforts: Sequence[Effort]) -> Table:
    """The list as a spreadsheet, with what the screen shows."""
    return Table("Indsatser", COLUMNS, [_cells(row) for row in rows_of(efforts)])


def _cells(row: Row) -> list[Any]:
    effort = row.effort
    opens_on = hold_by = None
    if row.window:
        opens_on, hold_by = row.window.opens_on, row.window.hold_by
    return [
        effort.application.number,
        effort.pupil_case.initials,
        effort.school.name,
        effort.get_status_display(),
        row.tariff,
        effort.starts_on,
        effort.ends_on,
        row.phase,
        opens_on,
        hold_by,
        "; ".join(row.missing),
    ]


# -- the page --------------------------------------------------------------------------------------
@dataclass(frozen=True)
class Standing:
    """What the top of each page of an effort shows. Takes five queries."""

    effort: Effort
    grants: list[Grant]
    phases: list[EffortPhase]
    windows: list[FollowUpWindow]
    conditions: list[EffortCondition]
    contacts: list[EffortContact]

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
        return rules.tasks_of(self.effort, self.windows, self.conditions, self.contacts)

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
    windows = list(effort.windows.all())
    for window in windows:
        # The row at hand, instead of a query for each.
        window.effort = effort
    return Standing(
        effort=effort,
        grants=list(effort.grants.standing().order_by("starts_on")),
        phases=list(effort.phases.all()),
        windows=windows,
        conditions=list(effort.conditions.all()),
        contacts=list(effort.contacts.all()),
    )


class GoalHistory(NamedTuple):
    """A goal as it stands, and the versions before it, the newest first."""

    goal: EffortGoal
    earlier: list[EffortGoal]


def goals_of(effort: Effort) -> list[GoalHistory]:
    """The goals with their earlier versions. Takes one query."""
    versions: dict[int, list[EffortGoal]] = {}
    for version in effort.goals.select_related("by").order_by("number", "-version"):
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
    rows = Instalment.objects.counting().filter(reference__in=references)
    return Money(list(rows.order_by("due_on", "covers_from")))


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
