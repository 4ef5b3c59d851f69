"""What holds at the end: what waits then, who is asked, and what the measurements suggest."""

from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING

from django.conf import settings

from skolefleks.permissions import Permission as P
from skolefleks.setup import trade
from visitation.efforts.rules import SCHOOL, SCHOOL_LEADER, Task, TaskKind
from visitation.lifecycle import ClosingStatus, WhereaboutsStatus
from visitation.measurements import rules as measurements
from visitation.models import ClosingGoal, Now

if TYPE_CHECKING:
    from collections.abc import Iterable
    from decimal import Decimal

    from visitation.models import ClosingReport, EffortGoal, Whereabouts

Verdict = ClosingGoal.Verdict

# The day on which pupils go up to the next grade.
SCHOOL_YEAR_BEGINS = (8, 1)


def asks_for_exam(grade: int | None, starts_on: date, on: date) -> bool:
    """Whether the pupil has come to the grade of the final exam; `grade` is that of `starts_on`."""
    # Not asked is better than asked of a child.
    if grade is None:
        return False
    summers = _school_year(on) - _school_year(starts_on)
    return grade + summers >= settings.EXAM_GRADE


def _school_year(day: date) -> int:
    """The year in which the day's school year began."""
    if (day.month, day.day) >= SCHOOL_YEAR_BEGINS:
        return day.year
    return day.year - 1


def right_to_answer(now: str) -> P:
    """The school says where the pupil is, PPR where the pupil has moved away from it."""
    if now == Now.MOVED:
        return P.PPR_LINE_WRITE
    return P.EFFORT_WRITE


def who_answers(closing: ClosingReport | None, questions: Iterable[Whereabouts]) -> P:
    """Who is asked next, by what is known last of where the pupil is."""
    # What was answered last knows better than the report.
    answered = [row.now for row in questions if row.now]
    if answered:
        return right_to_answer(answered[-1])
    if closing is None:
        return P.EFFORT_WRITE
    return right_to_answer(closing.now)


def newest_of(closings: Iterable[ClosingReport]) -> ClosingReport | None:
    """The newest report that was not cancelled; they are in the order of their days."""
    newest = None
    for closing in closings:
        # One that fell away belongs to an end that was none.
        if closing.status != ClosingStatus.CANCELLED:
            newest = closing
    return newest


def verdict_of(goal: EffortGoal, value: Decimal | None) -> Verdict:
    """What a voice's last value suggests; the report may say otherwise."""
    if value is None or goal.baseline is None or goal.target is None:
        return Verdict.NOT_ASKED
    # The same thirds as the curves: the form says nothing that
    # they do not.
    share = measurements.share_of_way(goal, value)
    if share >= 1:
        return Verdict.REACHED
    if share >= Fraction(1, trade.now().curve_moved_part):
        return Verdict.PARTLY
    return Verdict.NOT_REACHED


# -- what waits after the end --
def tasks_of(
    closings: Iterable[ClosingReport], questions: Iterable[Whereabouts]
) -> list[Task]:
    """The closing report that is missing, and the questions that were asked or come."""
    tasks = []
    for closing in closings:
        if closing.status == ClosingStatus.AWAITED:
            tasks.append(closing_task(closing.laid_on, closing.due_on))
    for question in questions:
        if question.status in {WhereaboutsStatus.PLANNED, WhereaboutsStatus.ASKED}:
            task = question_task(question.ask_on, question.months)
            tasks.append(task)
    return sorted(tasks, key=lambda task: task.from_on)


def closing_task(laid_on: date, due_on: date) -> Task:
    """The report that is missing, from the day on which the end was known."""
    text = "Skriv slutrapporten"
    return Task(TaskKind.CLOSE, text, SCHOOL_LEADER, laid_on, due_on)


def question_task(ask_on: date, months: int = 0) -> Task:
    """`months` is left out where only the list needs it. The page has the way to the answer."""
    by_on = ask_on + timedelta(days=trade.now().whereabouts_days)
    text = f"Svar på, hvor eleven er {months} måneder efter"
    return Task(TaskKind.WHEREABOUTS, text, SCHOOL, ask_on, by_on)
