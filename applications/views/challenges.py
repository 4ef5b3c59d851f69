"""The challenge: a pupil on the edge, described once; from here PPR is invited, and an application can come of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from applications import actions, forms, queries
from applications.models import PupilCase
from skolefleks import audit
from skolefleks.idempotency import once
from skolefleks.models import AccessEntry
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can

if TYPE_CHECKING:
    from applications.models import Application

_PAGE = ["GET", "HEAD", "POST"]


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def new_challenge(request: Request) -> HttpResponse:
    """Open a case as a challenge, with the pupil that worries the school."""
    sent = request.POST if request.method == "POST" else None
    schools = queries.own_schools(request.user)
    where, form = forms.NewForm(sent, schools=schools), forms.ChallengeForm(sent, instance=PupilCase())
    if sent is not None and where.is_valid() & form.is_valid():
        school = next(school for school in schools if where.cleaned_data.get("school", school.pk) == school.pk)
        try:
            case = form.instance
            started = actions.start_challenge(case, school=school, cpr=form.cpr_number, by=request.user)
            messages.success(request, f"{started.number} er oprettet. Invitér nu PPR og sagsbehandleren.")
            return redirect("applications:challenge", started.number)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    failed = [one for one in (where, form) if one.is_bound and one.errors]
    context = {"where": where, "form": form, "schools": schools, "failed": failed, "suspects": form.seems_to_hold_cpr}
    return render(request, "applications/new_challenge.html", context, status=422 if sent is not None else 200)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def challenge(request: Request, number: str) -> HttpResponse:
    """What worries the school, who is invited, and the way on to an application."""
    application = _own(request, number)
    case = application.pupil_cases.select_related("pupil").first()
    if case is None or (request.method != "POST" and not application.is_challenge):
        return redirect(application)
    case.application = application
    form = forms.ChallengeForm(request.POST if request.method == "POST" else None, instance=case)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_challenge(case, cpr=form.cpr_number, by=request.user)
            messages.success(request, "Udfordringen er gemt.")
            return redirect("applications:challenge", number)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    invited, others = queries.advisers_of(application)
    context = {
        "application": application,
        "form": form,
        "failed": [form] if form.errors else [],
        "suspects": form.seems_to_hold_cpr,
        "way": queries.way(application),
        "invited": invited,
        "invite_form": forms.InviteForm(advisers=others) if others else None,
        "entries": len(queries.dialogue(application)),
        "may_withdraw": can(application, "withdraw", request.user),
    }
    return render(request, "applications/challenge.html", context, status=422 if request.method == "POST" else 200)


@allowed(P.APPLICATION_WRITE)
@require_POST
@once
def apply(request: Request, number: str) -> HttpResponse:
    """Make an application of the challenge; nothing is typed again."""
    application = _own(request, number)
    try:
        actions.apply(application, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(application)
    messages.success(request, "Udfordringen er nu en ansøgning. Elev, rådgivere og dialog er med.")
    return redirect("applications:pupils", number)


def _own(request: Request, number: str) -> Application:
    return get_object_or_404(queries.own_cases(request.user).select_related("school"), number=number)
