"""What the pages read that spans models: one case with all that belongs to it, what a grant leaves free, what waits."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any, NamedTuple

from django.conf import settings
from django.db.models import Count, Min, OuterRef, Q, Subquery
from django.utils import timezone

from applications.changes import Part, differences
from applications.lifecycle import AT_SCHOOL, Status
from applications.models import (
    Application,
    Goal,
    Invitation,
    Paper,
    PlannedMeasure,
    PupilCase,
    Submission,
    TriedMeasure,
)
from applications.queries import dialogue, draft, papers_of, signed_statements
from budget.models import Standing
from budget.queries import DistrictYear, spent_on
from budget.tariff import by_fiscal_year
from skolefleks.models import AuditEntry, User
from skolefleks.permissions import Permission as P
from skolefleks.permissions import schools_of
from skolefleks.templatetags.skolefleks import moment
from visitation.lifecycle import DecisionStatus, GrantStatus
from visitation.models import Decision, Grant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date
    from uuid import UUID

    from django.db.models import QuerySet

    from applications.models import Statement
    from applications.queries import Thread

LIST_FIELDS = (
    "id", "number", "status", "submitted_at", "updated_at", "closed_at", "initials", "kinds", "grades",
    "pupil_count", "requested", "filled", "expected", "school__name",
)  # fmt: skip

# verb -> what the timeline says
TOLD_TO_ALL = {
    "start": "Sagen er oprettet",
    "invite": "En rådgiver er inviteret",
    "apply": "Udfordringen er blevet til en ansøgning",
    "sign": "En rådgiver har underskrevet sin udtalelse",
    "submit": "Ansøgningen er indsendt",
    "send_back": "Udvalget har bedt om oplysninger",
    "withdraw": "Ansøgningen er trukket tilbage",
    "close": "Afgørelserne er frigivet til skolen",
    "end_early": "En bevilling er afsluttet før tid",
}
TOLD_TO_COMMITTEE = TOLD_TO_ALL | {
    "grant": "En elev er bevilget, endnu ikke frigivet",
    "reject": "En elev har fået afslag, endnu ikke frigivet",
    "undo": "En afgørelse er fortrudt før frigivelse",
}
EVENTS_SHOWN = 30
SHORT_LIST = 10
RECENTLY = timedelta(days=45)


class Event(NamedTuple):
    """A line of the timeline."""

    at: object
    who: str
    what: str
    note: str = ""


class Cost(NamedTuple):
    """What a grant takes from one fiscal year; `before` and `after` are free whole DKK, None without a pool."""

    year: int
    days: int
    amount: int
    before: int | None
    after: int | None


@dataclass
class PupilOnCase:
    """One pupil of a case with the decision the reader may see, and the request's cost by fiscal year."""

    case: PupilCase
    decision: Decision | None
    grant: Grant | None
    requested: list[tuple[int, int]]
    age: int | None
    goals: list[Goal] = field(default_factory=list)


@dataclass
class CaseFile:
    """All that the case page shows of one application."""

    application: Application
    pupils: list[PupilOnCase]
    tried: list[TriedMeasure]
    planned: list[PlannedMeasure]
    papers: list[Paper]
    statements: list[tuple[Statement, list[Statement]]]
    threads: list[Thread]
    events: list[Event] = field(default_factory=list)

    @property
    def may_differ(self) -> bool:
        """Whether the school may have written since it submitted, which the committee does not read."""
        return self.application.status in (Status.SENT_BACK, Status.WITHDRAWN)

    @property
    def undecided(self) -> int:
        return sum(pupil.decision is None for pupil in self.pupils)

    @property
    def is_granted(self) -> bool:
        return any(pupil.grant for pupil in self.pupils)


def case_file(application: Application) -> CaseFile:
    """Read the whole case in eight queries. `application` comes from `marked_for(user)`, which decides what is told."""
    cases = list(application.pupil_cases.select_related("pupil"))
    decisions = _decisions(application, cases)
    goals = list(Goal.objects.filter(pupil_case__application=application))
    pupils = []
    for case in cases:
        case.application = application
        decision = decisions.get(case.pk)
        grant = getattr(decision, "grant", None)
        pupils.append(PupilOnCase(case, decision, grant, _wish(case), case.age_on(timezone.localdate())))
        pupils[-1].goals = [goal for goal in goals if goal.pupil_case_id == case.pk]
    return CaseFile(
        application,
        pupils,
        list(application.tried_measures.all()),
        list(application.planned_measures.all()),
        papers_of(application),
        signed_statements(application),
        dialogue(application, shared_only=application.is_reviewable),
    )


class Round(NamedTuple):
    """What is different from one time to the next."""

    title: str
    parts: list[Part]


def submissions(application: Application) -> list[Submission]:
    """Every time the case was submitted, the first first."""
    return list(application.submissions.select_related("by"))


def last_submitted(application: Application) -> list[dict[str, Any]] | None:
    """What the committee reads while the case is back at the school: the copy of what it was sent."""
    if not (application.is_reviewable and application.times_submitted):
        return None
    return submissions(application)[-1].blocks


def rounds(application: Application, *, with_draft: bool) -> list[Round]:
    """The newest difference first. `with_draft`: also what the school has written since it last submitted."""
    told = submissions(application)
    pairs = list(pairwise(told))
    found = [
        Round(f"Indsendt {moment(new.at)} af {new.by.name}", differences(old.blocks, new.blocks)) for old, new in pairs
    ]
    if with_draft and told and application.is_editable:
        now = draft(application).blocks
        found.append(Round("Skrevet, siden I sidst indsendte", differences(told[-1].blocks, now)))
    return found[::-1]


