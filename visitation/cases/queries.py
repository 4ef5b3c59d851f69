"""One case with all that its page shows, as the reader may see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db.models import JSONField, prefetch_related_objects
from django.db.models.expressions import RawSQL
from django.utils import timezone

from applications.dialogue import queries as dialogue_queries
from applications.fields import asking, declarations
from applications.fields.blocks import (
    Block,
    case_lines,
    with_case_lines,
    write_blocks,
)
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
from applications.reading import rules as reading_rules
from skolefleks import alphabet
from skolefleks.danish import today
from visitation.cases import rules
from visitation.ceiling import rules as ceiling_rules
from visitation.efforts import queries as effort_queries
from visitation.letters import rules as letter_rules
from visitation.lifecycle import DecisionStatus
from visitation.models import (
    Decision,
    Effort,
    Grant,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from applications.models import Statement

    # Each that stands, with those before it.
    Statements = list[tuple[Statement, list[Statement]]]


# -- the case's page
# -------------------------------------------------------------------
@dataclass
class PupilOnCase:
    """One pupil of a case, with the decisions that the reader may see.

    `requested` is what the school applies for, in whole DKK by fiscal year.
    `earlier` are the decisions before `decision`, the newest first.
    """

    pupil_case: PupilCase
    decision: Decision | None
    earlier: list[Decision]
    grant: Grant | None
    requested: list[tuple[int, int]]
    age: int | None
    goals: list[Goal]
    # What advisers state of this pupil alone.
    statements: Statements = field(default_factory=list)

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What the page lists of the pupil beneath what it has placed itself."""
        return case_lines(self.pupil_case, declarations.PUPIL)

    @property
    def is_postponed(self) -> bool:
        """Put off, and the school knows: to be decided anew."""
        if self.decision is None or self.decision.is_provisional:
            return False
        return self.decision.is_postponed


@dataclass
class CaseFile:
    """All that the case page shows of one application."""

    application: Application
    pupils: list[PupilOnCase]
    tried: list[TriedMeasure]
    planned: list[PlannedMeasure]
    papers: list[Paper]
    statements: Statements
    threads: list[dialogue_queries.Thread]
    efforts: list[Effort]

    @property
    def blocks(self) -> list[Block]:
        """All that is written, as text."""
        pupil_cases = []
        goals = []
        for pupil in self.pupils:
            pupil_cases.append(pupil.pupil_case)
            goals += pupil.goals
        return write_blocks(
            self.application, pupil_cases, self.tried, self.planned, goals
        )

    @property
    def environment_lines(self) -> list[tuple[str, str]]:
        return case_lines(self.application, declarations.ENVIRONMENT)

    @property
    def cooperation_lines(self) -> list[tuple[str, str]]:
        """Of the leadership only the law: its people stand with who else takes part."""
        return case_lines(
            self.application,
            declarations.COOPERATION,
            declarations.LEADERSHIP,
        )

    @property
    def planned_with_lines(
        self,
    ) -> list[tuple[PlannedMeasure, list[tuple[str, str]]]]:
        """Each planned measure, and what the page lists of it beneath what it has placed itself."""
        return with_case_lines(declarations.PLANNED, self.planned)

    @property
    def decisions(self) -> list[Decision]:
        """Those that stand, one for each pupil that has one."""
        decisions = [pupil.decision for pupil in self.pupils]
        return [decision for decision in decisions if decision]

    @property
    def undecided(self) -> int:
        return len(self.pupils) - len(self.decisions)

    @property
    def provisional(self) -> int:
        return sum(decision.is_provisional for decision in self.decisions)

    @property
    def waits_for_chiefs(self) -> bool:
        """Whether a tariff above the ceiling still keeps them from being released."""
        return any(decision.waits_for_chiefs for decision in self.decisions)

    @property
    def unprintable(self) -> list[str]:
        """What the letters of the decisions to be released could not show."""
        provisional = [one for one in self.decisions if one.is_provisional]
        return letter_rules.unprintable_in(provisional)

    @property
    def postponed(self) -> int:
        return sum(pupil.is_postponed for pupil in self.pupils)

    @property
    def shows_statements(self) -> bool:
        """Whether there is more to show than what stands beside each pupil."""
        if self.application.is_challenge:
            return bool(self.statements)
        return bool(self.statements) or not any(
            pupil.statements for pupil in self.pupils
        )

    @property
    def next_step(self) -> str:
        """What is next, to whom it is for: the committee, or the school and its advisers."""
        if self.application.is_reviewable:
            return rules.next_for_committee(
                self.application,
                undecided=self.undecided,
                postponed=self.postponed,
                waits_for_chiefs=self.waits_for_chiefs,
            )
        return reading_rules.next_step(self.application, today())

    @property
    def is_granted(self) -> bool:
        return any(pupil.grant for pupil in self.pupils)


