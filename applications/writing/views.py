"""Starting an application, and writing its steps: stored by a button, or while somebody types."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from applications.reading import queries as reading_queries
from applications.writing import actions, rules
from applications.writing.forms import steps
from applications.writing.forms.acts import InviteForm, NewForm
from applications.writing.forms.goals import GoalRows
from applications.writing.forms.measures import Measures, PlannedMeasures, TriedMeasures
from applications.writing.forms.pupil import PupilForm
from applications.writing.forms.rows import ROW_BUTTONS
from applications.writing.forms.stepform import StepForm
from applications.writing.frame import own_application, show_step
from applications.writing.saving import AUTOSAVE, PageForms, autosave
from skolefleks.forms import Form
from skolefleks.pages import act, form_page, page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request

BuildForms = Callable[[reading_queries.Draft, QueryDict | None], PageForms]


@form_page(P.APPLICATION_WRITE)
def new(request: Request) -> HttpResponse:
    """Open a draft; asks for the school where one works at several."""
    schools = reading_queries.own_schools(request.user)
    form = NewForm(posted(request), schools=schools)

    if form.try_to(actions.start, by=request.user):
        return redirect("applications:pupils", form.outcome.number)
    return show_form(
        request, "applications/writing/new.html", form, {"schools": schools}
    )


# -- the pupils, and who may read the case -------------------------------------------------


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
    # The act reads the application on from the pupil: so it is the locked one.
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
    invited, others = reading_queries.advisers_of(application)
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
    draft = reading_queries.draft(application)
    invited, others = reading_queries.advisers_of(application)

    cards = [
        (pupil_case, draft.links(draft.missing_of(pupil_case)))
        for pupil_case in draft.pupils
    ]
    invite_form = None
    if others:
        invite_form = InviteForm(advisers=others)
    refusal = ""
    if button:
        refusal = str(button.non_field_errors()[0])

    context = {
        "cards": cards,
        "next": draft.url("environment"),
        "invited": invited,
        "form": invite_form,
        "refusal": refusal,
    }
    return show_step(
        request, draft, "pupils", context, "applications/writing/pupils.html"
    )


# -- the steps that are written on ---------------------------------------------------------


@form_page(P.APPLICATION_WRITE)
def pupil(request: Request, number: str, pk: UUID) -> HttpResponse:
    """All that is written of one pupil."""
    draft = reading_queries.draft(own_application(request, number))
    pupil_case = _pupil_of(draft, pk)
    form = PupilForm(posted(request), instance=pupil_case)

    def store() -> None:
        actions.write_pupil(pupil_case, cpr=form.cpr_number, by=request.user)

    def store_typed(_new_forms: list[StepForm]) -> None:
        store()

    context = {
        "pupil": pupil_case,
        "at": draft.pupils.index(pupil_case) + 1,
        "prices": reading_queries.prices(pupil_case),
        "hours": reading_queries.Hours(pupil_case, draft.support_beside),
        "previous": draft.url("pupils"),
    }
    template = "applications/writing/pupil.html"
    page_forms = PageForms(form)
    return _write(
        request,
        Writing(draft, "pupils", page_forms, store, store_typed, template, context),
    )


@form_page(P.APPLICATION_WRITE)
def environment(request: Request, number: str) -> HttpResponse:
    """The learning environment, the support hours, and what was tried."""

    def build(draft: reading_queries.Draft, data: QueryDict | None) -> PageForms:
        application = draft.application
        form = steps.EnvironmentForm(
            data, instance=application, pupils=len(draft.pupils)
        )
        rows = TriedMeasures(data, instance=application, prefix="tried")
        return PageForms(form, rows)

    return _write_step(request, number, "environment", build)


@form_page(P.APPLICATION_WRITE)
def plan(request: Request, number: str) -> HttpResponse:
    """What the money is to pay for, and what it should lead to for each pupil."""

    def build(draft: reading_queries.Draft, data: QueryDict | None) -> PageForms:
        form = steps.PlanForm(data, instance=draft.application)
        rows = PlannedMeasures(data, instance=draft.application, prefix="planned")

        # A page that was opened before there were goals sends none.
        goals = None
        if data is None or "goals-TOTAL_FORMS" in data:
            wanted = request.GET.get("maal", "")
            goals = GoalRows(data, pupils=draft.pupils, prefix="goals", wanted=wanted)
        return PageForms(form, rows, goals)

    return _write_step(request, number, "plan", build)


@form_page(P.APPLICATION_WRITE)
def cooperation(request: Request, number: str) -> HttpResponse:
    """PPR, and what the pupils' ages ask for."""

    def build(draft: reading_queries.Draft, data: QueryDict | None) -> PageForms:
        return PageForms(
            steps.CooperationForm(data, instance=draft.application, ages=draft.ages)
        )

    return _write_step(request, number, "cooperation", build)


@form_page(P.APPLICATION_WRITE)
def leadership(request: Request, number: str) -> HttpResponse:
    """Who leads, who presents the case, and by which rule."""

    def build(draft: reading_queries.Draft, data: QueryDict | None) -> PageForms:
        return PageForms(steps.LeadershipForm(data, instance=draft.application))

    return _write_step(request, number, "leadership", build)


