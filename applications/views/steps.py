"""The school's side: its list of cases, the application step by step, and its acts. A foreign case is a 404."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import actions, forms, queries
from applications.models import Application, PupilCase
from applications.queries import STEPS, TABS, Draft
from skolefleks import audit
from skolefleks.danish import day
from skolefleks.idempotency import once
from skolefleks.models import AccessEntry
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can
from skolefleks.templatetags.skolefleks import moment

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import QueryDict

    Build = Callable[[Draft, QueryDict | None], tuple[forms.StepForm, forms.Measures | None]]

_PAGE = ["GET", "HEAD", "POST"]


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_safe
def cases(request: Request) -> HttpResponse:
    """The school's cases, the last changed first; tab and search stand in the address."""
    own = queries.own_cases(request.user)
    name = request.GET.get("fane", "")
    tab = name if name in TABS else next(iter(TABS))
    text = "".join(letter for letter in request.GET.get("q", "")[:40] if letter.isprintable()).strip()
    if text:
        audit.access(AccessEntry.Kind.SEARCH, "", by=request.user)
    chosen = queries.found(own, text) if text else own.filter(status__in=TABS[tab].statuses)
    counts = {key: bounded_count(own.filter(status__in=TABS[key].statuses)) for key in queries.COUNTED}
    page = page_of(queries.listed(chosen), request.GET, by="-updated_at")
    context = {
        "page": page,
        "rows": queries.rows(page.rows),
        "count": counts[tab] if tab in counts and not text else bounded_count(chosen),
        "tabs": [(t.label, f"?fane={key}", counts.get(key), key == tab and not text) for key, t in TABS.items()],
        "empty": TABS[tab].empty,
        "text": text,
        "schools": queries.own_schools(request.user),
    }
    return render(request, "applications/list.html", context)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def new(request: Request) -> HttpResponse:
    """Open a draft; asks for the school where one works at several."""
    schools = queries.own_schools(request.user)
    form = forms.NewForm(_sent(request), schools=schools)
    if request.method == "POST" and form.is_valid():
        school = next(school for school in schools if form.cleaned_data.get("school", school.pk) == school.pk)
        return redirect("applications:pupils", actions.start(school=school, by=request.user).number)
    return render(request, "applications/new.html", {"form": form, "schools": schools}, status=_status(request))


# -- the steps --------------------------------------------------------------------------------------------------------


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_safe
def pupils(request: Request, number: str) -> HttpResponse:
    """The pupils as cards with what each still lacks, and the advisers of the case."""
    application = _own(request, number)
    return _pupils_page(request, application) if application.is_editable else redirect(application)


@allowed(P.APPLICATION_WRITE)
@require_POST
@once
def add_pupil(request: Request, number: str) -> HttpResponse:
    application = _own(request, number)
    try:
        return redirect("applications:pupil", number, actions.add_pupil(application, by=request.user).pk)
    except Refusal as refusal:
        return _pupils_page(request, application, refusal)


