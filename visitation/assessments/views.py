"""What the committee thinks of a case before the meeting: read, and assessed, each for themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from skolefleks.refusals import Refusal
from visitation.assessments import actions, queries
from visitation.assessments import forms as assessment_forms
from visitation.pages import find
from visitation.pages.tabs import tabs_of
from visitation.queue.choosing import kept, place_of
from visitation.recusals import rules as recusal_rules

if TYPE_CHECKING:
    from applications.models import Application


@page(P.QUEUE_READ)
def assessments(request: Request, number: str) -> HttpResponse:
    """What the members think of each pupil, one's own to be given here. The others' once one may see them."""
    return _page(request, find.reviewable(request, number))


@act(P.ASSESSMENT_WRITE)
def assess(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Give or change one's own assessment of one pupil."""
    case = find.reviewable_pupil(request, number, pupil)
    form = assessment_forms.AssessmentForm(request.POST, case=case)
    if form.is_valid():
        told = {name: form.cleaned_data[name] for name in ("weight", "why")}
        try:
            actions.assess(case, **told, tariff=form.tariff, by=request.user)
            messages.success(request, f"Din vurdering af {case} er gemt.")
            return redirect(reverse("assessments", args=[number]) + kept(request))
        except recusal_rules.Recused:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return _page(request, case.application, sent=(case.pk, form))


@act(P.QUEUE_READ)
def mark_read(request: Request, number: str) -> HttpResponse:
    """Note that one has read the case."""
    application = find.reviewable(request, number)
    actions.mark_read(application, by=request.user)
    messages.success(request, "Sagen er markeret som læst.")
    return redirect(application.get_absolute_url() + kept(request))


def _page(
    request: Request,
    application: Application,
    *,
    sent: tuple[UUID, assessment_forms.AssessmentForm] | None = None,
) -> HttpResponse:
    """The page; with a form that was sent and cannot be done, 422."""
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    pupils = queries.assessed(application, request.user)
    writes = may(request.user, P.ASSESSMENT_WRITE, at=application)
    forms = {
        p.case.pk: assessment_forms.AssessmentForm(case=p.case, own=p.own)
        for p in pupils
        if writes and not p.is_closed
    }
    if sent:
        forms[sent[0]] = sent[1]
    place = place_of(request, application)
    context = {
        "application": application,
        "pupils": [(pupil, forms.get(pupil.case.pk)) for pupil in pupils],
        "writes": writes,
        "readers": queries.readers(application),
        "place": place,
        "kept": kept(request),
        "tabs": tabs_of(application, request.user, "assessments", kept(request)),
    }
    return render(
        request, "visitation/assessments/assessments.html", context, status=422 if sent else 200
    )