# -- store a step, or show it --------------------------------------------------------------


@dataclass(frozen=True)
class Writing:
    """A step that somebody writes on: its forms, and the acts that store them.

    `store` stores all of it, `store_typed` the forms in which something new was typed.
    """

    draft: reading_queries.Draft
    step: str
    forms: PageForms
    store: Callable[[], None]
    store_typed: Callable[[list[StepForm]], None]
    template: str
    context: dict[str, Any] = field(default_factory=dict)


def _pupil_of(draft: reading_queries.Draft, pk: UUID) -> PupilCase:
    for pupil_case in draft.pupils:
        if pupil_case.pk == pk:
            return pupil_case
    raise Http404


def _write_step(
    request: Request, number: str, step: str, build: BuildForms
) -> HttpResponse:
    """A step that is written once for the whole application."""
    draft = reading_queries.draft(own_application(request, number))
    page_forms = build(draft, posted(request))
    form = page_forms.form

    def store() -> None:
        measures, goals, removed = page_forms.press(request.POST.get("then", ""))
        actions.write(
            draft.application,
            fields=list(form.fields),
            measures=measures,
            goals=goals,
            removed=removed,
            step=step,
            by=request.user,
        )

    def store_typed(new_forms: list[StepForm]) -> None:
        rows: list[Any] = [row.instance for row in new_forms if row is not form]
        actions.jot(
            draft.application,
            fields=form.changed,
            rows=rows,
            step=step,
            by=request.user,
        )

    template = f"applications/writing/{step}.html"
    context = {"draft": draft}
    return _write(
        request, Writing(draft, step, page_forms, store, store_typed, template, context)
    )


def _write(request: Request, writing: Writing) -> HttpResponse:
    """Store what was sent, or show the page. What is refused comes back with all that was typed."""
    application = writing.draft.application
    if request.POST.get("then") == AUTOSAVE:
        return _store_typed(request, writing)

    # A POST comes through: the act refuses it, and the page keeps the words.
    if request.method != "POST" and not application.is_editable:
        return redirect(application)

    conflicts = []
    name_of_theirs = request.POST.get("theirs")
    if name_of_theirs:
        writing.forms.take_theirs(name_of_theirs)
    elif request.method == "POST" and writing.forms.is_valid():
        conflicts = writing.forms.merge()
        if not conflicts and writing.forms.form.try_to(writing.store):
            return _go_on(request, writing)
    return _show(request, writing, conflicts)


def _store_typed(request: Request, writing: Writing) -> JsonResponse:
    """What front/autosave.js is answered."""
    application = writing.draft.application
    if not application.is_editable:
        return JsonResponse({"refused": rules.WITH_THE_COMMITTEE})

    answer = autosave(request, writing.forms, writing.store_typed)
    return JsonResponse({**answer, "revision": application.revision})


def _show(request: Request, writing: Writing, conflicts: list[Any]) -> HttpResponse:
    application = writing.draft.application
    form = writing.forms.form
    rows = writing.forms.rows

    # First of all: the rows that are shown are fixed once anything reads them.
    if isinstance(rows, Measures):
        rows.add_empty_row(is_wanted="ny" in request.GET)

    for table in writing.forms.tables:
        for error in table.non_form_errors():
            form.add_error(None, error)

    forms = writing.forms.all
    if application.status == Status.SENT_BACK:
        for shown_form in forms:
            shown_form.ask(application.asks)

    # All of them: the summary above the page picks out the errors of each.
    failed = []
    if any(shown_form.is_bound and shown_form.errors for shown_form in forms):
        failed = forms
    suspects = []
    for shown_form in forms:
        suspects += shown_form.seems_to_hold_cpr

    context = {
        "form": form,
        "rows": rows,
        "goals": writing.forms.goals,
        "conflicts": conflicts,
        "failed": failed,
        "suspects": suspects,
        **writing.context,
    }
    return show_step(request, writing.draft, writing.step, context, writing.template)


def _go_on(request: Request, writing: Writing) -> HttpResponse:
    """Where the pressed button leads after saving: on, to one more row, or back here."""
    draft = writing.draft
    button = request.POST.get("then", "")
    verb, _, target = button.partition(":")

    if verb == "add":
        # In the address, `maal` is the pupil that one more goal is for; `ny` asks for a row.
        wish = "ny=1"
        if target:
            wish = f"maal={target}"
        return redirect(f"{request.path}?{wish}#div_id_ny")

    if verb in ROW_BUTTONS:
        table = target.partition(":")[0]
        anchor = writing.forms.pressed_row or f"div_id_{table}"
        return redirect(f"{request.path}#{anchor}")

    messages.success(request, f"Gemt kl. {timezone.localtime():%H.%M}")

    # With too many support hours one stays, and reads why the pupil cannot be applied for.
    hours = writing.context.get("hours")
    has_too_many_hours = hours is not None and hours.too_many
    if button == "stay" or has_too_many_hours:
        return redirect(request.path)

    page_of_the_step = draft.url(writing.step)
    if request.path != page_of_the_step:
        # A pupil's own page leads back to the pupils.
        return redirect(page_of_the_step)

    names = list(reading_queries.STEPS)
    next_step = names[names.index(writing.step) + 1]
    return redirect(draft.url(next_step))
