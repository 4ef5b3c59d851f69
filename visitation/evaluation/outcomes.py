"""The tables of what came of it: where each voice sees the goals, and what the rule says of them.

Voices are never put together, and no school or person is ranked.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F

from skolefleks import danish
from visitation.evaluation import rules
from visitation.evaluation.tables import Row, Table
from visitation.measurements.rules import Standing, standing_of
from visitation.models import EffortGoal, FollowUpWindow, Measurement, PlanMeasure

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from visitation.evaluation.rules import Period
    from visitation.models import Effort

Voice = Measurement.Voice

SHARE_COLUMNS = (
    ("Mål", "whole"),
    ("Andel", "percent"),
    ("95 %, fra", "percent"),
    ("til", "percent"),
)

# What the rule calls forward.
FORWARD = (Standing.REACHED, Standing.ON_THE_WAY)


@dataclass(frozen=True)
class MeasuredGoal:
    """A goal in its newest version, with what was measured of it by the end of the period."""

    goal: EffortGoal
    measurements: list[Measurement]
    standing: Standing

    def view_of(self, voice: str) -> rules.View:
        # A refusal is an answer, and no value.
        values = []
        for row in self.measurements:
            if row.voice == voice and row.value is not None:
                values.append(row.value)
        return rules.view_of(self.goal, values)


def goals_of(period: Period, efforts: Sequence[Effort]) -> list[MeasuredGoal]:
    """The goals of `efforts`, as they stood at the end of the period. Takes three queries."""
    last_day = period.counted_on
    talks = FollowUpWindow.objects.filter(effort__in=efforts, held_on__lte=last_day)
    talks_of = Counter(talks.values_list("effort", flat=True))

    # By its number: what was measured of its earlier versions counts too.
    measured: dict[tuple[UUID, int], list[Measurement]] = defaultdict(list)
    rows = Measurement.objects.current().filter(
        effort__in=efforts, measured_on__lte=last_day
    )
    rows = rows.annotate(goal_number=F("goal__number")).defer("why", "reason")
    for row in rows:
        number: int = row.goal_number  # type: ignore[attr-defined]
        measured[row.effort_id, number].append(row)

    goals = EffortGoal.objects.current().filter(effort__in=efforts)
    measured_goals = []
    for goal in goals.only("effort", "number", "kind", "baseline", "target"):
        of_goal = measured[goal.effort_id, goal.number]
        standing = standing_of(goal, of_goal, talks_of[goal.effort_id]).standing
        measured_goals.append(MeasuredGoal(goal, of_goal, standing))
    return measured_goals


def tables(goals: Sequence[MeasuredGoal]) -> list[Table]:
    """What the rule says of the goals, and what each voice does."""
    return [_by_rule(goals), *[_by_voice(goals, voice) for voice in Voice]]


def _by_rule(goals: Sequence[MeasuredGoal]) -> Table:
    # Every standing is a row, also one that no goal has: a row that is missing says something.
    # The whole is all goals: those that nobody measured are a part of what is known.
    counted = Counter(goal.standing for goal in goals)
    rows = []
    for standing in Standing:
        word = standing.value
        name = f"{word[0].upper()}{word[1:]}"
        rows.append(_share_row(name, counted[standing], len(goals)))
    return Table(
        key="standings",
        section="outcomes",
        title="Målene efter reglen ved kurverne",
        first="Målet er",
        columns=SHARE_COLUMNS,
        rows=rows,
        total=Row("I alt", (len(goals), None, None, None), (len(goals),)),
        note="Reglen ser på alle stemmer, og den siger ikke, hvad der har virket.",
        adds_up=True,
    )


def _by_voice(goals: Sequence[MeasuredGoal], voice: Voice) -> Table:
    views = Counter(goal.view_of(voice) for goal in goals)
    measured = sum(views[view] for view in rules.MEASURED)
    rows = [_share_row(view.value, views[view], measured) for view in rules.MEASURED]
    too_few = views[rules.View.TOO_FEW]
    rows.append(Row(rules.View.TOO_FEW.value, (too_few, None, None, None), (too_few,)))

    forward = sum(views[view] for view in rules.FORWARD)
    return Table(
        key=f"voice_{voice.value}",
        section="outcomes",
        title=f"Målene, som {_name_of(voice)} ser dem",
        first="Målet er",
        columns=SHARE_COLUMNS,
        rows=rows,
        total=_share_row("Nået eller på vej", forward, measured),
        note="Andele af de mål, som stemmen har målt nok gange.",
        adds_up=True,
    )


def _name_of(voice: Voice) -> str:
    return danish.inside(str(voice.label))


def _share_row(name: str, part: int, whole: int) -> Row:
    # Of nothing there is no interval.
    interval = rules.wilson(part, whole)
    low = high = None
    if interval:
        low, high = interval
    return Row(name, (part, rules.percent(part, whole), low, high), (part,))


def by_measure(goals: Sequence[MeasuredGoal], efforts: Sequence[Effort]) -> Table:
    """The goals of the efforts that have a kind of measure, kind by kind. Takes one query."""
    efforts_of: dict[str, set[UUID]] = defaultdict(set)
    rows = PlanMeasure.objects.filter(effort__in=efforts)
    for kind, effort in rows.values_list("kind", "effort"):
        efforts_of[kind].add(effort)

    lines = []
    for kind in PlanMeasure.Kind:
        of_kind = [
            goal.standing for goal in goals if goal.goal.effort_id in efforts_of[kind]
        ]
        # What nobody has measured enough has nothing to be a share of.
        judged = [one for one in of_kind if one != Standing.TOO_FEW]
        forward = sum(one in FORWARD for one in judged)
        back = sum(one == Standing.BACK for one in judged)
        lines.append(_measure_row(kind.label, len(judged), forward, back))
    return Table(
        key="by_measure",
        section="outcomes",
        title="Målene efter slags tiltag",
        first="Tiltag",
        columns=(
            ("Mål, der er målt", "whole"),
            ("Nået eller på vej", "whole"),
            ("Gået tilbage", "whole"),
            ("Andel i fremgang", "percent"),
            ("95 %, fra", "percent"),
            ("til", "percent"),
        ),
        rows=lines,
        note=(
            "En indsats har ofte flere tiltag: det kan ikke ses, hvilket af dem der flyttede"
            " noget."
        ),
    )


def _measure_row(name: str, judged: int, forward: int, back: int) -> Row:
    interval = rules.wilson(forward, judged)
    low = high = None
    if interval:
        low, high = interval
    cells = (judged, forward, back, rules.percent(forward, judged), low, high)
    other = judged - forward - back
    return Row(name, cells, (judged, forward, back, other, judged - forward))
