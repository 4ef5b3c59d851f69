"""What the committee has asked the school, and what it has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.permissions import Permission as P
from skolefleks.permissions import schools_of
from visitation.models import Question
from visitation.questions import rules

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User

MOST_SHOWN = 10


def questions(application: Application) -> list[Question]:
    """All that was asked in the case, the oldest first. Takes one query."""
    questions = list(application.questions.select_related("asked_by", "answered_by"))
    for question in questions:
        # The row that is at hand, instead of another query for each.
        question.application = application
    return questions


def questions_to(user: User) -> list[Question]:
    """What waits for an answer from the person's schools, the oldest first. Takes one query."""
    waiting = Question.objects.filter(
        answered_at__isnull=True,
        application__school__in=schools_of(user, P.QUESTION_ANSWER),
        application__status__in=rules.ANSWERABLE,
    )
    # The texts are encrypted and not shown: they are left where they are.
    waiting = waiting.select_related("application").only(
        "asked_at", "application__number", "application__initials"
    )
    return list(waiting[:MOST_SHOWN])
