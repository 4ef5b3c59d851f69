"""Starting an application, and writing its steps: stored by a button, or while somebody types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from applications.models import Application, PupilCase
from applications.reading import next_meeting, same_child
from applications.reading import queries as reading
from applications.reading import rules as reading_rules
from applications.writing import actions, copying
from applications.writing.forms import steps
from applications.writing.forms.acts import InviteForm, NewForm
from applications.writing.forms.goals import GoalRows
from applications.writing.forms.measures import PlannedMeasures, TriedMeasures
from applications.writing.forms.pupil import PupilForm
from applications.writing.forms.stepform import StepForm
from applications.writing.frame import own_application, show_step
from applications.writing.saving import PageForms
from applications.writing.steppage import StepPage, write
from skolefleks.forms import Form
from skolefleks.pages import act, form_page, page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.throttles import throttled

BuildForms = Callable[[Request, reading.WholeApplication], PageForms]


@form_page(P.APPLICATION_WRITE)
@throttled("case")
def new(request: Request) -> HttpResponse:
    """Open a draft; asks for the school where one works at several."""
    schools = reading.own_schools(request.user)
    form = NewForm(posted(request), schools=schools)

    if form.try_to(actions.start, by=request.user):
        return redirect("applications:pupils", form.outcome.number)
    context = {"schools": schools, "next_meeting": next_meeting.for_new_case()}
    return show_form(request, "applications/writing/new.html", form, context)


@act(P.APPLICATION_WRITE)
@throttled("case")
def copy(request: Request, number: str) -> HttpResponse:
    """Begin a new application with what was written in one that led to nothing."""
    application = own_application(request, number)
    button = Form(request.POST)

    if not button.try_to(copying.copy, application, by=request.user):
        messages.error(request, str(button.non_field_errors()[0]))
        return redirect(application)
    messages.success(
        request,
        f"Teksten fra {number} er kopieret. Se den igennem: "
        "forældrene skal orienteres igen, og bilag skal vedlægges på ny.",
    )
    return redirect("applications:pupils", button.outcome.number)


# -- the pupils, and who may read the case --


@page(P.APPLICATION_WRITE)
def pupils(request: Request, number: str) -> HttpResponse:
    """The pupils as cards with what each still lacks, and the advisers of the case."""
    application = own_application(request, number)
    if not application.is_editable:
        return redirect(application)
    return _show_pupils(request, application)


@act(P.APPLICATION_WRITE)
def add_pupil(request: Request, number: str) -> HttpResponse:
    """Add an empty pupil, and go on to write of them."""
    application = own_application(request, number)
    button = Form(request.POST)

    if button.try_to(actions.add_pupil, application, by=request.user):
        return redirect("applications:pupil", number, button.outcome.pk)
    return _show_pupils(request, application, button)


@act(P.APPLICATION_WRITE)
def remove_pupil(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Take a pupil out of the application."""
    application = own_application(request, number)
    pupil_case = get_object_or_404(PupilCase, application=application, pk=pk)
    # The act goes from the pupil to the application, which must be the row
    # that is locked.
    pupil_case.application = application
    button = Form(request.POST)

    if button.try_to(actions.remove_pupil, pupil_case, by=request.user):
        messages.success(request, "Eleven er fjernet fra ansøgningen.")
        return redirect("applications:pupils", number)
    return _show_pupils(request, application, button)


@form_page(P.ADVISER_INVITE)
def invite(request: Request, number: str) -> HttpResponse:
    """Give an adviser the right to read this one case."""
    application = own_application(request, number)
    invited, others = reading.advisers_of(application)
    form = InviteForm(posted(request), advisers=others)

    if form.try_to(actions.invite, application, by=request.user):
        adviser = form.arguments()["adviser"]
        messages.success(request, f"{adviser.name} er inviteret og kan nu læse sagen.")
        return redirect("applications:pupils", number)

    context = {"application": application, "invited": invited}
    return show_form(request, "applications/writing/invite.html", form, context)


def _show_pupils(
    request: Request, application: Application, button: Form | None = None
) -> HttpResponse:
    """The pupils' page; `button` is what was pressed on it and refused."""
    draft = reading.WholeApplication(application)
    invited, others = reading.advisers_of(application)

    cards = []
    for pupil_case in draft.pupil_cases:
        missing = draft.missing_of(pupil_case)
        cards.append((pupil_case, draft.links(missing)))

    # Without anybody left to invite there is no form.
    invite_form = None
    if others:
        invite_form = InviteForm(advisers=others)

    # A form without fields: its only error is the act's refusal.
    refusal = ""
    if button:
        refusal = str(button.non_field_errors()[0])

    context = {
        "cards": cards,
        "known": same_child.known_at_school(application, draft.pupil_cases),
        "next": draft.url("environment"),
        "invited": invited,
        "form": invite_form,
        "refusal": refusal,
    }
    template = "applications/writing/pupils.html"
    return show_step(request, draft, "pupils", context, template)


