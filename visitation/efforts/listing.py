"""The list of efforts: its tabs, its search, its rows and its spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from applications.models import Application
from applications.reading import searching
from skolefleks import search
from skolefleks.danish import today
from skolefleks.permissions import Permission as P
from skolefleks.permissions import schools_of
from skolefleks.setup import trade
from skolefleks.spreadsheets import Column, Table
from visitation.closings import rules as closing_rules
from visitation.efforts import queries, rules
from visitation.lifecycle import LIVE, ClosingStatus, WhereaboutsStatus
from visitation.measurements import rules as measurement_rules
from visitation.models import (
    ClosingReport,
    Effort,
    EffortCondition,
    EffortContact,
    EffortPhase,
    FollowUpWindow,
    Grant,
    Now,
    Whereabouts,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from django.db.models import QuerySet

    from skolefleks.models import User

MOST_ON_START_PAGE = 10


# -- which efforts --
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
        trade.in_words(
            lambda now: (
                f"Ingen indsats slutter inden for {now.effort_ends_soon_days} dage."
            )
        ),
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
        soon = today() + timedelta(days=trade.now().effort_ends_soon_days)
        return efforts.filter(status__in=LIVE, ends_on__lte=soon)
    # Those that are over: ended, or cancelled before they
    # began.
    return efforts.exclude(status__in=LIVE)


def sought(efforts: QuerySet[Effort], text: str) -> QuerySet[Effort]:
    """By the case: its number, its school, a pupil's initials or name; as in every list."""
    cases = Application.objects.filter(pk__in=efforts.order_by().values("application"))
    searched = efforts.filter(application__in=searching.find(cases, text))
    query = search.parse(text)
    if query.initials and not query.words:
        # Of a case for several pupils only the one who is meant.
        return searched.filter(
            Q(pupil_case__initials=query.initials, pupil_case__is_protected=False)
            | ~Q(application__initials__contains=[query.initials])
        )
    return searched


def in_phase(efforts: QuerySet[Effort], phase: str) -> QuerySet[Effort]:
    """Those that are in the phase today."""
    return efforts.alias(phase_today=_phase_kind()).filter(Q(("phase_today", phase)))


# -- the rows --
def rows_of_list(efforts: QuerySet[Effort]) -> QuerySet[Effort]:
    """Only what a list shows: no encrypted column is fetched."""
    awaited = ClosingReport.objects.filter(
        effort=OuterRef("pk"), status=ClosingStatus.AWAITED
    )
    questions = Whereabouts.objects.filter(
        effort=OuterRef("pk"), status=WhereaboutsStatus.ASKED
    )
    open_conditions = EffortCondition.objects.filter(
        effort=OuterRef("pk"), state=EffortCondition.State.OPEN, due_on__lte=today()
    )
    talks = {"effort": OuterRef("pk"), "held_on__isnull": False}
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
            "pupil_case__is_protected",
            "school__name",
        )
        .annotate(
            phase_kind=_phase_kind(),
            open_conditions=_count(open_conditions),
            unnamed=_count(unnamed),
            talks=_count(FollowUpWindow.objects.filter(**talks)),
            closing_laid_on=Subquery(awaited.values("laid_on")[:1]),
            closing_due_on=Subquery(awaited.values("due_on")[:1]),
            asked_on=Subquery(questions.values("ask_on")[:1]),
            pupil_now=_where_pupil_is(),
        )
    )


def _phase_kind() -> Subquery:
    """The phase of today; none before the first."""
    phases = EffortPhase.objects.filter(effort=OuterRef("pk"), starts_on__lte=today())
    return Subquery(phases.order_by("-starts_on").values("kind")[:1])