@allowed(P.APPLICATION_WRITE)
@require_POST
@once
def remove_pupil(request: Request, number: str, pk: UUID) -> HttpResponse:
    application = _own(request, number)
    case = get_object_or_404(PupilCase, application=application, pk=pk)
    case.application = application
    try:
        actions.remove_pupil(case, by=request.user)
    except Refusal as refusal:
        return _pupils_page(request, application, refusal)
    messages.success(request, "Eleven er fjernet fra ansøgningen.")
    return redirect("applications:pupils", number)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def pupil(request: Request, number: str, pk: UUID) -> HttpResponse:
    """All that is written of one pupil."""
    draft = queries.draft(_own(request, number))
    case = next((case for case in draft.pupils if case.pk == pk), None)
    if case is None:
        raise Http404
    if request.method != "POST" and not draft.application.is_editable:
        return redirect(draft.application)
    form = forms.PupilForm(_sent(request), instance=case)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_pupil(case, cpr=form.cpr_number, by=request.user)
            return _onward(request, draft, "pupils", stay=case.has_too_many_hours)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {
        "form": form,
        "pupil": case,
        "at": draft.pupils.index(case) + 1,
        "prices": queries.prices(case),
        "hours_limit": str(settings.SUPPORT_HOURS_LIMIT),
        "previous": draft.url("pupils"),
    }
    return _page(request, draft, "pupils", context | _remarks([form]), "applications/pupil.html")


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def environment(request: Request, number: str) -> HttpResponse:
    """The learning environment, the support hours, and what was tried."""

    def build(draft: Draft, data: QueryDict | None) -> tuple[forms.StepForm, forms.Measures | None]:
        form = forms.EnvironmentForm(data, instance=draft.application, pupils=len(draft.pupils))
        return form, forms.TriedMeasures(data, instance=draft.application, prefix="tried")

    return _step(request, number, "environment", build)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def plan(request: Request, number: str) -> HttpResponse:
    """What the money is to pay for, and what it should lead to."""

    def build(draft: Draft, data: QueryDict | None) -> tuple[forms.StepForm, forms.Measures | None]:
        rows = forms.PlannedMeasures(data, instance=draft.application, prefix="planned")
        return forms.PlanForm(data, instance=draft.application), rows

    return _step(request, number, "plan", build)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def cooperation(request: Request, number: str) -> HttpResponse:
    """PPR, and what the pupils' ages ask for."""

    def build(draft: Draft, data: QueryDict | None) -> tuple[forms.StepForm, None]:
        return forms.CooperationForm(data, instance=draft.application, ages=draft.ages), None

    return _step(request, number, "cooperation", build)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def leadership(request: Request, number: str) -> HttpResponse:
    """Who leads, who presents the case, and by which rule."""

    def build(draft: Draft, data: QueryDict | None) -> tuple[forms.StepForm, None]:
        return forms.LeadershipForm(data, instance=draft.application), None

    return _step(request, number, "leadership", build)


# -- the acts ---------------------------------------------------------------------------------------------------------


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_safe
def check(request: Request, number: str) -> HttpResponse:
    """What is missing, what is asked for, who answers for it, and the button that submits."""
    application = _own(request, number)
    return _check_page(request, application) if application.is_editable else redirect(application)


@allowed(P.APPLICATION_SUBMIT)
@require_POST
@once
def submit(request: Request, number: str) -> HttpResponse:
    application = _own(request, number)
    try:
        actions.submit(application, by=request.user)
    except Refusal as refusal:
        return _check_page(request, application, refusal)
    return redirect("applications:receipt", number)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_safe
def receipt(request: Request, number: str) -> HttpResponse:
    """That it was submitted, and what happens now."""
    application = _own(request, number)
    if application.is_editable or application.submitted_at is None:
        return redirect("applications:check", number)
    answer = timezone.localdate(application.submitted_at) + timedelta(days=settings.WAITING_GOAL_DAYS)
    context = {
        "application": application,
        "way": queries.way(application),
        "text": f"Den ligger nu hos kvalitetsudvalget. Indsendt {moment(application.submitted_at)}.",
        "next": [
            "Udvalgets sekretær læser ansøgningen. Mangler der noget, får I besked, og den åbnes igen for jer.",
            "Sagen kommer på et møde, hvor jeres repræsentant forelægger den, gerne sammen med PPR og sagsbehandleren.",
            f"Udvalget afgør for hver elev for sig. Dets mål er, at I har svar senest {day(answer)}.",
        ],
    }
    return render(request, "applications/receipt.html", context)


