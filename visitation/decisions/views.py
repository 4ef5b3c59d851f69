"""Deciding, undoing, asking the school: find, ask for one act, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.reading import queries as reading_queries
from skolefleks import audit
from skolefleks.danish import kr, today
from skolefleks.models import AccessEntry
from skolefleks.pages import act, form_page, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Refusal
from visitation.decisions import actions, forms, queries
from visitation.models import Decision
from visitation.pages import find
from visitation.recusals import rules as recusal_rules

if TYPE_CHECKING:
    from applications.models import PupilCase
    from visitation.models import Grant


FROM_MEETING = "moede"  # said in the address where the page was opened from the meeting's: one comes back there


@form_page(P.CASE_DECIDE)
def decide(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Decide one pupil, with the case beside the form and the pool's figures under the amount."""
    case = find.reviewable_pupil(request, number, pupil)
    form = forms.DecisionForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            return _decided(request, case, form)
        except recusal_rules.Recused:
            raise
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    elif Decision.objects.settled().filter(pupil_case=case).exists():
        messages.info(request, f"{case} er allerede afgjort.")
        return redirect(case.application)
    audit.access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "form": form,
        "case": case,
        "application": case.application,
        "age": case.age_on(today()),
        "wish": reading_queries.wish(case),
        **figures(case, request.POST or form.initial),
        "taking_part": queries.taking_part(case.application, request.user),
        "planned": case.application.planned_measures.all(),
    }
    return render(
        request, "visitation/decisions/decide.html", context, status=422 if form.errors else 200
    )


@page(P.CASE_DECIDE)
def effect(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """The figures under the amount, as it is typed."""
    case = find.reviewable_pupil(request, number, pupil)
    return render(
        request,
        "visitation/decisions/_effect.html",
        figures(case, request.GET, old=queries.granted_now(case)),
    )


@act(P.CASE_DECIDE)
def undo(request: Request, number: str, pupil: UUID) -> HttpResponse:
    case = find.reviewable_pupil(request, number, pupil)
    decision = get_object_or_404(Decision.objects.provisional(), pupil_case=case)
    decision.pupil_case = case
    try:
        actions.undo(decision, by=request.user)
        messages.success(request, f"Afgørelsen for {case} er fortrudt, og pengene er fri igen.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(case.application)


def figures(case: PupilCase, data: object, *, old: Grant | None = None) -> dict[str, object]:
    """What follows from what is typed so far, `old` being the grant it would correct; nothing while it makes no sense."""
    form = forms.TermsForm(data)  # type: ignore[arg-type]
    if not form.is_valid():
        return {"effect": [], "live": [], "remarks": []}
    terms = form.cleaned_data
    return {
        "effect": [] if old else queries.effect(**terms),
        "live": queries.correction(old, **terms) if old else [],
        "remarks": queries.remarks(case, **terms, old=old),
    }


def _decided(request: Request, case: PupilCase, form: forms.DecisionForm) -> HttpResponse:
    grounds, terms = form.cleaned_data["grounds"], form.terms()
    if terms:
        granted = actions.grant(case, terms, grounds=grounds, by=request.user)
        decision, how = granted.decision, granted.decision.get_outcome_display().lower()
        said = f"{case} er {how} {kr(granted.tariff)} om året; perioden koster {kr(granted.cost)}"
        if granted.is_above_ceiling:
            said += " Centercheferne har fået besked om at tage stilling til taksten."
    elif form.cleaned_data["outcome"] == Decision.Outcome.POSTPONED:
        decision = actions.postpone(case, grounds=grounds, by=request.user)
        said = f"{case} er udsat."
    else:
        decision = actions.reject(
            case, grounds=grounds, by=request.user, weight=form.cleaned_data["weight"]
        )
        said = f"{case} har fået afslag."
    messages.success(request, f"{said} Skolen ser det først, når I frigiver.")
    if request.GET.get("fra") == FROM_MEETING and decision.meeting:
        return redirect("visitation:meeting_mode", decision.meeting.pk)
    return redirect(case.application)
