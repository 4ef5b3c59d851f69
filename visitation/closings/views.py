"""The end of an effort: its closing report, and where the pupil is afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may, require
from visitation.closings import actions, forms, queries, rules
from visitation.efforts.pages import find_effort, read_effort, top_of, url_of
from visitation.lifecycle import ClosingStatus, WhereaboutsStatus

if TYPE_CHECKING:
    from visitation.efforts.queries import Standing
    from visitation.models import ClosingReport, Whereabouts


@page(P.EFFORT_READ)
def closing(request: Request, number: str, pk: UUID) -> HttpResponse:
    """What came of the effort, and where the pupil is. Reading it is logged."""
    effort = read_effort(request, number, pk)
    top = top_of(request, effort, "closing")
    report = rules.newest_of(top["standing"].closings)
    is_handed_in = report is not None and report.status == ClosingStatus.HANDED_IN
    writes = top["may_act"]
    # A draft is the school's own, and there is none before
    # somebody has written.
    is_shown = is_handed_in or (writes and report is not None and report.written_at)

    context = {
        **top,
        "report": report,
        "is_handed_in": is_handed_in,
        "is_shown": is_shown,
        "goals": [],
        "may_report": writes and report is not None and not is_handed_in,
        "questions": _questions(request, report, top["standing"]),
    }
    if report and is_shown:
        context["goals"] = queries.written_verdicts(report)
    return render(request, "visitation/closings/closing.html", context)


@form_page(P.EFFORT_WRITE)
def write(request: Request, number: str, pk: UUID) -> HttpResponse:
    """The closing report: kept as a draft, or handed in by the school's leader."""
    effort = find_effort(request, number, pk)
    require(request.user, P.EFFORT_WRITE, at=effort.application)
    report = queries.closing_of(effort)
    if report is None:
        raise Http404
    # An old tab: what is handed in is read, not written.
    if report.status == ClosingStatus.HANDED_IN:
        return redirect("efforts:closing", number, pk)

    form = forms.ClosingForm(
        posted(request),
        closing=report,
        goals=queries.verdicts_to_write(report),
        asks_for_exam=actions.asks_for_exam(effort, report),
    )
    do, done = actions.write_closing, "Kladden er gemt. Kun skolen kan se den."
    if request.POST.get("then") == "hand_in":
        do = actions.hand_in_closing
        done = "Slutrapporten er afleveret. PPR og udvalget får besked."
    if form.try_to(do, report, by=request.user):
        messages.success(request, done)
        return redirect("efforts:closing", number, pk)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "effort": effort,
        "application": effort.application,
        "report": report,
        "may_hand_in": may(request.user, P.EFFORT_LEAD, at=effort.application),
    }
    return show_form(request, "visitation/closings/write.html", form, context)


@form_page(P.EFFORT_WRITE, P.PPR_LINE_WRITE)
def whereabouts(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    """The school says where the pupil is; PPR where the pupil has moved."""
    effort = find_effort(request, number, pk)
    require(request.user, actions.right_to_answer(effort), at=effort.application)
    # What was answered, or comes later, has no form: a second
    # answer would replace the first.
    open_questions = effort.whereabouts.filter(status=WhereaboutsStatus.ASKED)
    question = get_object_or_404(open_questions, pk=row)
    question.effort = effort

    form = forms.WhereaboutsForm(
        posted(request), asks_for_exam=actions.asks_for_exam(effort, question)
    )
    if form.try_to(actions.answer_whereabouts, question, by=request.user):
        messages.success(request, "Svaret er gemt.")
        return redirect("efforts:closing", number, pk)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "effort": effort,
        "application": effort.application,
        "title": f"Hvor er eleven {question.months} måneder efter?",
        "lead": "Svaret bruges til at se, om ordningen hjælper. Det kan ikke ændres bagefter.",
        "button": "Gem svaret",
        "back_url": url_of("efforts:closing", effort),
    }
    return show_form(request, "visitation/efforts/form.html", form, context)


def _questions(
    request: Request, report: ClosingReport | None, standing: Standing
) -> list[tuple[Whereabouts, str]]:
    """Each question with the address where the person answers it; '' where they may not."""
    effort = standing.effort
    questions = []
    for question in standing.questions:
        if question.status != WhereaboutsStatus.CANCELLED:
            questions.append(question)

    right = rules.who_answers(report, questions)
    may_answer = may(request.user, right, at=effort.application)
    rows = []
    for question in questions:
        url = ""
        if may_answer and question.status == WhereaboutsStatus.ASKED:
            url = url_of("efforts:whereabouts", effort, question.pk)
        rows.append((question, url))
    return rows