WITHOUT_GRANT_OF_ITS_OWN = (Decision.Outcome.UNCHANGED, Decision.Outcome.STOPPED)


def case_file(application: Application) -> CaseFile:
    """Read the whole case as the person it is marked for may see it. Takes nine queries."""
    whole = reading_queries.WholeApplication(application)
    decisions = _decisions(application, whole.pupil_cases)
    goals: dict[UUID, list[Goal]] = {}
    for goal in whole.goals:
        goals.setdefault(goal.pupil_case_id, []).append(goal)

    pupils = []
    for pupil_case in whole.pupil_cases:
        own_decisions = decisions.get(pupil_case.pk, [])
        own_goals = goals.get(pupil_case.pk, [])
        pupils.append(_pupil_on_case(pupil_case, own_decisions, own_goals))

    statements = dialogue_queries.signed_statements(application)
    return CaseFile(
        application=application,
        pupils=pupils,
        tried=whole.tried_measures,
        planned=whole.planned_measures,
        papers=reading_queries.papers_of(application),
        statements=_place_statements(statements, pupils),
        threads=dialogue_queries.threads_of(
            application, shared_only=application.is_reviewable
        ),
        efforts=_efforts(application, decisions),
    )


def _place_statements(statements: Statements, pupils: list[PupilOnCase]) -> Statements:
    """Put each beside the pupil it speaks of; returns those of all the pupils."""
    of_pupil = {pupil.pupil_case.pk: pupil for pupil in pupils}
    of_all = []
    for statement, earlier in statements:
        about = of_pupil.get(statement.pupil_id)  # type: ignore[arg-type]
        # Of a single pupil each of them speaks.
        if len(pupils) == 1:
            about = pupils[0]
        if about:
            about.statements.append((statement, earlier))
        else:
            of_all.append((statement, earlier))
    return of_all


def _efforts(
    application: Application, decisions: Mapping[UUID, list[Decision]]
) -> list[Effort]:
    """No query for a case of which nothing is released: it has no effort yet."""
    for own_decisions in decisions.values():
        # One that was released may be replaced since: its effort runs all the same.
        if any(one.status != DecisionStatus.PROVISIONAL for one in own_decisions):
            return effort_queries.efforts_of_case(application)
    return []


def _pupil_on_case(
    pupil_case: PupilCase, decisions: list[Decision], goals: list[Goal]
) -> PupilOnCase:
    """`decisions` are the pupil's, the oldest first."""
    newest_first = decisions[::-1]
    for one in decisions:
        # The same object, so that no card reads it anew.
        one.pupil_case = pupil_case
    decision = None
    if newest_first:
        decision = newest_first[0]

    wish = reading_rules.wish_for(pupil_case)
    return PupilOnCase(
        pupil_case=pupil_case,
        decision=decision,
        earlier=newest_first[1:],
        grant=_grant_of(newest_first),
        requested=[(year, part.amount) for year, part in wish.parts.items()],
        age=pupil_case.age_on(timezone.localdate()),
        goals=goals,
    )


def _grant_of(newest_first: list[Decision]) -> Grant | None:
    """The newest decision's grant; one that ended it, or left all as it was, has the one before."""
    for decision in newest_first:
        if decision.outcome in WITHOUT_GRANT_OF_ITS_OWN:
            continue
        # A rejection has none, and Django raises where the other side of a one-to-one is missing.
        grant: Grant | None = getattr(decision, "grant", None)
        return grant
    return None


