"""What is sent round in writing: the members' list, one round, and the answer to it."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import act, attempt, form_page, page, posted, show_form
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from visitation.models import WrittenRound
from visitation.pages import find
from visitation.ways import actions, forms, queries, rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from visitation.models import RoundAnswer

# The page where each kind of decision is made.
DECIDED_AT = {
    rules.What.FIRST: "decide",
    rules.What.CORRECTION: "correct_decision",
    rules.What.ENDING: "end_grant",
}


@page(P.QUEUE_READ)
def rounds(request: Request) -> HttpResponse:
    """What is sent round and what was, except where the reader is disqualified."""
    context = {
        "page": page_of(queries.rounds_of(request.user), request.GET, by="-sent_at"),
        "today": today(),
        "trail": [
            ("Visitation", reverse("visitation:queue")),
            ("Skriftlig behandling", ""),
        ],
    }
    return render(request, "visitation/ways/rounds.html", context)


@form_page(P.QUEUE_READ)
def round_page(request: Request, pk: UUID) -> HttpResponse:
    """One proposal, who has answered, and the reader's own answer. Reading it is logged."""
    written = _find(request, pk)
    number = written.application.number
    form = forms.AnswerForm(posted(request))
    if form.try_to(actions.answer_round, written, by=request.user):
        receipt = "Du har tilsluttet dig forslaget."
        if not form.agrees:
            receipt = "Du har bedt om et møde. Formanden får besked."
        messages.success(request, receipt)
        return redirect(written)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    answers = list(written.answers.select_related("user"))
    members = queries.members_of(written.application)
    state = queries.state_of(written, answers, members)
    has_answered = any(answer.user_id == request.user.pk for answer in answers)
    is_waiting = written.is_open and state == rules.RoundState.WAITING
    context = {
        "written": written,
        "application": written.application,
        "state": _state_in_words(written, state),
        "answers": answers,
        "missing": _missing(members, answers),
        "may_answer": is_waiting
        and not has_answered
        and may(request.user, P.ROUND_ANSWER, at=EVERYWHERE),
        "may_recall": written.is_open
        and may(request.user, P.DECIDE_ALONE, at=EVERYWHERE),
        "decide_url": _decide_url(request, written, state),
        "trail": [
            ("Visitation", reverse("visitation:queue")),
            ("Skriftlig behandling", reverse("visitation:rounds")),
            (number, ""),
        ],
    }
    return show_form(request, "visitation/ways/round.html", form, context)


@act(P.DECIDE_ALONE)
def recall_round(request: Request, pk: UUID) -> HttpResponse:
    """Take back what was sent round."""
    written = _find(request, pk)
    done = "Den skriftlige behandling er taget tilbage. Intet er afgjort."
    attempt(request, actions.recall_round, written, by=request.user, done=done)
    return redirect(written)


def _find(request: Request, pk: UUID) -> WrittenRound:
    """Raises Http404, and Recused to those to whom the case is closed."""
    related = ("pupil_case__application__school", "sent_by")
    rows = WrittenRound.objects.select_related(*related)
    written = get_object_or_404(rows, pk=pk)
    number = written.application.number
    written.pupil_case.application = find.reviewable(request, number)
    return written


def _missing(
    members: Sequence[object], answers: Sequence[RoundAnswer]
) -> list[object]:
    answered = [answer.user for answer in answers]
    return [member for member in members if member not in answered]


def _state_in_words(written: WrittenRound, state: rules.RoundState) -> str:
    """How far it has come; once it is over, what became of it."""
    if written.is_open:
        return state.value
    return written.get_status_display()


def _decide_url(
    request: Request, written: WrittenRound, state: rules.RoundState
) -> str:
    """Where the decision is made of what is agreed to; '' for who does not decide."""
    is_agreed = written.is_open and state == rules.RoundState.AGREED
    if not is_agreed or not may(request.user, P.CASE_DECIDE, at=written.application):
        return ""
    if written.amendment_id:
        return reverse("visitation:decide_amendment", args=[written.amendment_id])
    name = DECIDED_AT[rules.What(written.what)]
    return reverse(name, args=[written.application.number, written.pupil_case_id])
