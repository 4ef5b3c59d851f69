"""The measurements as pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from visitation.efforts import queries as effort_queries
from visitation.measurements import rules
from visitation.models import Measurement, Scale

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from visitation.efforts.queries import GoalHistory, Standing
    from visitation.models import Effort, EffortGoal


@dataclass(frozen=True)
class Curve:
    """One goal with its measurements, and the days that are marked on its picture."""

    history: GoalHistory
    measurements: list[Measurement]
    standing: rules.GoalStanding
    grants_from: list[date]
    follow_ups_held: list[date]

    @property
    def goal(self) -> EffortGoal:
        return self.history.goal

    @property
    def days(self) -> list[date]:
        """The first and the last day of the picture."""
        days = [row.measured_on for row in self.measurements]
        days += self.grants_from + self.follow_ups_held
        return [min(days), max(days)]


def curves_of(standing: Standing) -> list[Curve]:
    """The goals of an effort with their curves. Takes two queries."""
    effort = standing.effort
    rows = effort.measurements.current().select_related("goal")
    measured: dict[int, list[Measurement]] = {}
    # The texts are not shown here: they are left where they
    # are.
    for row in rows.only(*effort_queries.MEASUREMENT_FIGURES, "not_measured"):
        measured.setdefault(row.goal.number, []).append(row)

    grants_from = [grant.starts_on for grant in standing.grants]
    talks = [window.held_on for window in standing.windows if window.held_on]
    curves = []
    for history in effort_queries.goals_of(effort):
        of_goal = measured.get(history.goal.number, [])
        # By the newest version of the goal; what was measured
        # of earlier ones counts too.
        stands = rules.standing_of(history.goal, of_goal, len(talks))
        curves.append(Curve(history, of_goal, stands, grants_from, talks))
    return curves


def history_of(effort: Effort) -> list[Measurement]:
    """All measurements with what was corrected, the newest first. Takes one query."""
    rows = effort.measurements.select_related("goal", "by", "replaced_by")
    return list(rows.order_by("-measured_on", "goal__number", "voice", "-at"))


def scale_of(goal: EffortGoal) -> Scale:
    """The goal's own scale, or the one that goals of its kind are measured on."""
    if goal.scale:
        return goal.scale
    return Scale.objects.get(goal_kind=goal.kind)


def goals_to_measure(effort: Effort) -> list[EffortGoal]:
    """The goals as they stand now, in their order."""
    return list(effort.goals.current().select_related("scale"))


def standings_by_number(effort: Effort) -> dict[int, rules.GoalStanding]:
    """Where each goal of the effort stands, by its number. Takes three queries."""
    talks = effort_queries.talks_of([effort])
    standings: Sequence[rules.GoalStanding] = effort_queries.standings_of(
        [effort], talks
    ).get(effort.pk, [])
    return {standing.goal.number: standing for standing in standings}