def effect(tariff: int, starts_on: date, ends_on: date) -> list[Cost]:
    """What a grant on these terms would take of each fiscal year it touches, and what it would leave."""
    parts = by_fiscal_year(tariff, starts_on, ends_on)
    free = Standing.objects.free(parts)
    return [
        Cost(year, part.days, part.amount, free.get(year), free[year] - part.amount if year in free else None)
        for year, part in parts.items()
    ]


def decided_counts(applications: Iterable[Application]) -> dict[UUID, int]:
    """How many pupils of each application have a standing decision; for the committee's own lists."""
    wanted = [application.pk for application in applications]
    if not wanted:
        return {}
    rows = Decision.objects.standing().filter(pupil_case__application__in=wanted)
    counted = rows.order_by().values_list("pupil_case__application").annotate(count=Count("pk"))
    return dict(counted)


@dataclass(frozen=True)
class QueueStanding:
    """How the committee's queue stands: how many wait, since when, and how many are past the goal."""

    waiting: int
    oldest: object
    late: int


def queue_standing(user: User) -> QueueStanding:
    goal = timezone.now() - timedelta(days=settings.WAITING_GOAL_DAYS)
    waiting = Application.objects.reviewable_by(user).filter(status=Status.SUBMITTED)
    sums = waiting.aggregate(
        n=Count("pk"), oldest=Min("submitted_at"), late=Count("pk", filter=Q(submitted_at__lt=goal))
    )
    return QueueStanding(sums["n"], sums["oldest"], sums["late"])


def waiting_at_school(user: User) -> list[Application]:
    """The challenges, drafts and sent-back cases of the person's schools, the sent-back first."""
    mine = Application.objects.filter(school__in=schools_of(user, P.APPLICATION_WRITE), status__in=AT_SCHOOL)
    return _listed(mine.order_by("-status", "-updated_at"))


def recently_decided(user: User) -> list[Application]:
    mine = Application.objects.filter(school__in=schools_of(user, P.APPLICATION_WRITE), status=Status.CLOSED)
    return _listed(mine.filter(updated_at__gt=timezone.now() - RECENTLY).order_by("-updated_at"))


def invited_to(user: User) -> QuerySet[Application]:
    """The cases the person was invited to, with what a list shows."""
    invited = Invitation.objects.filter(user=user).values("application")
    rows = Application.objects.visible_to(user).filter(pk__in=invited)
    return rows.select_related("school").only(*LIST_FIELDS)


def free_money(years: Collection[int]) -> list[tuple[str, int]]:
    """('Fri i 2026', whole DKK) of those `years` that have a pool."""
    return [(f"Fri i {year}", free) for year, free in sorted(Standing.objects.free(years).items())]


def _listed(rows: QuerySet[Application]) -> list[Application]:
    return list(rows.select_related("school").only(*LIST_FIELDS)[:SHORT_LIST])


def _decisions(application: Application, cases: list[PupilCase]) -> dict[UUID, Decision]:
    """The standing decision of each pupil that the reader may see: before release the committee alone."""
    decisions = Decision.objects.standing().filter(pupil_case__in=cases).select_related("grant", "decided_by")
    if not application.is_reviewable:
        decisions = decisions.released()
    return {decision.pupil_case_id: decision for decision in decisions}


def _wish(case: PupilCase) -> list[tuple[int, int]]:
    """What the school asks for, whole DKK by fiscal year."""
    if not (case.requested_tariff and case.starts_on and case.ends_on):
        return []
    parts = by_fiscal_year(case.requested_tariff, case.starts_on, case.ends_on)
    return [(year, part.amount) for year, part in parts.items()]


def events(application: Application) -> list[Event]:
    told = TOLD_TO_COMMITTEE if application.is_reviewable else TOLD_TO_ALL
    name = Subquery(User.objects.filter(pk=OuterRef("actor_id")).values("name")[:1])
    entries = AuditEntry.objects.filter(subject=application.number, verb__in=told).annotate(actor=name)
    return [Event(e.at, e.actor or "SkoleFleks", told[e.verb]) for e in entries.order_by("-id")[:EVENTS_SHOWN]]


@dataclass(frozen=True)
class OwnGrant:
    """A released grant of the school, with what a list may show of the pupil."""

    number: str
    initials: str
    tariff: int
    starts_on: date
    last_day: date


def own_grants(schools: Collection[int]) -> list[OwnGrant]:
    """The schools' released grants that run today or later, the one that ends first at the top."""
    rows = _released_of(schools).select_related("decision__pupil_case__application")
    grants = [
        OwnGrant(
            grant.decision.pupil_case.application.number,
            grant.decision.pupil_case.initials,
            grant.tariff,
            grant.starts_on,
            grant.last_day,
        )
        for grant in rows
        if grant.last_day >= timezone.localdate()
    ]
    return sorted(grants, key=lambda grant: (grant.last_day, grant.number))


def own_years(schools: Collection[int]) -> list[DistrictYear]:
    """Places, days and money of the schools' released grants by fiscal year: what is not released is not told."""
    return spent_on(_released_of(schools).values("pk"))


def _released_of(schools: Collection[int]) -> QuerySet[Grant]:
    return Grant.objects.filter(
        decision__status=DecisionStatus.RELEASED, decision__pupil_case__application__school__in=schools
    ).exclude(status=GrantStatus.ANNULLED)
