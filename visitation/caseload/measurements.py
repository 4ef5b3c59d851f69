"""The demo's measurements: three voices that do not always agree, and goals that stand still."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from skolefleks.danish import today
from visitation.efforts import queries
from visitation.lifecycle import EffortStatus
from visitation.measurements import actions
from visitation.models import EffortGoal, Measurement

if TYPE_CHECKING:
    from skolefleks.models import User
    from visitation.models import Effort

Voice = Measurement.Voice
How = Measurement.How
FilledInBy = Measurement.FilledInBy
NotMeasured = Measurement.NotMeasured


class Course(NamedTuple):
    """Per cent of the way that a goal has come at each turn, and how the voices lie beside it."""

    shares: tuple[int, ...]
    pupil: int
    parents: int


# In turn: one that goes well, a slow one, one of different
# pictures, one that stands still, one
# that falls back.
COURSES = (
    Course((0, 40, 70, 100, 110), -10, 0),
    Course((0, 20, 35, 45, 60), 10, -10),
    Course((0, 40, 60, 90, 100), -110, -40),
    Course((0, 5, 0, 10, 5), 0, 5),
    Course((0, 25, -20, -35, -30), 0, -10),
)

# Those that go forward.
GOING_WELL = 3
# The efforts whose grants were ended because the goal was reached.
WELL_AT_THE_END = (3,)

SCALE_ENDS = {EffortGoal.Kind.SCALE: (1, 10), EffortGoal.Kind.ATTENDANCE: (0, 100)}


def _course_of(number: int) -> Course:
    if number in WELL_AT_THE_END:
        return COURSES[0]
    return COURSES[number % len(COURSES)]


def goes_well(number: int) -> bool:
    """Whether the goals of the effort with that number move."""
    return COURSES.index(_course_of(number)) < GOING_WELL


def measure(effort: Effort, number: int, turn: int, *, by: User) -> None:
    """Pupil, parents and school each answer, as they do before a talk; one pupil did not want to.

    `number` chooses the course, `turn` how far it has come.
    """
    if effort.status != EffortStatus.RUNNING:
        return
    goals = [history.goal for history in queries.goals_of(effort)]
    goals = [goal for goal in goals if goal.baseline is not None]
    if not goals:
        return
    # The same each time the demo is made.
    course = _course_of(number)
    share = course.shares[min(turn, len(course.shares) - 1)]
    _take(effort, Voice.SCHOOL, goals, share, by=by)
    on_scale = [goal for goal in goals if goal.kind == EffortGoal.Kind.SCALE]
    # Pupil and parents are not asked for percent.
    if on_scale:
        pupil: int | None = share
        parents = share
        # They begin together: the baseline was agreed on.
        if turn:
            pupil = share + course.pupil
            parents = share + course.parents
        if number % 7 == 3 and turn == 2:
            pupil = None
        _take(effort, Voice.PUPIL, on_scale, pupil, by=by)
        _take(effort, Voice.PARENTS, on_scale, parents, by=by)


def _take(
    effort: Effort,
    voice: Measurement.Voice,
    goals: list[EffortGoal],
    share: int | None,
    *,
    by: User,
) -> None:
    """Each goal at so many per cent of its way; without one the voice did not want to answer."""
    answers = []
    for goal in goals:
        answer = actions.Answer(goal, None, NotMeasured.DECLINED)
        if share is not None:
            answer = actions.Answer(goal, value_at(goal, share))
        answers.append(answer)

    filled_in_by, how = FilledInBy.TOGETHER, How.TALK
    if voice == Voice.SCHOOL:
        filled_in_by, how = FilledInBy.SELF, How.OBSERVED
    actions.take(
        effort,
        voice,
        measured_on=today(),
        answers=answers,
        filled_in_by=filled_in_by,
        how=how,
        by=by,
    )


def value_at(goal: EffortGoal, share: int) -> Decimal:
    """The value so many per cent of the way from baseline to target, whole, on the goal's scale."""
    baseline = goal.baseline or Decimal(0)
    target = goal.target or baseline
    value = round(baseline + (target - baseline) * share / 100)
    lowest, highest = SCALE_ENDS.get(EffortGoal.Kind(goal.kind), (0, 9_999))
    return Decimal(max(lowest, min(highest, value)))
