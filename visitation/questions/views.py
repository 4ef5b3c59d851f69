"""The committee's written questions to the school, and the school's answers, on one page for both."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications.lifecycle import Status
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from skolefleks.refusals import Refusal
from visitation.pages import find
from visitation.pages.tabs import tabs_of
from visitation.questions import actions, queries
from visitation.questions import forms as question_forms
from visitation.queue.choosing import kept, place_of

if TYPE_CHECKING:
    from applications.models import Application


@page(P.QUESTION_ASK, P.QUESTION_ANSWER)
def questions(request: Request, number: str) -> HttpResponse:
    """What was asked and answered, for the committee and the school; nobody else's."""
    return _page(request, _known(request, number))


@act(P.QUESTION_ASK)
def ask_question(request: Request, number: str) -> HttpResponse:
    """Ask the school: first shown as the school will read it, sent by a second press."""
    application = find.reviewable(request, number)
    form = question_forms.QuestionForm(request.POST)
    if not form.is_valid():
        return _page(request, application, ask=form, status=422)
    if "send" not in request.POST:
        if "ret" in request.POST:
            return _page(request, application, ask=form)
        context = {
            "application": application,
            "text": form.cleaned_data["text"],
            "kept": kept(request),
        }
        return render(request, "visitation/questions/ask.html", context)
    try:
        actions.ask(application, text=form.cleaned_data["text"], by=request.user)
    except Refusal as refusal:
        form.add_error(None, str(refusal))
        return _page(request, application, ask=form, status=422)
    messages.success(request, "Spørgsmålet er sendt. Skolen har fået besked.")
    return redirect(reverse("questions", args=[number]) + kept(request))


@act(P.QUESTION_ANSWER)
def answer_question(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Answer for the school, once; who comes second is told, and keeps what they wrote."""
    application = _known(request, number)
    question = get_object_or_404(application.questions, pk=pk)
    question.application = application
    form = question_forms.AnswerForm(request.POST, auto_id=f"id_{pk}_%s")
    if form.is_valid():
        try:
            actions.answer(question, text=form.cleaned_data["text"], by=request.user)
            messages.success(request, "Svaret er sendt til udvalget.")
            return redirect("questions", number)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _page(request, application, answers={pk: form}, status=422)


def _known(request: Request, number: str) -> Application:
    """The case, for the school that can answer and the committee that may judge it."""
    application = find.readable(request, number)
    if not (application.is_reviewable or may(request.user, P.QUESTION_ANSWER, at=application)):
        raise Http404
    return application


def _page(
    request: Request,
    application: Application,
    *,
    ask: question_forms.QuestionForm | None = None,
    answers: dict[UUID, question_forms.AnswerForm] | None = None,
    status: int = 200,
) -> HttpResponse:
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    asked = queries.questions(application)
    committee = application.is_reviewable
    answerable = not committee and application.status in {Status.SUBMITTED, Status.SENT_BACK}
    forms = {
        q.pk: question_forms.AnswerForm(auto_id=f"id_{q.pk}_%s")
        for q in asked
        if answerable and not q.answered_at
    }
    forms |= answers or {}
    context = {
        "application": application,
        "questions": [(question, forms.get(question.pk)) for question in asked],
        "committee": committee,
        "form": ask
        or (
            question_forms.QuestionForm()
            if committee and application.status == Status.SUBMITTED
            else None
        ),
        "kept": kept(request),
        "place": place_of(request, application),
        "tabs": tabs_of(application, request.user, "questions", kept(request)),
    }
    return render(request, "visitation/questions/questions.html", context, status=status)
