"""The municipality's own scales, and a goal of an effort that is measured on one."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, attempt, form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, require
from visitation.efforts.pages import find_effort, url_of
from visitation.models import Scale
from visitation.scales import actions, forms, queries


@form_page(P.SCALE_KEEP)
def scales(request: Request) -> HttpResponse:
    """All scales, and the form for one more."""
    form = forms.ScaleForm(posted(request))
    if form.try_to(actions.add_scale, by=request.user):
        messages.success(request, "Skalaen er tilføjet.")
        return redirect("efforts:scales")
    context = {"scales": queries.all_scales()}
    return show_form(request, "visitation/scales/scales.html", form, context)


@act(P.SCALE_KEEP)
def retire(request: Request, pk: int) -> HttpResponse:
    """Take a scale out of use."""
    scale = get_object_or_404(Scale, pk=pk)
    done = f"»{scale}« er taget ud af brug. Det, der er målt, bliver stående."
    attempt(request, actions.retire_scale, scale, by=request.user, done=done)
    return redirect("efforts:scales")


@form_page(P.EFFORT_WRITE)
def measure_by(request: Request, number: str, pk: UUID) -> HttpResponse:
    """One more goal of an effort, measured on a scale of the municipality's own."""
    effort = find_effort(request, number, pk)
    require(request.user, P.EFFORT_WRITE, at=effort.application)
    offered = queries.offered_to(effort)
    form = forms.GoalOnScaleForm(posted(request), scales=offered)
    if form.try_to(actions.measure_by, effort, by=request.user):
        messages.success(request, "Målet er tilføjet til planen.")
        return redirect("efforts:plan", number, pk)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    lead = (
        "Skriv kun den samlede score. Selve skemaet og dets spørgsmål hører til licensen"
        " og skrives aldrig her."
    )
    if not offered:
        lead = (
            "Kommunen har ingen egne skalaer til elevens alder. Administratoren kan"
            " tilføje en, når kommunen har licensen."
        )
    context = {
        "effort": effort,
        "application": effort.application,
        "title": "Mål på kommunens egen skala",
        "lead": lead,
        "button": "Tilføj målet",
        "back_url": url_of("efforts:plan", effort),
    }
    return show_form(request, "visitation/efforts/form.html", form, context)
