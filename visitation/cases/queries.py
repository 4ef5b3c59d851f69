"""One case with all that its page shows, as the reader may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from itertools import chain, pairwise, repeat
from typing import TYPE_CHECKING, Any, NamedTuple

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, prefetch_related_objects
from django.db.models.functions import JSONObject
from django.utils import timezone

from applications.fields.asking import Asked, asked
from applications.fields.blocks import Block, Part, blocks, differences
from applications.lifecycle import Status
from applications.models import (
    Application,
    Goal,
    Paper,
    PlannedMeasure,
    PupilCase,
    TriedMeasure,
)
from applications.reading import queries as reading_queries
from budget.tariff import by_fiscal_year
from skolefleks.danish import moment
from skolefleks.models import AuditEntry, User
from visitation.lifecycle import DecisionStatus
from visitation.models import CeilingAnswer, Decision, FollowUp, Grant, Participant

if TYPE_CHECKING:
    from uuid import UUID

    from applications.models import Statement, Submission


# verb -> what the timeline says
TOLD_TO_ALL = {
    "start": "Sagen er oprettet",
    "invite": "En rådgiver er inviteret",
    "apply": "Udfordringen er blevet til en ansøgning",
    "sign": "En rådgiver har underskrevet sin udtalelse",
    "submit": "Ansøgningen er indsendt",
    "send_back": "Udvalget har bedt om oplysninger",
    "withdraw": "Sagen er trukket tilbage",
    "release": "En afgørelse er frigivet til skolen",
    "close": "Afgørelserne er frigivet til skolen",
    "end_early": "En bevilling er afsluttet før tid",
    "correct": "En afgørelse er rettet",
}


TOLD_TO_COMMITTEE = TOLD_TO_ALL | {
    "grant": "En elev er bevilget, endnu ikke frigivet",
    "reject": "En elev har fået afslag, endnu ikke frigivet",
    "postpone": "En elev er udsat, endnu ikke frigivet",
    "agree_ceiling": "En centerchef har godkendt taksten over loftet",
    "refuse_ceiling": "En centerchef har afvist taksten over loftet",
    "undo": "En afgørelse er fortrudt før frigivelse",
    "index": "En takst er prisreguleret",
    "add_to_agenda": "Sagen er sat på dagsordenen for et møde",
    "remove_from_agenda": "Sagen er taget af dagsordenen",
}


EVENTS_SHOWN = 30


class Event(NamedTuple):
    """A line of the timeline."""

    at: object
    who: str
    what: str
    note: str = ""


@dataclass
class PupilOnCase:
    """One pupil of a case with the decision the reader may see, and the request's cost by fiscal year."""

    case: PupilCase
    decision: Decision | None
    grant: Grant | None
    requested: list[tuple[int, int]]
    age: int | None
    earlier: list[Decision]
    goals: list[Goal] = field(default_factory=list)

    @property
    def is_postponed(self) -> bool:
        """Put off, and the school knows: to be decided anew."""
        return bool(
            self.decision and self.decision.is_postponed and not self.decision.is_provisional
        )


@dataclass
class CaseFile:
    """All that the case page shows of one application."""

    application: Application
    pupils: list[PupilOnCase]
    tried: list[TriedMeasure]
    planned: list[PlannedMeasure]
    papers: list[Paper]
    statements: list[tuple[Statement, list[Statement]]]
    threads: list[reading_queries.Thread]
    events: list[Event] = field(default_factory=list)

    @property
    def blocks(self) -> list[Block]:
        """All that is written, as text."""
        goals = [goal for pupil in self.pupils for goal in pupil.goals]
        return blocks(
            self.application, [pupil.case for pupil in self.pupils], self.tried, self.planned, goals
        )

    @property
    def undecided(self) -> int:
        return sum(pupil.decision is None for pupil in self.pupils)

    @property
    def provisional(self) -> int:
        return sum(bool(pupil.decision and pupil.decision.is_provisional) for pupil in self.pupils)

    @property
    def postponed(self) -> int:
        return sum(pupil.is_postponed for pupil in self.pupils)

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
        earlier = decisions.get(case.pk, [])
        decision = earlier.pop() if earlier else None
        grant, age = getattr(decision, "grant", None), case.age_on(timezone.localdate())
        pupils.append(PupilOnCase(case, decision, grant, _wish(case), age, earlier[::-1]))
        pupils[-1].goals = [goal for goal in goals if goal.pupil_case_id == case.pk]
    return CaseFile(
        application,
        pupils,
        list(application.tried_measures.all()),
        list(application.planned_measures.all()),
        reading_queries.papers_of(application),
        reading_queries.signed_statements(application),
        reading_queries.dialogue(application, shared_only=application.is_reviewable),
    )


