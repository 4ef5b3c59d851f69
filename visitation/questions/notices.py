"""The school is told that the committee asks, and the committee that the school has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from applications.dialogue.notices import tell_followers
from applications.models import Application
from skolefleks.models import Role, User
from skolefleks.models.people import SCHOOL_ROLES
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from visitation.models import Question

if TYPE_CHECKING:
    from uuid import UUID


def tell_school_of_question(question_id: UUID) -> None:
    """The school, whose answer it is, who wrote the application, and PPR."""
    application = _question(question_id).application
    tell_followers(
        application,
        say("spoergsmaal"),
        topic="question.asked",
        path=reverse("questions", args=[application.number]),
        acting=SCHOOL_ROLES,
    )


def tell_committee_of_answer(question_id: UUID) -> None:
    """Whoever asked, and the chair; not who was disqualified in the case since."""
    question = _question(question_id)
    application = question.application
    chair = User.objects.holding(Role.COMMITTEE_CHAIR)
    who_asked = User.objects.filter(pk=question.asked_by_id, is_active=True)

    people = []
    for person in chair | who_asked:
        reviewable = Application.objects.reviewable_by(person)
        if reviewable.filter(pk=application.pk).exists():
            people.append(person)

    tell(
        people,
        number=application.number,
        path=reverse("questions", args=[application.number]),
        text=say("spoergsmaal-svar"),
        topic="question.answered",
        must_act=False,
    )


def _question(question_id: UUID) -> Question:
    return Question.objects.select_related("application").get(pk=question_id)
