"""The closing reports and the whereabouts as pages and the clock read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skolefleks.danish import today
from visitation.closings import rules
from visitation.lifecycle import WhereaboutsStatus
from visitation.measurements import queries as measurements
from visitation.models import ClosingGoal, ClosingReport, Measurement, Whereabouts

if TYPE_CHECKING:
    from uuid import UUID

    from visitation.models import Effort, EffortGoal

Voice = Measurement.Voice


@dataclass(frozen=True)
class GoalVerdicts:
    """One goal with what each voice says of it at the end."""

    goal: EffortGoal
    verdicts: list[tuple[Measurement.Voice, ClosingGoal.Verdict]]


def closing_of(effort: Effort) -> ClosingReport | None:
    """The newest report that was not cancelled. Takes one query."""
    rows = effort.closings.select_related("written_by")
    closing = rules.newest_of(rows)
    if closing:
        closing.effort = effort
    return closing


def written_verdicts(closing: ClosingReport) -> list[GoalVerdicts]:
    """The goals with the verdicts that were written. Takes one query."""
    goals: dict[int, GoalVerdicts] = {}
    for row in closing.goals.select_related("goal"):
        of_goal = goals.setdefault(row.goal.number, GoalVerdicts(row.goal, []))
        of_goal.verdicts.append((Voice(row.voice), ClosingGoal.Verdict(row.verdict)))
    return list(goals.values())


def verdicts_to_write(closing: ClosingReport) -> list[GoalVerdicts]:
    """Each goal with each voice's verdict: what was written, or what the measurements suggest."""
    effort = closing.effort
    chosen = {}
    for row in closing.goals.select_related("goal"):
        chosen[row.goal.number, row.voice] = ClosingGoal.Verdict(row.verdict)

    standings = measurements.standings_by_number(effort)
    goals = []
    for goal in measurements.goals_to_measure(effort):
        latest = standings[goal.number].latest
        verdicts = []
        for voice in Voice:
            # What somebody chose goes before what is suggested.
            verdict = chosen.get((goal.number, voice))
            if verdict is None:
                verdict = rules.verdict_of(goal, latest.get(voice))
            verdicts.append((voice, verdict))
        goals.append(GoalVerdicts(goal, verdicts))
    return goals


def questions_of(effort: Effort) -> list[Whereabouts]:
    """The questions where the pupil is, in the order of their days."""
    questions = effort.whereabouts.exclude(status=WhereaboutsStatus.CANCELLED)
    return list(questions.select_related("answered_by"))


def questions_to_ask() -> list[UUID]:
    """Those whose day has come and that nobody was asked yet."""
    questions = Whereabouts.objects.filter(
        status=WhereaboutsStatus.PLANNED, ask_on__lte=today()
    )
    return list(questions.values_list("pk", flat=True))
