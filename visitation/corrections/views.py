"""What is done to a decision that the school knows of: first what it would change, then, confirmed, the act."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skolefleks import audit
from skolefleks.danish import day, kr
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Refusal
from visitation.corrections import actions, forms
from visitation.decisions import forms as decision_forms
from visitation.decisions import queries as decision_queries
from visitation.decisions import views as decisions
from visitation.models import Decision
from visitation.pages import find
from visitation.recusals import rules as recusal_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.forms import Form

    from applications.models import PupilCase


@form_page(P.CASE_DECIDE)
def correct_decision(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Put a released decision right by a new one. Without `confirmed` the page shows what it would change."""
    case = find.reviewable_pupil(request, number, pupil)
    decision = get_object_or_404(
        Decision.objects.released().exclude(outcome="postponed"), pupil_case=case
    )
    decision.pupil_case = case
    old = decision_queries.granted_now(case)
    form = decision_forms.DecisionForm(request.POST or None, case=case, corrects=decision)
    changes: Sequence[decision_queries.YearChange] = []
    if request.method == "POST" and form.is_valid():
        terms, grounds = form.terms(), form.cleaned_data["grounds"]
        if terms:
            changes = decision_queries.correction(old, terms.tariff, terms.starts_on, terms.ends_on)
        elif old:
            changes = decision_queries.ending(old, None)
        if "confirmed" in request.POST:
            try:
                actions.correct(decision, terms, grounds=grounds, by=request.user)
                messages.success(
                    request, f"Afgørelsen for {case} er rettet.{_said(changes)} Skolen får besked."
                )
                return redirect("letters", number)
            except recusal_rules.Recused:
                raise
            except Refusal as refusal:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, str(refusal)
                )
    context = {
        "decision": decision,
        "old": old,
        "changes": changes,
        **decisions.figures(case, request.POST or form.initial, old=old),
    }
    return _page(request, "visitation/corrections/correct.html", case, form, context)


@form_page(P.CASE_DECIDE)
def end_grant(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """End a running grant before its time. Without `confirmed` the page shows what it would give back."""
    case = find.reviewable_pupil(request, number, pupil)
    grant = decision_queries.grant_to_end(case)
    if grant is None:
        raise Http404
    form = forms.EndForm(request.POST or None, grant=grant)
    changes: Sequence[decision_queries.YearChange] = []
    if request.method == "POST" and form.is_valid():
        on, grounds = form.cleaned_data["ended_on"], form.cleaned_data["grounds"]
        changes = decision_queries.ending(grant, on)
        if "confirmed" in request.POST:
            try:
                actions.end_early(grant, on=on, grounds=grounds, by=request.user)
                messages.success(
                    request,
                    f"Bevillingen til {case} slutter {day(on)}.{_said(changes)} Skolen får besked.",
                )
                return redirect(case.application)
            except recusal_rules.Recused:
                raise
            except Refusal as refusal:
                form.add_error(
                    refusal.field if refusal.field in form.fields else None, str(refusal)
                )
    return _page(
        request,
        "visitation/corrections/end_grant.html",
        case,
        form,
        {"grant": grant, "changes": changes},
    )


def _page(
    request: Request, template: str, case: PupilCase, form: Form, context: dict[str, object]
) -> HttpResponse:
    audit.access(AccessEntry.Kind.VIEW, case.application.number, by=request.user)
    context |= {
        "form": form,
        "case": case,
        "application": case.application,
        "may_confirm": form.is_bound and not form.errors,
    }
    return render(request, template, context, status=422 if form.errors else 200)


def _said(changes: Sequence[decision_queries.YearChange]) -> str:
    """The receipt's figures: what comes back or is taken, year by year."""
    parts = [
        f" I {change.year} {'bliver' if change.difference < 0 else 'disponeres yderligere'} {kr(abs(change.difference))}"
        + (" fri." if change.difference < 0 else "")
        for change in changes
        if change.difference
    ]
    return "".join(parts)
