"""What the committee asks the school in writing, and the school's one answer. Both stand on the case for both."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.lifecycle import Status
from applications.writing import actions as writing
from skolefleks import audit, outbox
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Overtaken
from visitation.models import Question
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


@transaction.atomic
def ask(application: Application, *, text: str, by: User) -> Question:
    """Ask the school; it reads the words as they are, and is told. Raises Recused, NotPossible."""
    writing.lock(application)
    require(by, Permission.QUESTION_ASK, at=application)
    recusals.require_not_recused(by, application)
    if application.status != Status.SUBMITTED:
        raise NotPossible("Sagen er ikke hos udvalget nu. Spørgsmålet er ikke sendt.")
    question = Question.objects.create(
        application=application, text=text, asked_by=by, asked_at=timezone.now()
    )
    audit.record("ask", application, by=by, question=str(question.pk))
    outbox.post("question.asked", question=str(question.pk))
    return question


@transaction.atomic
def answer(question: Question, *, text: str, by: User) -> None:
    """Answer for the school, once. Raises Overtaken with the name of who was first, NotPossible, PermissionDenied."""
    application = question.application
    writing.lock(application)
    require(by, Permission.QUESTION_ANSWER, at=application)
    question.refresh_from_db(
        from_queryset=Question.objects.select_for_update(of=("self",)).select_related("answered_by")
    )
    if question.answered_by:
        raise Overtaken(
            f"{question.answered_by.name} har allerede svaret. Det, du skrev, står her endnu."
        )
    question.application = application
    if application.status not in {Status.SUBMITTED, Status.SENT_BACK}:
        raise NotPossible(
            "Sagen er afgjort eller trukket tilbage, så spørgsmålet kan ikke besvares mere."
        )
    question.answer, question.answered_by, question.answered_at = text, by, timezone.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record("answer", application, by=by, question=str(question.pk))
    outbox.post("question.answered", question=str(question.pk))
