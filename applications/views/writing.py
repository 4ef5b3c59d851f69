"""The steps that are written on: stored by a button, or field by field while somebody types. Two may write at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications import actions, forms, queries
from applications.lifecycle import Status
from applications.queries import STEPS, Draft
from applications.views.frame import own, page, sent
from applications.views.saving import AUTOSAVE, Written, autosaved, with_theirs
from skolefleks.idempotency import once
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    from applications.views.saving import Store

    Build = Callable[[Draft, QueryDict | None], Written]

_PAGE = ["GET", "HEAD", "POST"]


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def pupil(request: Request, number: str, pk: UUID) -> HttpResponse:
    """All that is written of one pupil."""
    draft = queries.draft(own(request, number))
    case = next((case for case in draft.pupils if case.pk == pk), None)
    if case is None:
        raise Http404
    form = forms.PupilForm(sent(request), instance=case)
    beside = draft.support_beside

    def store(_: Written) -> None:
        actions.write_pupil(case, cpr=form.cpr_number, by=request.user)

    context = {
        "pupil": case,
        "at": draft.pupils.index(case) + 1,
        "prices": queries.prices(case),
        "hours": queries.Hours(case, beside),
        "previous": draft.url("pupils"),
    }
    return _written(request, draft, "pupils", Written(form), store, context | {"template": "pupil"})


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def environment(request: Request, number: str) -> HttpResponse:
    """The learning environment, the support hours, and what was tried."""

    def build(draft: Draft, data: QueryDict | None) -> Written:
        form = forms.EnvironmentForm(data, instance=draft.application, pupils=len(draft.pupils))
        return Written(form, forms.TriedMeasures(data, instance=draft.application, prefix="tried"))

    return _step(request, number, "environment", build)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def plan(request: Request, number: str) -> HttpResponse:
    """What the money is to pay for, and what it should lead to for each pupil."""

    def build(draft: Draft, data: QueryDict | None) -> Written:
        rows = forms.PlannedMeasures(data, instance=draft.application, prefix="planned")
        goals = None
        if data is None or "goals-TOTAL_FORMS" in data:
            wanted = request.GET.get("maal", "")
            goals = forms.GoalRows(data, pupils=draft.pupils, prefix="goals", wanted=wanted)
        return Written(forms.PlanForm(data, instance=draft.application), rows, goals)

    return _step(request, number, "plan", build)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def cooperation(request: Request, number: str) -> HttpResponse:
    """PPR, and what the pupils' ages ask for."""

    def build(draft: Draft, data: QueryDict | None) -> Written:
        return Written(forms.CooperationForm(data, instance=draft.application, ages=draft.ages))

    return _step(request, number, "cooperation", build)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def leadership(request: Request, number: str) -> HttpResponse:
    """Who leads, who presents the case, and by which rule."""

    def build(draft: Draft, data: QueryDict | None) -> Written:
        return Written(forms.LeadershipForm(data, instance=draft.application))

    return _step(request, number, "leadership", build)


# -- show a step, or store it -----------------------------------------------------------------------------------------


def _step(request: Request, number: str, step: str, build: Build) -> HttpResponse:
    """A step that is written once for the whole application."""
    draft = queries.draft(own(request, number))
    written = build(draft, sent(request))

    def store(written: Written) -> None:
        if written.touched:
            rows: list[Any] = [form.instance for form in written.touched if form is not written.form]
            actions.jot(draft.application, fields=written.form.changed, rows=rows, step=step, by=request.user)
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
    request: Request, draft: Draft, step: str, written: Written, store: Store, context: dict[str, Any]
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
    if isinstance(written.rows, forms.Measures):
        written.rows.add_empty_row(wanted="ny" in request.GET)
    for error in (error for table in written.tables for error in table.non_form_errors()):
        written.form.add_error(None, error)
    for form in written.all if draft.application.status == Status.SENT_BACK else ():
        form.ask(draft.application.asks)
    shown = {"form": written.form, "rows": written.rows, "goals": written.goals, "conflicts": conflicts}
    return page(
        request, draft, step, shown | _remarks(written.all) | context, f"applications/{context['template']}.html"
    )


def _onward(request: Request, draft: Draft, step: str, written: Written, *, stay: bool) -> HttpResponse:
    """Where the pressed button leads after saving: on, one more row, or here."""
    then, names = request.POST.get("then", ""), list(STEPS)
    verb, _, at = then.partition(":")
    if verb == "add":
        return redirect(f"{request.path}?maal={at}#div_id_ny" if at else f"{request.path}?ny=1#div_id_ny")
    if verb in forms.MOVES:
        return redirect(f"{request.path}#{written.pressed or 'div_id_' + at.partition(':')[0]}")
    messages.success(request, f"Gemt kl. {timezone.localtime():%H.%M}")
    if then == "stay" or stay:
        return redirect(request.path)
    is_pupil = request.path != draft.url(step)
    return redirect(draft.url(step if is_pupil else names[names.index(step) + 1]))


def _remarks(written: list[Any]) -> dict[str, Any]:
    """What stands above the fields: what is to be put right, and where a text seems to hold a CPR number."""
    failed = written if any(form.is_bound and form.errors for form in written) else []
    return {"failed": failed, "suspects": [label for form in written for label in form.seems_to_hold_cpr]}


def _autosaved(request: Request, draft: Draft, written: Written, store: Store) -> JsonResponse:
    if not draft.application.is_editable:
        return JsonResponse({"refused": "Ansøgningen er hos udvalget og kan ikke ændres nu."})
    told = autosaved(request, written, store)
    return JsonResponse(told | {"revision": draft.application.revision})
