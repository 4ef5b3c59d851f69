"""What the school's pages share: the case at one's own school, and the frame of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.fields import declarations
from applications.reading import queries as reading
from applications.reading import way
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE
from skolefleks.statemachine import can

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.permissions import Request

CONFLICT = 409


def own_application(request: Request, number: str) -> Application:
    """The case of that number at one's own school; 404 for any other.

    A POST holds the row until it is done: two who write at once come one
    after the other.
    """
    applications = reading.own_cases(request.user).select_related("school")
    if request.method == "POST":
        # Only the application: the school's row, read beside it, stays free.
        applications = applications.select_for_update(no_key=True, of=("self",))
    return get_object_or_404(applications, number=number)


def show_step(
    request: Request,
    draft: reading.WholeApplication,
    step: str,
    context: dict[str, Any],
    template: str,
) -> HttpResponse:
    """The page of a step, with the way, the steps and the committee's questions around it.

    Reading it is logged. A POST that comes back to the page is not done: 422,
    or 409 where somebody else has written in the same field.
    """
    application = draft.application
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)

    # The first step has none before it.
    names = list(declarations.STEPS)
    place = names.index(step)
    previous = ""
    if place:
        previous = draft.url(names[place - 1])

    # A question at a field stands there; one about a whole step, or about
    # what is gone, has no field and stands above the form.
    questions = reading.open_questions(draft)
    questions_here = [
        question
        for question in questions
        if question.place.step == step and (question.place.is_step or question.is_gone)
    ]

    frame = {
        "application": application,
        "heading": declarations.STEPS[step],
        "position": f"Trin {place + 1} af {len(names)}",
        "steps": draft.steps(step, questions),
        "questions": questions,
        "opens_questions": step == "check",
        "questions_here": questions_here,
        "way": way.way(application),
        "previous": previous,
        "may_withdraw": can(application, "withdraw", request.user),
    }
    return render(request, template, frame | context, status=_status(request, context))


def _status(request: Request, context: dict[str, Any]) -> int:
    if context.get("conflicts"):
        return CONFLICT
    if request.method == "POST":
        return NOT_DONE
    return 200
