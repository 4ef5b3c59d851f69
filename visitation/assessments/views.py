"""What the committee thinks of a case before the meeting: read and assessed, each on their own."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, act, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from visitation.assessments import actions, forms, queries
from visitation.pages import find
from visitation.pages.tabs import tabs_of
from visitation.queue.choosing import place_of, queue_suffix

if TYPE_CHECKING:
    from applications.models import Application


@page(P.QUEUE_READ)
def assessments(request: Request, number: str) -> HttpResponse:
    """What the members think of each pupil, and the form for one's own view."""
    application = find.reviewable(request, number)
    if request.headers.get("HX-Request"):
        return _beside_the_decision(request, application)
    return show_assessments(request, application)


def _beside_the_decision(request: Request, application: Application) -> HttpResponse:
    """What is thought of the pupil in the address, for the page that decides."""
    pupils = queries.assessed_pupils(application, request.user)
    key = request.GET.get("elev", "")
    own = [pupil for pupil in pupils if str(pupil.pupil_case.pk) == key]
    if not own:
        raise Http404
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    context = {"pupil": own[0]}
    return render(request, "visitation/assessments/_beside.html", context)


@act(P.ASSESSMENT_WRITE)
def assess(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Give or change one's own assessment of one pupil."""
    pupil_case = find.reviewable_pupil(request, number, pupil)
    form = forms.AssessmentForm(request.POST, pupil_case=pupil_case)

    if form.try_to(actions.assess, pupil_case, by=request.user):
        messages.success(request, f"Din vurdering af {pupil_case} er gemt.")
        return redirect(reverse("assessments", args=[number]) + queue_suffix(request))
    return show_assessments(request, pupil_case.application, {pupil_case.pk: form})


@act(P.QUEUE_READ)
def mark_read(request: Request, number: str) -> HttpResponse:
    """Note that one has read the case."""
    application = find.reviewable(request, number)
    actions.mark_read(application, by=request.user)
    messages.success(request, "Sagen er markeret som læst.")
    return redirect(application.get_absolute_url() + queue_suffix(request))


def show_assessments(
    request: Request,
    application: Application,
    refused: dict[UUID, forms.AssessmentForm] | None = None,
) -> HttpResponse:
    """The page; 422 with the form of a pupil that was sent and `refused`. Reading it is logged."""
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    pupils = queries.assessed_pupils(application, request.user)
    writes = may(request.user, P.ASSESSMENT_WRITE, at=application)

    forms_by_pupil = {}
    for pupil in pupils:
        if writes and not pupil.is_closed:
            forms_by_pupil[pupil.pupil_case.pk] = forms.AssessmentForm(
                pupil_case=pupil.pupil_case, own=pupil.own
            )
    # Last: it stands also where nobody assesses any more, for that is why it was
    # refused.
    forms_by_pupil |= refused or {}

    # As `show_form` does it: this page has several forms.
    status = 200
    if refused:
        status = NOT_DONE

    suffix = queue_suffix(request)
    context = {
        "application": application,
        "pupils": [
            (pupil, forms_by_pupil.get(pupil.pupil_case.pk)) for pupil in pupils
        ],
        "writes": writes,
        "readers": queries.readers(application),
        "place": place_of(request, application),
        "queue_suffix": suffix,
        "tabs": tabs_of(application, request.user, "assessments", suffix),
    }
    return render(
        request, "visitation/assessments/assessments.html", context, status=status
    )
