"""What the committee has asked the school, and what it has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.lifecycle import Status
from skolefleks.permissions import Permission as P
from skolefleks.permissions import schools_of
from visitation.models import Question

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


MOST_SHOWN = 10


def questions(application: Application) -> list[Question]:
    """The oldest first."""
    found = list(application.questions.select_related("asked_by", "answered_by"))
    for question in found:
        question.application = application
    return found


def questions_to(user: User) -> list[Question]:
    """What waits for an answer from the person's schools, the oldest first."""
    asked = Question.objects.filter(
        answered_at__isnull=True,
        application__school__in=schools_of(user, P.QUESTION_ANSWER),
        application__status__in=(Status.SUBMITTED, Status.SENT_BACK),
    )
    shown = asked.select_related("application").only(
        "asked_at", "application__number", "application__initials"
    )
    return list(shown[:MOST_SHOWN])
