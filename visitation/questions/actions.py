"""What the committee asks the school in writing, and the school's one answer.

Both stand on the case for both.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.writing import actions as writing
from skolefleks import audit, outbox
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Overtaken
from visitation.models import Question
from visitation.questions import rules
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


@transaction.atomic
def ask(application: Application, *, text: str, by: User) -> Question:
    """Ask the school, which gets notice and reads the text word for word.

    Raises PermissionDenied, Recused, NotPossible.
    """
    writing.lock(application)
    require(by, Permission.QUESTION_ASK, at=application)
    recusals.require_not_recused(by, application)
    if not rules.can_be_asked(application):
        raise NotPossible("Sagen er ikke hos udvalget nu. Spørgsmålet er ikke sendt.")

    question = Question.objects.create(
        application=application,
        text=text,
        asked_by=by,
        asked_at=timezone.now(),
    )
    # Neither the trail nor the notice tells the words: those stand on the case alone.
    audit.record("ask", application, by=by, question=str(question.pk))
    outbox.post("question.asked", question=str(question.pk))
    return question


@transaction.atomic
def answer(question: Question, *, text: str, by: User) -> None:
    """Answer for the school, once.

    Raises PermissionDenied, NotPossible, and Overtaken with the name of who was
    first.
    """
    application = question.application
    writing.lock(application)
    require(by, Permission.QUESTION_ANSWER, at=application)

    # The row as it is now, locked: a second answer waits here and then finds the
    # first.
    rows = Question.objects.select_for_update(of=("self",))
    question.refresh_from_db(from_queryset=rows.select_related("answered_by"))
    # To refresh took the locked application off it.
    question.application = application

    if question.answered_by:
        name = question.answered_by.name
        raise Overtaken(f"{name} har allerede svaret. Det, du skrev, står her endnu.")
    if not rules.can_be_answered(application):
        raise NotPossible(
            "Sagen er afgjort eller trukket tilbage, så spørgsmålet kan ikke besvares mere."
        )

    question.answer = text
    question.answered_by = by
    question.answered_at = timezone.now()
    question.save(update_fields=["answer", "answered_by", "answered_at"])
    audit.record("answer", application, by=by, question=str(question.pk))
    outbox.post("question.answered", question=str(question.pk))