def asked_on_case(file: CaseFile, submitted: list[Block] | None) -> list[Asked]:
    """What the committee asks of a case that is back at the school; takes no query."""
    application = file.application
    if application.status != Status.SENT_BACK or not application.asks:
        return []
    return asked(
        application.asks,
        reading_queries.ASKED_STEPS,
        application.number,
        now=submitted or file.blocks,
    )


def events(application: Application) -> list[Event]:
    told = TOLD_TO_COMMITTEE if application.is_reviewable else TOLD_TO_ALL
    name = Subquery(User.objects.filter(pk=OuterRef("actor_id")).values("name")[:1])
    entries = AuditEntry.objects.filter(subject=application.number, verb__in=told).annotate(
        actor=name
    )
    return [
        Event(e.at, e.actor or "SkoleFleks", told[e.verb])
        for e in entries.order_by("-id")[:EVENTS_SHOWN]
    ]


def _decisions(application: Application, cases: list[PupilCase]) -> dict[UUID, list[Decision]]:
    """Each pupil's decisions that the reader may see, the newest last: before release the committee alone.

    One query with all that their cards show: days to follow up on, who took part, what the centre chiefs said.
    """
    decision, seen = OuterRef("pk"), Decision.objects.exclude(status=DecisionStatus.UNDONE)
    took = Participant.objects.filter(decision=decision).order_by("part", "user__name")
    said = CeilingAnswer.objects.filter(decision=decision).order_by("centre")
    if not application.is_reviewable:
        seen = seen.known()
    rows = seen.annotate(
        follow_up_days=ArraySubquery(
            FollowUp.objects.filter(grant__decision=decision).values("due_on")
        ),
        took=ArraySubquery(took.values(told=JSONObject(name="user__name", part="part", why="why"))),
        chiefs=ArraySubquery(said.values(told=JSONObject(centre="centre", agrees="agrees"))),
    )
    found: dict[UUID, list[Decision]] = {}
    refused: list[Decision] = []
    row: Any  # with what was annotated
    for row in rows.filter(pupil_case__in=cases).select_related("grant", "decided_by", "meeting"):
        found.setdefault(row.pupil_case_id, []).append(row)
        if not all(chief["agrees"] for chief in row.chiefs):
            refused.append(row)
    _tell_why(refused)
    return found


def _tell_why(refused: list[Decision]) -> None:
    """What the chiefs wrote who refused a tariff: one more query, where there is one."""
    if refused:
        prefetch_related_objects(refused, "ceiling_answers")
    for decision in refused:
        decision.refusals = [
            answer.reason for answer in decision.ceiling_answers.all() if not answer.agrees
        ]


def _wish(case: PupilCase) -> list[tuple[int, int]]:
    """What the school asks for, whole DKK by fiscal year."""
    if not (case.requested_tariff and case.starts_on and case.ends_on):
        return []
    parts = by_fiscal_year(case.requested_tariff, case.starts_on, case.ends_on)
    return [(year, part.amount) for year, part in parts.items()]


class Round(NamedTuple):
    """What is different from one time to the next."""

    title: str
    parts: list[Part]
    asked: list[Asked]


def submissions(application: Application) -> list[Submission]:
    """Every time the case was submitted, the first first."""
    return list(application.submissions.select_related("by"))


def rounds(application: Application, *, with_draft: bool) -> list[Round]:
    """The newest difference first. `with_draft`: also what the school has written since it last submitted.

    What the committee asked last stands with what was written after it.
    """
    told = submissions(application)
    steps = [
        (f"Indsendt {moment(new.at)} af {new.by.name}", old.blocks, new.blocks)
        for old, new in pairwise(told)
    ]
    asks = (
        {}
        if application.is_editable or application.status == Status.WITHDRAWN
        else application.asks
    )
    if with_draft and told and application.is_editable:
        steps.append(
            (
                "Skrevet, siden I sidst indsendte",
                told[-1].blocks,
                reading_queries.draft(application).blocks,
            )
        )
        asks = application.asks
    return [
        Round(
            title,
            differences(old, new),
            asked(asks, reading_queries.ASKED_STEPS, application.number, now=new, before=old),
        )
        for (title, old, new), asks in zip(steps[::-1], chain([asks], repeat({})), strict=False)
    ]
