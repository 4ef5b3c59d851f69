"""The handed-over screens as pages read them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils import timezone

from skolefleks.danish import today
from visitation.measurements import queries as measurements
from visitation.models import Screen, ScreenQuestion
from visitation.screens import rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitation.models import Effort, EffortGoal


@dataclass(frozen=True)
class Asking:
    """An open screen with its questions, and the one it stands at; None after the last."""

    screen: Screen
    questions: list[ScreenQuestion]
    question: ScreenQuestion | None

    @property
    def position(self) -> int:
        """`1` at the first."""
        if self.question is None:
            return len(self.questions)
        return self.questions.index(self.question) + 1


def numbers_answered(effort: Effort, voice: str) -> list[int]:
    """The goals that the voice has answered today, a refusal too."""
    rows = effort.measurements.filter(voice=voice, measured_on=today())
    return list(rows.values_list("goal__number", flat=True))


def goals_to_ask(effort: Effort, voice: str) -> list[EffortGoal]:
    """What a screen would ask the voice today. Takes two queries."""
    goals = measurements.goals_to_measure(effort)
    return rules.goals_to_ask(goals, numbers_answered(effort, voice))


def asking(screen_id: str) -> Asking | None:
    """The screen as it stands; None where it is over. Takes three queries."""
    if not screen_id:
        return None
    screens = Screen.objects.select_related(
        "effort__application__school", "effort__pupil_case", "given_by"
    )
    screen = screens.get(pk=UUID(screen_id))
    # The session has a clock of its own; the row's is the one
    # that counts.
    if not rules.is_open(screen, timezone.now()):
        return None
    questions = list(screen.questions.select_related("goal"))
    answered = numbers_answered(screen.effort, screen.voice)
    return Asking(screen, questions, rules.next_question(questions, answered))


def words_before(
    effort: Effort, voice: str, goals: Sequence[EffortGoal]
) -> dict[int, str]:
    """How each goal was asked for the last time, by its number; else as the goal says it."""
    # By number: a goal whose version is new is asked in the words
    # it had.
    words = {goal.number: goal.what for goal in goals}
    earlier = ScreenQuestion.objects.filter(screen__effort=effort, screen__voice=voice)
    for question in earlier.select_related("goal").order_by("screen__given_at"):
        if question.goal.number in words:
            words[question.goal.number] = question.words
    return words