def _decisions(
    application: Application, pupil_cases: list[PupilCase]
) -> dict[UUID, list[Decision]]:
    """Each pupil's decisions that the reader may see, the oldest first.

    Before the release that is the committee alone. One query, and one more
    where a chief refused a tariff.
    """
    # An undone decision is shown to nobody; the committee's timeline says that
    # there was one.
    rows = Decision.objects.exclude(status=DecisionStatus.UNDONE)
    if not application.is_reviewable:
        rows = rows.known_to_school()
    rows = rows.filter(pupil_case__in=pupil_cases)
    rows = rows.select_related("grant", "decided_by", "meeting", "waiting_place")

    decisions: dict[UUID, list[Decision]] = {}
    with_refusal: list[Decision] = []
    # The row with what is annotated.
    decision: Any
    for decision in rows.annotate(**_beside_decisions()):
        decisions.setdefault(decision.pupil_case_id, []).append(decision)
        answered = {chief["centre"] for chief in decision.chiefs}
        decision.lacking = sorted(set(decision.owners) - answered)
        agreed = {chief["centre"] for chief in decision.chiefs if chief["agrees"]}
        decision.waits_for_chiefs = ceiling_rules.lacks(
            decision, decision.owners, agreed
        )
        if not all(chief["agrees"] for chief in decision.chiefs):
            with_refusal.append(decision)

    _add_refusals(with_refusal)
    return decisions


# What a decision's card shows beside it, by hand (docs/decisions/0040).
_FOLLOW_UP_DAYS = """ARRAY(
    SELECT due_on FROM visitation_followup JOIN visitation_grant its ON its.id = grant_id
    WHERE its.decision_id = visitation_decision.id ORDER BY due_on
)"""

_TOOK = f"""ARRAY(
    SELECT jsonb_build_object('name', name, 'part', part, 'why', why)
    FROM visitation_participant JOIN skolefleks_user person ON person.id = user_id
    WHERE decision_id = visitation_decision.id ORDER BY part, {alphabet.sql("name")}
)"""  # noqa: S608  the text is ours

_CHIEFS = """ARRAY(
    SELECT jsonb_build_object('centre', centre, 'agrees', agrees)
    FROM visitation_ceilinganswer WHERE decision_id = visitation_decision.id ORDER BY centre
)"""

_OWNERS = """ARRAY(
    SELECT DISTINCT centre FROM budget_fundingsource JOIN skolefleks_centre ON key = centre
    WHERE closed_on IS NULL
)"""


def _beside_decisions() -> dict[str, RawSQL]:
    """Follow-ups, participants, the chiefs' answers, and the centres that have to answer.

    They are annotated and not prefetched for the sake of the ceiling:
    prefetched they are four queries more, and a page asks at most eight.
    """
    # The texts are ours, and nothing comes into them from outside.
    return {
        "follow_up_days": RawSQL(_FOLLOW_UP_DAYS, []),  # noqa: S611
        "took": RawSQL(_TOOK, [], ArrayField(JSONField())),  # noqa: S611
        "chiefs": RawSQL(_CHIEFS, [], ArrayField(JSONField())),  # noqa: S611
        "owners": RawSQL(_OWNERS, []),  # noqa: S611
    }


def _add_refusals(decisions: list[Decision]) -> None:
    """Set `refusals` of each: why its chiefs refused. Takes one query where there are any."""
    if not decisions:
        return

    # The reasons lie encrypted: as rows they are opened, in the JSON of `chiefs`
    # they are not.
    prefetch_related_objects(decisions, "ceiling_answers")
    for decision in decisions:
        answers = decision.ceiling_answers.all()
        decision.refusals = [answer.reason for answer in answers if not answer.agrees]


def open_questions(
    file: CaseFile, submitted: list[Block] | None
) -> list[asking.Question]:
    """What the committee asks for in a case that is back at the school. Takes no query.

    `submitted` is the copy that the committee reads meanwhile (`submitted_blocks`).
    """
    application = file.application
    if application.status != Status.SENT_BACK or not application.asks:
        return []

    return asking.list_questions(
        application.asks,
        application.number,
        now=submitted or file.blocks,
    )