# -- the steps that are written on --


@form_page(P.APPLICATION_WRITE)
def pupil(request: Request, number: str, pk: UUID) -> HttpResponse:
    """All that is written of one pupil."""
    draft = reading.WholeApplication(own_application(request, number))
    pupil_case = _pupil_of(draft, pk)
    form = PupilForm(posted(request), instance=pupil_case)

    def store() -> None:
        actions.write_pupil(pupil_case, cpr=form.cpr_number, by=request.user)

    # A pupil's page is one form: while typing it is stored as by the button.
    def store_typed(_new_forms: list[StepForm]) -> None:
        store()

    page = StepPage(
        draft=draft,
        step="pupils",
        template="applications/writing/pupil.html",
        forms=PageForms(form),
        store=store,
        store_typed=store_typed,
        context={
            "pupil": pupil_case,
            "at": draft.pupil_cases.index(pupil_case) + 1,
            "prices": reading_rules.prices_of(pupil_case),
            "hours": reading_rules.SupportHours(
                pupil_case, draft.support_beside(pupil_case)
            ),
            "previous": draft.url("pupils"),
        },
    )
    return write(request, page)


@form_page(P.APPLICATION_WRITE)
def environment(request: Request, number: str) -> HttpResponse:
    """The learning environment, the support hours, and what was tried."""
    return _write_step(request, number, "environment", _environment_forms)


@form_page(P.APPLICATION_WRITE)
def plan(request: Request, number: str) -> HttpResponse:
    """What the money is to pay for, and what it should lead to for each pupil."""
    return _write_step(request, number, "plan", _plan_forms)


@form_page(P.APPLICATION_WRITE)
def cooperation(request: Request, number: str) -> HttpResponse:
    """PPR, and what the pupils' ages ask for."""
    return _write_step(request, number, "cooperation", _cooperation_forms)


@form_page(P.APPLICATION_WRITE)
def leadership(request: Request, number: str) -> HttpResponse:
    """Who leads, who presents the case, and by which rule."""
    return _write_step(request, number, "leadership", _leadership_forms)


def _pupil_of(draft: reading.WholeApplication, pk: UUID) -> PupilCase:
    """The pupil as the draft has read it, so that the draft's sums hold what is typed."""
    for pupil_case in draft.pupil_cases:
        if pupil_case.pk == pk:
            return pupil_case
    raise Http404


def _write_step(
    request: Request, number: str, step: str, build_forms: BuildForms
) -> HttpResponse:
    """A step that is written once for the whole application."""
    draft = reading.WholeApplication(own_application(request, number))
    page_forms = build_forms(request, draft)
    form = page_forms.form

    def store() -> None:
        button = request.POST.get("then", "")
        measures, goals, removed = page_forms.press(button)
        actions.write(
            draft.application,
            fields=list(form.fields),
            measures=measures,
            goals=goals,
            removed=removed,
            step=step,
            by=request.user,
        )

    # While somebody types, a row is neither moved nor removed.
    def store_typed(new_forms: list[StepForm]) -> None:
        rows: list[Any] = [row.instance for row in new_forms if row is not form]
        actions.write_typed(
            draft.application,
            fields=form.changed_names,
            rows=rows,
            step=step,
            by=request.user,
            pupils=draft.pupil_cases,
        )

    page = StepPage(
        draft=draft,
        step=step,
        template=f"applications/writing/{step}.html",
        forms=page_forms,
        store=store,
        store_typed=store_typed,
        context={"draft": draft},
    )
    return write(request, page)


def _environment_forms(request: Request, draft: reading.WholeApplication) -> PageForms:
    data = posted(request)
    form = steps.EnvironmentForm(
        data, instance=draft.application, pupils=len(draft.pupil_cases)
    )
    rows = TriedMeasures(data, instance=draft.application, prefix="tried")
    return PageForms(form, rows)


def _plan_forms(request: Request, draft: reading.WholeApplication) -> PageForms:
    data = posted(request)
    form = steps.PlanForm(data, instance=draft.application)
    rows = PlannedMeasures(data, instance=draft.application, prefix="planned")

    # Without this, a page that sends no goals would be read as one that
    # removes them.
    goals = None
    if data is None or "goals-TOTAL_FORMS" in data:
        pupil = request.GET.get("maal", "")
        goals = GoalRows(
            data, pupils=draft.pupil_cases, prefix="goals", shown_for=pupil
        )
    return PageForms(form, rows, goals)


def _cooperation_forms(request: Request, draft: reading.WholeApplication) -> PageForms:
    form = steps.CooperationForm(
        posted(request), instance=draft.application, ages=draft.ages
    )
    return PageForms(form)


def _leadership_forms(request: Request, draft: reading.WholeApplication) -> PageForms:
    form = steps.LeadershipForm(posted(request), instance=draft.application)
    return PageForms(form)
