"""Deciding one pupil, and undoing it again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.fields.blocks import with_case_lines
from applications.fields.declarations import PLANNED
from applications.reading import rules as reading_rules
from applications.reading.queries import WholeApplication
from skolefleks import audit
from skolefleks.danish import kr, today
from skolefleks.models import AccessEntry
from skolefleks.pages import act, attempt, form_page, page, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from visitation.decisions import actions, forms, queries, terms_form
from visitation.identity import queries as identity
from visitation.models import Decision, Grant, WrittenRound
from visitation.pages import find
from visitation.ways import pages as ways_pages
from visitation.ways import queries as ways
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from applications.models import Application, PlannedMeasure, PupilCase


@form_page(P.CASE_DECIDE)
def decide(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Decide one pupil, with the case beside the form and the pool's figures under the amount."""
    pupil_case = find.reviewable_pupil(request, number, pupil)
    application = pupil_case.application
    standing = ways.standing_of(pupil_case, ways_rules.What.FIRST, request.user)
    data = ways_pages.form_data(request, standing)
    form = forms.DecisionForm.of_wish(data, pupil_case)
    ways_pages.offer(form, request, standing)

    # Asked once: a refusal of the act makes the form invalid too.
    was_valid = form.is_valid()
    if was_valid and form.try_to(form.act(), pupil_case, by=request.user):
        return _after_deciding(request, pupil_case, form)
    # Whoever sent a whole decision reads it on the form instead.
    if not was_valid and queries.is_decided(pupil_case):
        messages.info(request, f"Afgørelsen for {pupil_case} er allerede truffet.")
        return redirect(application)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    terms = terms_form.terms_so_far(data or form.initial)
    context = {
        "back_url": ways_pages.back_url(
            request, standing, application.get_absolute_url()
        ),
        "standing": standing,
        "pupil_case": pupil_case,
        "application": application,
        "age": pupil_case.age_on(today()),
        "wish": reading_rules.wish_for(pupil_case),
        "figures": queries.figures(terms, pupil_case),
        "taking_part": _taking_part(standing, application, request),
        "look_alikes": identity.look_alikes(pupil_case, request.user),
        "planned": with_case_lines(PLANNED, _planned_for(pupil_case)),
    }
    return show_form(request, "visitation/decisions/decide.html", form, context)


def _planned_for(pupil_case: PupilCase) -> list[PlannedMeasure]:
    """What is planned for all the pupils, or for this one."""
    whole = WholeApplication(pupil_case.application)
    of_pupil = {None, pupil_case.pk}
    return [one for one in whole.planned_measures if one.pupil_id in of_pupil]


def _taking_part(
    standing: ways.Standing, application: Application, request: Request
) -> queries.TakingPart | None:
    """Who is at the meeting; outside one that is not asked."""
    if standing.meeting is None:
        return None
    return queries.taking_part(application, request.user)


@page(P.CASE_DECIDE)
def effect(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """The figures under the amount, as it is typed."""
    pupil_case = find.reviewable_pupil(request, number, pupil)
    terms = terms_form.terms_so_far(request.GET)
    context = queries.figures(terms, pupil_case, old=queries.known_grant(pupil_case))
    return render(request, "visitation/decisions/_effect.html", context)


@act(P.CASE_DECIDE)
def undo(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Take the pupil's decision back before it is released."""
    pupil_case = find.reviewable_pupil(request, number, pupil)
    decision = get_object_or_404(Decision.objects.provisional(), pupil_case=pupil_case)
    # With the application that was found already.
    decision.pupil_case = pupil_case

    attempt(
        request,
        actions.undo,
        decision,
        by=request.user,
        done=f"Afgørelsen for {pupil_case} er fortrudt, og pengene er fri igen.",
    )
    if decision.meeting_id and ways_pages.is_from_meeting(request):
        return redirect("visitation:meeting_mode", decision.meeting_id)
    return redirect(pupil_case.application)


def _after_deciding(
    request: Request, pupil_case: PupilCase, form: forms.DecisionForm
) -> HttpResponse:
    """Say what was decided, and lead back to where the page was opened."""
    # Not the field of that name: the grant or decision that the act made.
    result: Any = form.outcome
    if isinstance(result, WrittenRound):
        messages.success(request, ways_pages.receipt_of(result))
        return redirect(result)
    if isinstance(result, Grant):
        decision = result.decision
        receipt = _grant_receipt(pupil_case, result)
    elif result.is_postponed:
        decision = result
        receipt = f"Afgørelsen om {pupil_case} er udsat."
        if form.cleaned_data["outcome"] == forms.WAITING:
            receipt = (
                f"Afgørelsen om {pupil_case} er udsat, og eleven står på venteliste."
            )
    else:
        decision = result
        receipt = f"Afslaget for {pupil_case} er gemt."
    messages.success(request, f"{receipt} Skolen ser det først, når I frigiver.")

    if decision.meeting and ways_pages.is_from_meeting(request):
        return redirect("visitation:meeting_mode", decision.meeting.pk)
    return redirect(pupil_case.application)


def _grant_receipt(pupil_case: PupilCase, grant: Grant) -> str:
    outcome = grant.decision.get_outcome_display().lower()
    price = f"perioden koster {kr(grant.cost)}"
    receipt = f"{pupil_case} er {outcome} {kr(grant.tariff)} pr. år; {price}"
    if grant.is_above_ceiling:
        receipt += " Centercheferne har fået besked om at tage stilling til taksten."
    return receipt
