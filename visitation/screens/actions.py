"""Handing a screen over, answering on it, and closing it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit
from skolefleks.danish import today
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from skolefleks.statemachine import follow
from visitation.efforts.actions import require_open
from visitation.lifecycle import ScreenStatus
from visitation.measurements import actions as measurements
from visitation.models import Measurement, Screen, ScreenQuestion
from visitation.screens import queries, rules

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skolefleks.models import User
    from visitation.models import Effort


@transaction.atomic
def hand_over(
    effort: Effort,
    voice: Measurement.Voice,
    *,
    words: Mapping[int, str],
    by: User,
) -> Screen:
    """Open a screen that asks the voice for the goals, in `words` by their number.

    Raises NotPossible once the effort is over, and Refusal where nothing is left to ask.
    """
    require_open(effort, P.EFFORT_WRITE, by=by)
    # Before the adult is signed out: a screen without a question
    # would be a dead end.
    goals = queries.goals_to_ask(effort, voice)
    if not goals:
        raise Refusal("Der er ingen mål at spørge om i dag.")

    now = timezone.now()
    screen = Screen.objects.create(
        effort=effort,
        voice=voice,
        given_by=by,
        given_at=now,
        ends_at=now + timedelta(minutes=trade.now().screen_minutes),
    )
    for goal in goals:
        question = words.get(goal.number) or goal.what
        ScreenQuestion.objects.create(screen=screen, goal=goal, words=question)
    audit.record("hand_over_screen", screen, by=by, voice=voice, goals=len(goals))
    return screen


@transaction.atomic
def answer(screen: Screen, *, number: int, answer: measurements.Answer) -> None:
    """Keep one answer, as the voice's own. The last one closes the screen.

    `number` is the goal that was on the page. An answer to another one than is next (sent twice,
    from an old page) changes nothing. Raises NotPossible once the screen is over.
    """
    # Read again with the row held: another tab may have answered
    # meanwhile.
    _hold(screen)
    standing = queries.asking(str(screen.pk))
    if standing is None or standing.question is None:
        raise NotPossible
    # Back, and sent once more: said nothing of, since nothing is
    # wrong.
    if standing.question.goal.number != number:
        return

    measurements.take(
        screen.effort,
        Measurement.Voice(screen.voice),
        measured_on=today(),
        answers=[answer],
        filled_in_by=Measurement.FilledInBy.SELF,
        how=Measurement.How.SCREEN,
        by=screen.given_by,
    )
    # The adult may have written down some of them on another
    # machine.
    answered = queries.numbers_answered(screen.effort, screen.voice)
    if rules.next_question(standing.questions, answered) is None:
        follow(screen, "close_screen", by=screen.given_by)


@transaction.atomic
def close(screen: Screen) -> None:
    """Close it before the last answer; nothing where it is closed."""
    _hold(screen)
    if screen.status == ScreenStatus.OPEN:
        follow(screen, "close_screen", by=screen.given_by)


def _hold(screen: Screen) -> None:
    # Two tabs that answer at the same moment come one after the
    # other.
    rows = Screen.objects.select_for_update()
    screen.refresh_from_db(fields=["status"], from_queryset=rows)
