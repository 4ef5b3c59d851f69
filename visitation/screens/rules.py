"""What a screen asks, and whether it is still open."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visitation.lifecycle import ScreenStatus
from visitation.models import EffortGoal, Measurement

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from visitation.models import Screen, ScreenQuestion

# Whom a screen may be given to.
VOICES = (Measurement.Voice.PUPIL, Measurement.Voice.PARENTS)


def goals_to_ask(
    goals: Iterable[EffortGoal], numbers_answered: Iterable[int]
) -> list[EffortGoal]:
    """The goals on the scale with faces that the voice has not answered today."""
    # Percent and counts are the school's to know: a face says
    # nothing of them.
    answered = set(numbers_answered)
    return [
        goal
        for goal in goals
        if goal.kind == EffortGoal.Kind.SCALE and goal.number not in answered
    ]


def is_open(screen: Screen, now: datetime) -> bool:
    """Whether it may still be answered on."""
    return screen.status == ScreenStatus.OPEN and now < screen.ends_at


def next_question(
    questions: Sequence[ScreenQuestion], numbers_answered: Iterable[int]
) -> ScreenQuestion | None:
    """The first one without an answer; None after the last."""
    answered = set(numbers_answered)
    for question in questions:
        if question.goal.number not in answered:
            return question
    return None
