"""The committee's written questions and the school's answers, on one page for both."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, act, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from visitation.pages import find
from visitation.pages.tabs import tabs_of
from visitation.questions import actions, forms, queries, rules
from visitation.queue.choosing import place_of, queue_suffix

if TYPE_CHECKING:
    from django.http import QueryDict

    from applications.models import Application


@page(P.QUESTION_ASK, P.QUESTION_ANSWER)
def questions(request: Request, number: str) -> HttpResponse:
    """What was asked and answered, for the committee and the school; nobody else's."""
    application = case_of_both(request, number)
    return show_questions(request, application)


@act(P.QUESTION_ASK)
def ask_question(request: Request, number: str) -> HttpResponse:
    """Ask the school: first shown as the school will read it, sent by a second press."""
    application = find.reviewable(request, number)
    form = forms.QuestionForm(request.POST)

    is_confirmed = "send" in request.POST
    is_to_be_changed = "ret" in request.POST
    if form.is_valid() and not is_confirmed and not is_to_be_changed:
        context = {
            "application": application,
            "text": form.cleaned_data["text"],
            "queue_suffix": queue_suffix(request),
        }
        return render(request, "visitation/questions/ask.html", context)

    # Whatever is not sent comes back as the form: to be put right, or to be
    # changed (`ret`).
    if is_confirmed and form.try_to(actions.ask, application, by=request.user):
        messages.success(request, "Spørgsmålet er sendt. Skolen har fået besked.")
        return redirect(reverse("questions", args=[number]) + queue_suffix(request))
    return show_questions(request, application, question_form=form)


@act(P.QUESTION_ANSWER)
def answer_question(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Answer for the school, once. Who comes second keeps what they wrote on the page."""
    application = case_of_both(request, number)
    question = get_object_or_404(application.questions, pk=pk)
    # The row that is marked for the person.
    question.application = application
    form = answer_form(pk, request.POST)

    if form.try_to(actions.answer, question, by=request.user):
        messages.success(request, "Svaret er sendt til udvalget.")
        return redirect("questions", number)
    return show_questions(request, application, refused={pk: form})


def case_of_both(request: Request, number: str) -> Application:
    """The case, for the school that can answer and the committee that may judge it.

    Raises Http404, Recused.
    """
    # An invited adviser reads the case too, and has no part in the questions.
    application = find.readable(request, number)
    answers = may(request.user, P.QUESTION_ANSWER, at=application)
    if not (application.is_reviewable or answers):
        raise Http404
    return application


def answer_form(pk: UUID, data: QueryDict | None = None) -> forms.AnswerForm:
    """The form for one of several questions on the page: their fields' ids must differ."""
    return forms.AnswerForm(data, auto_id=f"id_{pk}_%s")


def show_questions(
    request: Request,
    application: Application,
    *,
    question_form: forms.QuestionForm | None = None,
    refused: dict[UUID, forms.AnswerForm] | None = None,
) -> HttpResponse:
    """The page; 422 with a form that was sent and cannot be done. Reading it is logged."""
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    questions = queries.questions(application)
    is_committee = application.is_reviewable

    answer_forms = {}
    if not is_committee and rules.can_be_answered(application):
        for question in questions:
            if not question.answered_at:
                answer_forms[question.pk] = answer_form(question.pk)
    # Last: it stands also under a question that somebody else answered meanwhile.
    answer_forms |= refused or {}

    # A form that only comes back to be changed has no errors, and is no refusal.
    status = 200
    if refused or (question_form and question_form.errors):
        status = NOT_DONE
    if question_form is None and is_committee and rules.can_be_asked(application):
        question_form = forms.QuestionForm()

    suffix = queue_suffix(request)
    context = {
        "application": application,
        "questions": [
            (question, answer_forms.get(question.pk)) for question in questions
        ],
        "committee": is_committee,
        "form": question_form,
        "queue_suffix": suffix,
        "place": place_of(request, application),
        "tabs": tabs_of(application, request.user, "questions", suffix),
    }
    return render(
        request,
        "visitation/questions/questions.html",
        context,
        status=status,
    )
