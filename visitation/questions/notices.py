"""The school is told that the committee asks, and the committee that the school has answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from applications.models import Application
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from visitation.models import Question

if TYPE_CHECKING:
    from uuid import UUID


def tell_school_of_question(question_id: UUID) -> None:
    """The school's leaders, and who opened the case if they work there still: one must answer."""
    application = _question(question_id).application
    school = application.school_id
    leaders = User.objects.holding(Role.SCHOOL_LEADER, school=school)
    writer = User.objects.at_work(school).filter(pk=application.created_by_id)

    tell(
        leaders | writer,
        number=application.number,
        path=reverse("questions", args=[application.number]),
        text="Udvalget har stillet skolen et spørgsmål",
        topic="question.asked",
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
        text="Skolen har svaret på udvalgets spørgsmål",
        topic="question.answered",
        must_act=False,
    )


def _question(question_id: UUID) -> Question:
    return Question.objects.select_related("application").get(pk=question_id)