@allowed(P.APPLICATION_SUBMIT)
@never_cache
@require_http_methods(_PAGE)
@once
def withdraw(request: Request, number: str) -> HttpResponse:
    """Take the application back; the committee is told why where it has had it."""
    application = _own(request, number)
    if request.method != "POST" and not can(application, "withdraw", request.user):
        return redirect(application)
    form = forms.WithdrawForm(_sent(request), required=application.submitted_at is not None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(application, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"{application.number} er trukket tilbage.")
            return redirect("applications:list")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(
        request, "applications/withdraw.html", {"form": form, "application": application}, status=_status(request)
    )


@allowed(P.ADVISER_INVITE)
@never_cache
@require_http_methods(_PAGE)
@once
def invite(request: Request, number: str) -> HttpResponse:
    """Give an adviser the right to read this one case."""
    application = _own(request, number)
    invited, others = queries.advisers_of(application)
    form = forms.InviteForm(_sent(request), advisers=others)
    if request.method == "POST" and form.is_valid():
        adviser = next(held.user for held in others if held.user_id == form.cleaned_data["adviser"])
        try:
            actions.invite(application, adviser=adviser, by=request.user)
            messages.success(request, f"{adviser.name} er inviteret og kan nu læse sagen.")
            return redirect("applications:pupils", number)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {"form": form, "application": application, "invited": invited}
    return render(request, "applications/invite.html", context, status=_status(request))


# -- what they share --------------------------------------------------------------------------------------------------


def _own(request: Request, number: str) -> Application:
    return get_object_or_404(queries.own_cases(request.user).select_related("school"), number=number)


def _sent(request: Request) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _status(request: Request) -> int:
    """A form that comes back was refused."""
    return 422 if request.method == "POST" else 200


def _step(request: Request, number: str, step: str, build: Build) -> HttpResponse:
    """Show a step, or store it. What is refused comes back with all that was typed."""
    draft = queries.draft(_own(request, number))
    if request.method != "POST" and not draft.application.is_editable:
        return redirect(draft.application)
    form, rows = build(draft, _sent(request))
    if request.method == "POST" and form.is_valid() & (rows is None or rows.is_valid()):
        kept, removed = (rows.kept, rows.removed) if rows is not None else ([], [])
        try:
            actions.write(
                draft.application, fields=list(form.fields), step=step, by=request.user, measures=kept, removed=removed
            )
            return _onward(request, draft, step)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    if rows is not None:
        rows.add_empty_row(wanted="ny" in request.GET)
        for error in rows.non_form_errors():
            form.add_error(None, error)
    context = {"form": form, "rows": rows} | _remarks([form, *(rows or ())])
    return _page(request, draft, step, context, f"applications/{step}.html")


def _onward(request: Request, draft: Draft, step: str, *, stay: bool = False) -> HttpResponse:
    """Where the pressed button leads after saving: on, one more row, or here."""
    then, names = request.POST.get("then"), list(STEPS)
    if then == "add":
        return redirect(f"{request.path}?ny=1#div_id_ny")
    messages.success(request, f"Gemt kl. {timezone.localtime():%H.%M}")
    if then == "stay" or stay:
        return redirect(request.path)
    is_pupil = request.path != draft.url(step)
    return redirect(draft.url(step if is_pupil else names[names.index(step) + 1]))


def _page(request: Request, draft: Draft, step: str, context: dict[str, Any], template: str) -> HttpResponse:
    """A step's page: reading it is logged."""
    application, names = draft.application, list(STEPS)
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    at = names.index(step)
    frame = {
        "application": application,
        "heading": STEPS[step],
        "position": f"Trin {at + 1} af {len(names)}",
        "steps": draft.steps(step),
        "way": queries.way(application),
        "previous": draft.url(names[at - 1]) if at else "",
        "may_withdraw": can(application, "withdraw", request.user),
    }
    return render(request, template, frame | context, status=_status(request))


def _pupils_page(request: Request, application: Application, refusal: Refusal | None = None) -> HttpResponse:
    draft = queries.draft(application)
    invited, others = queries.advisers_of(application)
    context = {
        "cards": [(case, draft.links(draft.missing_of(case))) for case in draft.pupils],
        "next": draft.url("environment"),
        "invited": invited,
        "form": forms.InviteForm(advisers=others) if others else None,
        "refusal": refusal,
    }
    return _page(request, draft, "pupils", context, "applications/pupils.html")


def _check_page(request: Request, application: Application, refusal: Refusal | None = None) -> HttpResponse:
    draft = queries.draft(application)
    wishes = draft.wishes
    years = sorted({year for wish in wishes for year in wish.parts})
    context = {
        "missing": draft.links(draft.missing),
        "advised": draft.links(draft.advised),
        "years": years,
        "amounts": [(wish, [(year, wish.amount_in(year)) for year in years]) for wish in wishes],
        "sums": [(year, sum(wish.amount_in(year) for wish in wishes)) for year in years],
        "total": sum(wish.total for wish in wishes),
        "leaders": queries.leaders_of(application.school_id),
        "may_submit": can(application, "submit", request.user),
        "refusal": refusal,
    }
    return _page(request, draft, "check", context, "applications/check.html")


def _remarks(written: list[forms.StepForm]) -> dict[str, Any]:
    """What stands above the fields: what is to be put right, and where a text seems to hold a CPR number."""
    failed = written if any(form.is_bound and form.errors for form in written) else []
    return {"failed": failed, "suspects": [label for form in written for label in form.seems_to_hold_cpr]}
