"""The steps that are written on: stored by a button, or field by field while somebody types. Two may write at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from applications.reading import queries as reading_queries
from applications.writing import actions
from applications.writing.forms import acts, steps
from applications.writing.forms import goals as forms_goals
from applications.writing.forms import measures as forms_measures
from applications.writing.forms import pupil as forms_pupil
from applications.writing.forms import rows as forms_rows
from applications.writing.frame import own, sent, status, step_page
from applications.writing.saving import AUTOSAVE, Written, autosaved, with_theirs
from skolefleks.pages import act, form_page, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from applications.writing.saving import Store


if TYPE_CHECKING:
    Build = Callable[[reading_queries.Draft, QueryDict | None], Written]


@form_page(P.APPLICATION_WRITE)
def pupil(request: Request, number: str, pk: UUID) -> HttpResponse:
    """All that is written of one pupil."""
    draft = reading_queries.draft(own(request, number))
    case = next((case for case in draft.pupils if case.pk == pk), None)
    if case is None:
        raise Http404
    form = forms_pupil.PupilForm(sent(request), instance=case)
    beside = draft.support_beside

    def store(_: Written) -> None:
        actions.write_pupil(case, cpr=form.cpr_number, by=request.user)

    context = {
        "pupil": case,
        "at": draft.pupils.index(case) + 1,
        "prices": reading_queries.prices(case),
        "hours": reading_queries.Hours(case, beside),
        "previous": draft.url("pupils"),
    }
    return _written(request, draft, "pupils", Written(form), store, context | {"template": "pupil"})


@form_page(P.APPLICATION_WRITE)
def environment(request: Request, number: str) -> HttpResponse:
    """The learning environment, the support hours, and what was tried."""

    def build(draft: reading_queries.Draft, data: QueryDict | None) -> Written:
        form = steps.EnvironmentForm(data, instance=draft.application, pupils=len(draft.pupils))
        return Written(
            form, forms_measures.TriedMeasures(data, instance=draft.application, prefix="tried")
        )

    return _step(request, number, "environment", build)


@form_page(P.APPLICATION_WRITE)
def plan(request: Request, number: str) -> HttpResponse:
    """What the money is to pay for, and what it should lead to for each pupil."""

    def build(draft: reading_queries.Draft, data: QueryDict | None) -> Written:
        rows = forms_measures.PlannedMeasures(data, instance=draft.application, prefix="planned")
        goals = None
        if data is None or "goals-TOTAL_FORMS" in data:
            wanted = request.GET.get("maal", "")
            goals = forms_goals.GoalRows(data, pupils=draft.pupils, prefix="goals", wanted=wanted)
        return Written(steps.PlanForm(data, instance=draft.application), rows, goals)

    return _step(request, number, "plan", build)


@form_page(P.APPLICATION_WRITE)
def cooperation(request: Request, number: str) -> HttpResponse:
    """PPR, and what the pupils' ages ask for."""

    def build(draft: reading_queries.Draft, data: QueryDict | None) -> Written:
        return Written(steps.CooperationForm(data, instance=draft.application, ages=draft.ages))

    return _step(request, number, "cooperation", build)


@form_page(P.APPLICATION_WRITE)
def leadership(request: Request, number: str) -> HttpResponse:
    """Who leads, who presents the case, and by which rule."""

    def build(draft: reading_queries.Draft, data: QueryDict | None) -> Written:
        return Written(steps.LeadershipForm(data, instance=draft.application))

    return _step(request, number, "leadership", build)


# -- show a step, or store it -----------------------------------------------------------------------------------------
def _step(request: Request, number: str, step: str, build: Build) -> HttpResponse:
    """A step that is written once for the whole application."""
    draft = reading_queries.draft(own(request, number))
    written = build(draft, sent(request))

    def store(written: Written) -> None:
        if written.touched:
            rows: list[Any] = [
                form.instance for form in written.touched if form is not written.form
            ]
            actions.jot(
                draft.application,
                fields=written.form.changed,
                rows=rows,
                step=step,
                by=request.user,
            )
            return
        measures, goals, removed = written.press(request.POST.get("then", ""))
        fields = list(written.form.fields)
        actions.write(
            draft.application,
            fields=fields,
            step=step,
            by=request.user,
            measures=measures,
            goals=goals,
            removed=removed,
        )

    return _written(request, draft, step, written, store, {"template": step, "draft": draft})


def _written(  # noqa: PLR0917
    request: Request,
    draft: reading_queries.Draft,
    step: str,
    written: Written,
    store: Store,
    context: dict[str, Any],
) -> HttpResponse:
    """Store what was sent, or show the page. What is refused comes back with all that was typed."""
    if request.POST.get("then") == AUTOSAVE:
        return _autosaved(request, draft, written, store)
    if request.method != "POST" and not draft.application.is_editable:
        return redirect(draft.application)
    conflicts: list[Any] = []
    if taken := request.POST.get("theirs"):
        written = with_theirs(written, taken)
    elif request.method == "POST" and written.is_valid() and not (conflicts := written.merge()):
        try:
            store(written)
            hours = context.get("hours")
            return _onward(request, draft, step, written, stay=bool(hours and hours.too_many))
        except Refusal as refusal:
            written.form.add_error(refusal.field, str(refusal))
    if isinstance(written.rows, forms_measures.Measures):
        written.rows.add_empty_row(wanted="ny" in request.GET)
    for error in (error for table in written.tables for error in table.non_form_errors()):
        written.form.add_error(None, error)
    for form in written.all if draft.application.status == Status.SENT_BACK else ():
        form.ask(draft.application.asks)
    shown = {
        "form": written.form,
        "rows": written.rows,
        "goals": written.goals,
        "conflicts": conflicts,
    }
    return step_page(
        request,
        draft,
        step,
        shown | _remarks(written.all) | context,
        f"applications/writing/{context['template']}.html",
    )