def _where_pupil_is() -> Coalesce:
    """The last that is known of an effort that is over."""
    answered = Whereabouts.objects.filter(
        effort=OuterRef("pk"), status=WhereaboutsStatus.ANSWERED
    )
    reports = ClosingReport.objects.filter(
        effort=OuterRef("pk"), status=ClosingStatus.HANDED_IN
    )
    return Coalesce(
        Subquery(answered.order_by("-months").values("now")[:1]),
        Subquery(reports.order_by("-laid_on").values("now")[:1]),
    )


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
    # `1 nået, 2 på vej`
    goals: str
    # Where the pupil is, once the effort is over.
    pupil_now: str

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
    """The rows with their grant in force, next follow-up and goals. Takes four queries."""
    day = today()
    talks = {effort.pk: getattr(effort, "talks", 0) for effort in efforts}
    standings = queries.standings_of(efforts, talks)
    grants: dict[UUID, list[Grant]] = {}
    standing = Grant.objects.standing().filter(effort__in=efforts)
    # The texts are encrypted and not shown: they are left where
    # they are.
    for grant in standing.defer("conditions", "ended_grounds").order_by("starts_on"):
        grants.setdefault(grant.effort_id, []).append(grant)  # type: ignore[arg-type]

    windows = _open_windows(efforts)
    rows = []
    for effort in efforts:
        own_windows = windows.get(effort.pk, [])
        due = _due_tasks(effort, own_windows)
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
                pupil_now=_pupil_now(effort),
                goals=measurement_rules.in_one_line(standings.get(effort.pk, [])),
            )
        )
    return rows


def _open_windows(efforts: Sequence[Effort]) -> dict[UUID, list[FollowUpWindow]]:
    """The follow-ups that are not done, by the id of their effort."""
    windows: dict[UUID, list[FollowUpWindow]] = {}
    ahead = FollowUpWindow.objects.open().filter(effort__in=efforts)
    for window in ahead.defer("grounds", "also_present"):
        windows.setdefault(window.effort_id, []).append(window)
    return windows


def _due_tasks(effort: Effort, windows: list[FollowUpWindow]) -> list[rules.Task]:
    """What waits today, but for the plan's people and conditions, which are counted."""
    day = today()
    tasks = rules.tasks_of(effort, windows, [], []) + _tasks_at_end(effort)
    return [task for task in tasks if task.is_due(day)]


def _tasks_at_end(effort: Any) -> list[rules.Task]:
    """What waits once it is over. `effort` comes from `rows_of_list`."""
    tasks = []
    if effort.closing_laid_on:
        task = closing_rules.closing_task(
            effort.closing_laid_on, effort.closing_due_on
        )
        tasks.append(task)
    if effort.asked_on:
        tasks.append(closing_rules.question_task(effort.asked_on))
    return tasks


def _pupil_now(effort: Any) -> str:
    if not effort.pupil_now:
        return ""
    return Now(effort.pupil_now).label


def _missing(effort: Any, due: list[rules.Task]) -> list[str]:
    """What the effort waits for today, in a few words each. `effort` comes from `listed`."""
    # Two follow-ups that wait are one thing to say.
    missing = list(dict.fromkeys(task.kind.value for task in due))
    if effort.is_live and effort.unnamed:
        missing.append(f"Navne, der mangler på planen: {effort.unnamed}")
    if effort.is_live and effort.open_conditions:
        missing.append(f"Vilkår at afklare: {effort.open_conditions}")
    return missing


# -- the start page --
@dataclass(frozen=True)
class Waiting:
    """An effort that waits for the school, and what for, in a few words each."""

    effort: Effort
    what: list[str]
    is_late: bool


def waiting_at_school(user: User) -> list[Waiting]:
    """What the person's schools have to do something about, the oldest first. Takes two queries."""
    own = Effort.objects.filter(school__in=schools_of(user, P.EFFORT_WRITE))
    oldest = rows_of_list(in_tab(own, "handling")).order_by("act_from", "pk")
    efforts = list(oldest[:MOST_ON_START_PAGE])
    windows = _open_windows(efforts)

    waiting = []
    for effort in efforts:
        due = _due_tasks(effort, windows.get(effort.pk, []))
        is_late = any(task.is_overdue(today()) for task in due)
        waiting.append(Waiting(effort, _missing(effort, due), is_late))
    return waiting


# -- the spreadsheet --
COLUMNS = (
    Column("Sag"),
    Column("Elev"),
    Column("Skole"),
    Column("Status"),
    Column("Takst pr. år (kr.)", "kr"),
    Column("Fra", "day"),
    Column("Løber til", "day"),
    Column("Fase"),
    Column("Næste opfølgning, fra", "day"),
    Column("Næste opfølgning, senest", "day"),
    Column("Mål"),
    Column("Eleven er nu"),
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
        effort.pupil_case.initials_on_lists,
        effort.school.name,
        effort.get_status_display(),
        row.tariff,
        effort.starts_on,
        effort.ends_on,
        row.phase,
        opens_on,
        hold_by,
        row.goals,
        row.pupil_now,
        "; ".join(row.missing),
    ]
