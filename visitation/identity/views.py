"""Exchanging a pupil's number, and joining two rows that are one child."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, attempt, form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, require
from visitation.identity import actions, forms, queries
from visitation.pages import find


@form_page(P.APPLICATION_WRITE)
def exchange_number(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """The school writes the real number in place of the replacement."""
    application = find.readable(request, number)
    require(request.user, P.APPLICATION_WRITE, at=application)
    pupil_case = find.pupil_of(application, pupil)
    form = forms.NumberForm(posted(request))

    if form.try_to(actions.exchange_number, pupil_case, by=request.user):
        messages.success(
            request, "CPR-nummeret er udskiftet i elevens sager på skolen."
        )
        return redirect(application)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"application": application, "pupil_case": pupil_case}
    return show_form(request, "visitation/identity/number.html", form, context)


@act(P.CASE_DECIDE)
def join(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """The committee says that two who look alike are one child."""
    pupil_case = find.reviewable_pupil(request, number, pupil)
    twins = queries.look_alikes(pupil_case, request.user)
    pairs = {str(one.pk): one for one in twins}
    other = request.POST.get("other", "")
    # Only two who look alike, and are both open to the person, are joined.
    if other not in pairs:
        raise Http404

    attempt(
        request,
        actions.join,
        pupil_case,
        pairs[other],
        by=request.user,
        done="De to er nu den samme elev.",
    )
    return redirect("decide", number, pupil)