def _onward(
    request: Request, draft: reading_queries.Draft, step: str, written: Written, *, stay: bool
) -> HttpResponse:
    """Where the pressed button leads after saving: on, one more row, or here."""
    then, names = request.POST.get("then", ""), list(reading_queries.STEPS)
    verb, _, at = then.partition(":")
    if verb == "add":
        return redirect(
            f"{request.path}?maal={at}#div_id_ny" if at else f"{request.path}?ny=1#div_id_ny"
        )
    if verb in forms_rows.MOVES:
        return redirect(f"{request.path}#{written.pressed or 'div_id_' + at.partition(':')[0]}")
    messages.success(request, f"Gemt kl. {timezone.localtime():%H.%M}")
    if then == "stay" or stay:
        return redirect(request.path)
    is_pupil = request.path != draft.url(step)
    return redirect(draft.url(step if is_pupil else names[names.index(step) + 1]))


def _remarks(written: list[Any]) -> dict[str, Any]:
    """What stands above the fields: what is to be put right, and where a text seems to hold a CPR number."""
    failed = written if any(form.is_bound and form.errors for form in written) else []
    return {
        "failed": failed,
        "suspects": [label for form in written for label in form.seems_to_hold_cpr],
    }


def _autosaved(
    request: Request, draft: reading_queries.Draft, written: Written, store: Store
) -> JsonResponse:
    if not draft.application.is_editable:
        return JsonResponse({"refused": "Ansøgningen er hos udvalget og kan ikke ændres nu."})
    told = autosaved(request, written, store)
    return JsonResponse(told | {"revision": draft.application.revision})


@form_page(P.APPLICATION_WRITE)
def new(request: Request) -> HttpResponse:
    """Open a draft; asks for the school where one works at several."""
    schools = reading_queries.own_schools(request.user)
    form = acts.NewForm(sent(request), schools=schools)
    if request.method == "POST" and form.is_valid():
        school = next(
            school for school in schools if form.cleaned_data.get("school", school.pk) == school.pk
        )
        return redirect("applications:pupils", actions.start(school=school, by=request.user).number)
    return render(
        request,
        "applications/writing/new.html",
        {"form": form, "schools": schools},
        status=status(request),
    )


# -- the steps --------------------------------------------------------------------------------------------------------
@page(P.APPLICATION_WRITE)
def pupils(request: Request, number: str) -> HttpResponse:
    """The pupils as cards with what each still lacks, and the advisers of the case."""
    application = own(request, number)
    return _pupils_page(request, application) if application.is_editable else redirect(application)


@act(P.APPLICATION_WRITE)
def add_pupil(request: Request, number: str) -> HttpResponse:
    application = own(request, number)
    try:
        return redirect(
            "applications:pupil", number, actions.add_pupil(application, by=request.user).pk
        )
    except Refusal as refusal:
        return _pupils_page(request, application, refusal)


@act(P.APPLICATION_WRITE)
def remove_pupil(request: Request, number: str, pk: UUID) -> HttpResponse:
    application = own(request, number)
    case = get_object_or_404(PupilCase, application=application, pk=pk)
    case.application = application
    try:
        actions.remove_pupil(case, by=request.user)
    except Refusal as refusal:
        return _pupils_page(request, application, refusal)
    messages.success(request, "Eleven er fjernet fra ansøgningen.")
    return redirect("applications:pupils", number)


@form_page(P.ADVISER_INVITE)
def invite(request: Request, number: str) -> HttpResponse:
    """Give an adviser the right to read this one case."""
    application = own(request, number)
    invited, others = reading_queries.advisers_of(application)
    form = acts.InviteForm(sent(request), advisers=others)
    if request.method == "POST" and form.is_valid():
        adviser = next(held.user for held in others if held.user_id == form.cleaned_data["adviser"])
        try:
            actions.invite(application, adviser=adviser, by=request.user)
            messages.success(request, f"{adviser.name} er inviteret og kan nu læse sagen.")
            return redirect("applications:pupils", number)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {"form": form, "application": application, "invited": invited}
    return render(request, "applications/writing/invite.html", context, status=status(request))


# -- pages that several answer with -----------------------------------------------------------------------------------
def _pupils_page(
    request: Request, application: Application, refusal: Refusal | None = None
) -> HttpResponse:
    draft = reading_queries.draft(application)
    invited, others = reading_queries.advisers_of(application)
    context = {
        "cards": [(case, draft.links(draft.missing_of(case))) for case in draft.pupils],
        "next": draft.url("environment"),
        "invited": invited,
        "form": acts.InviteForm(advisers=others) if others else None,
        "refusal": refusal,
    }
    return step_page(request, draft, "pupils", context, "applications/writing/pupils.html")
