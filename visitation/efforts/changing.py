"""The pages with a form of an effort: its beginning, its plan, its conditions."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from skolefleks import audit
from skolefleks.forms import Form
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, require
from visitation.efforts import actions, forms
from visitation.efforts.pages import find_effort, url_of
from visitation.models import Effort, PlanMeasure


@form_page(P.EFFORT_WRITE)
def begin(request: Request, number: str, pk: UUID) -> HttpResponse:
    """The school confirms that the effort has begun."""
    effort = _find(request, number, pk)
    form = forms.begun_form(posted(request), effort)
    if form.try_to(actions.confirm_begun, effort, by=request.user):
        messages.success(request, "Begyndelsen er bekræftet. Indsatsen løber.")
        return redirect(effort)

    period = forms.period_in_words(effort)
    words = {
        "title": "Er indsatsen begyndt?",
        "lead": f"Bevilget {period}.",
        "button": "Bekræft, at den er begyndt",
        "other_url": url_of("efforts:not_begun", effort),
        "other": "Nej, den er ikke begyndt",
    }
    return _page(request, effort, form, words)


@form_page(P.EFFORT_WRITE)
def not_begun(request: Request, number: str, pk: UUID) -> HttpResponse:
    """The school says why the effort has not begun; the committee is told."""
    effort = _find(request, number, pk)
    form = forms.NotBegunForm(posted(request))
    if form.try_to(actions.say_not_begun, effort, by=request.user):
        messages.success(request, "Det er gemt, og udvalget får besked.")
        return redirect(effort)

    words = {
        "title": "Indsatsen er ikke begyndt",
        "lead": (
            "Udvalget får besked. Pengene bliver, som de er bevilget: en senere begyndelse"
            " flytter dem først, når udvalget retter afgørelsen."
        ),
        "button": "Giv udvalget besked",
    }
    return _page(request, effort, form, words)


@form_page(P.EFFORT_WRITE)
def add_measure(request: Request, number: str, pk: UUID) -> HttpResponse:
    effort = _find(request, number, pk)
    measure = PlanMeasure(effort=effort, kind=PlanMeasure.Kind.OTHER)
    return _write_measure(request, effort, measure, "Nyt tiltag på planen")


@form_page(P.EFFORT_WRITE)
def change_measure(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    effort = _find(request, number, pk)
    measure = get_object_or_404(effort.measures, pk=row)
    measure.effort = effort
    return _write_measure(request, effort, measure, "Ret tiltaget")


@form_page(P.EFFORT_WRITE)
def contacts(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Who is there around the pupil, as the age asks."""
    effort = _find(request, number, pk)
    form = forms.ContactsForm(posted(request), contacts=effort.contacts.all())
    if form.try_to(actions.write_contacts, effort, by=request.user):
        messages.success(request, "Navnene på planen er gemt.")
        return redirect("efforts:plan", number, pk)

    words = {
        "title": "Personer omkring eleven",
        "lead": (
            "Skriv navn og funktion, og hvad der er aftalt. "
            "Det, der står tomt, vises som en mangel på planen."
        ),
        "button": "Gem",
    }
    return _page(request, effort, form, words)


@form_page(P.EFFORT_WRITE)
def phases(request: Request, number: str, pk: UUID) -> HttpResponse:
    effort = _find(request, number, pk)
    form = forms.PhasesForm(posted(request), phases=list(effort.phases.all()))
    if form.try_to(actions.set_phases, effort, by=request.user):
        messages.success(request, "Faserne er gemt.")
        return redirect("efforts:plan", number, pk)

    period = forms.period_in_words(effort)
    words = {
        "title": "Indsatsens faser",
        "lead": f"Indsatsen løber {period}. Hver fase varer, til den næste begynder.",
        "button": "Gem faserne",
    }
    return _page(request, effort, form, words)


@form_page(P.EFFORT_WRITE)
def change_goal(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    """A new version of a goal; the old one stays readable."""
    effort = _find(request, number, pk)
    goal = get_object_or_404(effort.goals.current(), pk=row)
    goal.effort = effort
    form = forms.GoalForm(posted(request), goal=goal)
    if form.try_to(actions.change_goal, goal, by=request.user):
        messages.success(request, "Målet er ændret. Det gamle kan stadig læses.")
        return redirect("efforts:plan", number, pk)

    words = {
        "title": f"Ret mål {goal.number}",
        "lead": f"{goal.get_kind_display()}. Skalaen kan ikke ændres undervejs.",
        "button": "Gem som ny udgave",
    }
    return _page(request, effort, form, words)


@form_page(P.CONDITION_SETTLE)
def condition(request: Request, number: str, pk: UUID, row: UUID) -> HttpResponse:
    """Whether a condition of the grant is met; by the school, or chair and secretary."""
    effort = _find(request, number, pk, P.CONDITION_SETTLE)
    item = get_object_or_404(effort.conditions, pk=row)
    item.effort = effort
    form = forms.ConditionForm(posted(request), condition=item)
    if form.try_to(actions.settle_condition, item, by=request.user):
        messages.success(request, "Vilkåret er gemt.")
        return redirect("efforts:plan", number, pk)

    words = {"title": "Vilkår", "quote": item.text, "button": "Gem"}
    return _page(request, effort, form, words)


# -- what they have in common --
def _find(
    request: Request, number: str, pk: UUID, right: P = P.EFFORT_WRITE
) -> Effort:
    """The effort that the person may change. Raises Http404, Recused, PermissionDenied."""
    effort = find_effort(request, number, pk)
    # Who teaches at one school and judges for another may read
    # more than they may write.
    require(request.user, right, at=effort.application)
    return effort


def _write_measure(
    request: Request, effort: Effort, measure: PlanMeasure, title: str
) -> HttpResponse:
    form = forms.MeasureForm(posted(request), measure=measure)
    if form.try_to(actions.write_measure, measure, by=request.user):
        messages.success(request, "Tiltaget er gemt.")
        return redirect("efforts:plan", effort.application.number, effort.pk)

    words = {
        "title": title,
        "lead": "Et tiltag, der er slut, får en slutdato og bliver stående på planen.",
        "button": "Gem tiltaget",
    }
    return _page(request, effort, form, words)


def _page(
    request: Request, effort: Effort, form: Form, words: dict[str, Any]
) -> HttpResponse:
    audit.log_access(AccessEntry.Kind.VIEW, effort.application.number, by=request.user)
    context = {"effort": effort, "application": effort.application, **words}
    return show_form(request, "visitation/efforts/form.html", form, context)
