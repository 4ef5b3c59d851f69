"""The pages of the committee, the case's own page, and the start page: find, ask for one act, answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from applications.queries import statements_to_write
from budget.queries import day_treatment, pools, proposals_waiting_for
from skolefleks import audit
from skolefleks.danish import kr, today
from skolefleks.idempotency import once
from skolefleks.models import AccessEntry, School
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed, may, schools_of
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can
from visitation import actions, charts, queries
from visitation import forecast as forecasting
from visitation.forms import DecisionForm, ForecastForm, NoteForm, QueueFilter, TermsForm
from visitation.models import Decision

if TYPE_CHECKING:
    from django.db.models import QuerySet

TABS = (
    ("", "Til behandling", (Status.SUBMITTED,)),
    ("venter", "Venter på skolen", (Status.SENT_BACK,)),
    ("afgjort", "Afgjort", (Status.CLOSED,)),
    ("alle", "Alle", (Status.SUBMITTED, Status.SENT_BACK, Status.CLOSED, Status.WITHDRAWN)),
)


@allowed()
@never_cache
@require_safe
def start(request: Request) -> HttpResponse:
    """What waits for the one who signed in."""
    user = request.user
    at_school = may(user, P.APPLICATION_WRITE)
    page = {
        "at_school": at_school,
        "waiting": queries.waiting_at_school(user) if at_school else [],
        "decided": queries.recently_decided(user) if at_school else [],
        "queue": queries.queue_standing(user) if may(user, P.QUEUE_READ) else None,
        "stating": statements_to_write(user) if may(user, P.STATEMENT_WRITE) else [],
        "invited": page_of(queries.invited_to(user), request.GET, by="-updated_at"),
        "money": queries.free_money((today().year, today().year + 1)) if may(user, P.POOL_READ) else [],
        "proposals": proposals_waiting_for(user) if may(user, P.POOL_ALLOCATE) else 0,
        "may_read_log": may(user, P.ACCESS_LOG_READ),
    }
    return render(request, "visitation/start.html", page)


@allowed(P.QUEUE_READ)
@never_cache
@require_safe
def queue(request: Request) -> HttpResponse:
    """The committee's queue: oldest first, filtered by what stands in the address."""
    filters = QueueFilter(request.GET)
    filters.is_valid()
    tab = next((tab for tab in TABS if tab[0] == request.GET.get("vis", "")), TABS[0])
    rows = _filtered(Application.objects.reviewable_by(request.user).filter(status__in=tab[2]), filters.cleaned_data)
    if filters.cleaned_data.get("q"):
        audit.access(AccessEntry.Kind.SEARCH, "", by=request.user)
    order = _order(filters.cleaned_data)
    page = page_of(rows.select_related("school").only(*queries.LIST_FIELDS), request.GET, by=order)
    decided = queries.decided_counts(row for row in page.rows if row.status == Status.SUBMITTED)
    context = {
        "filters": filters,
        "tabs": [(label, f"?vis={key}" if key else "?", None, (key, label, _) == tab) for key, label, _ in TABS],
        "tab": tab[0],
        "page": page,
        "rows": [(row, _grades(row), decided.get(row.pk, 0)) for row in page.rows],
        "count": bounded_count(rows),
        "filtered": any(filters.cleaned_data.values()),
    }
    return render(request, "visitation/queue.html", context)


@allowed(P.CASE_READ)
@never_cache
@require_safe
def case(request: Request, number: str) -> HttpResponse:
    """One case, its whole way. Reading it is logged."""
    application = _readable(request, number)
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    file = queries.case_file(application)
    decides = application.is_reviewable and may(request.user, P.CASE_DECIDE, application)
    context = {
        "file": file,
        "application": application,
        "way": _way(file),
        "submitted": queries.last_submitted(application) if file.may_differ else None,
        "may_decide": decides and application.status == Status.SUBMITTED,
        "may_undo": decides,  # in a case that was withdrawn meanwhile too: its money must come free
        "may_send_back": application.is_reviewable and can(application, "send_back", request.user),
        "may_release": application.is_reviewable and can(application, "close", request.user),
        "may_edit": application.is_editable and may(request.user, P.APPLICATION_WRITE, application),
        "may_talk": may(request.user, P.DIALOGUE_WRITE, application),
        "may_state": may(request.user, P.STATEMENT_WRITE, application),
        "may_withdraw": can(application, "withdraw", request.user),
        "may_invite": may(request.user, P.ADVISER_INVITE, application),
    }
    return render(request, "visitation/case.html", context)


@allowed(P.CASE_READ)
@never_cache
@require_safe
def events(request: Request, number: str) -> HttpResponse:
    """What has happened, newest first: fetched by the case page once it stands, or a page of its own."""
    application = _readable(request, number)
    template = "components/timeline.html" if request.headers.get("HX-Request") else "visitation/events.html"
    return render(request, template, {"application": application, "events": queries.events(application)})


@allowed(P.CASE_READ)
@never_cache
@require_safe
def changes(request: Request, number: str) -> HttpResponse:
    """What is different between the times the case was submitted; and, for the school, what it has written since."""
    application = _readable(request, number)
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    at_school = may(request.user, P.APPLICATION_WRITE, application) and not application.is_reviewable
    context = {"application": application, "rounds": queries.rounds(application, with_draft=at_school)}
    return render(request, "visitation/changes.html", context)


@allowed(P.CASE_DECIDE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def decide(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Decide one pupil, with the case beside the form and the pool's figures under the amount."""
    case = _reviewable_pupil(request, number, pupil)
    form = DecisionForm(request.POST or None, case=case)
    if request.method == "POST" and form.is_valid():
        try:
            return _decided(request, case, form)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    elif Decision.objects.standing().filter(pupil_case=case).exists():
        messages.info(request, f"{case} er allerede afgjort.")
        return redirect(case.application)
    audit.access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "form": form,
        "case": case,
        "application": case.application,
        "age": case.age_on(today()),
        "wish": queries.effect(case.requested_tariff or 0, case.starts_on, case.ends_on)
        if case.starts_on and case.ends_on
        else [],
        "effect": _effect(request.POST or form.initial),
        "planned": case.application.planned_measures.all(),
    }
    return render(request, "visitation/decide.html", context, status=422 if form.errors else 200)


@allowed(P.CASE_DECIDE)
@never_cache
@require_safe
def effect(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """The figures under the amount, as it is typed."""
    _reviewable_pupil(request, number, pupil)
    return render(request, "visitation/_effect.html", {"effect": _effect(request.GET)})


@allowed(P.CASE_DECIDE)
@require_POST
@once
def undo(request: Request, number: str, pupil: UUID) -> HttpResponse:
    case = _reviewable_pupil(request, number, pupil)
    decision = get_object_or_404(Decision.objects.standing(), pupil_case=case)
    decision.pupil_case = case
    try:
        actions.undo(decision, by=request.user)
        messages.success(request, f"Afgørelsen for {case} er fortrudt, og pengene er fri igen.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(case.application)


@allowed(P.DECISION_RELEASE)
@require_POST
@once
def release(request: Request, number: str) -> HttpResponse:
    application = _reviewable(request, number)
    try:
        released = actions.release(application, by=request.user)
        messages.success(request, f"{_count(len(released))} frigivet. Skolen får besked og kan se dem nu.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(application)


@allowed(P.APPLICATION_SCREEN)
@require_http_methods(["GET", "HEAD", "POST"])
@once
def send_back(request: Request, number: str) -> HttpResponse:
    """Ask the school for what is missing."""
    application = _reviewable(request, number)
    form = NoteForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.send_back(application, note=form.cleaned_data["note"], asks=form.asks, by=request.user)
            messages.success(request, "Sagen er sendt tilbage til skolen med jeres spørgsmål. Skolen får besked.")
            return redirect(application)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"form": form, "application": application}
    return render(request, "visitation/send_back.html", context, status=422 if form.errors else 200)


@allowed(P.CASE_READ)
@never_cache
@require_POST
@once
def reveal_cpr(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Show one CPR number whole, and log it."""
    application = _readable(request, number)
    case = get_object_or_404(application.pupil_cases.select_related("pupil"), pk=pupil, pupil__isnull=False)
    audit.access(AccessEntry.Kind.REVEAL, application.number, by=request.user)
    return render(request, "visitation/cpr.html", {"application": application, "case": case})


@allowed(P.FORECAST_READ)
@require_safe
def forecast(request: Request) -> HttpResponse:
    """What the pool may come to and what it may save, on assumptions that stand in the address."""
    figures, year = day_treatment(), today().year
    latest = figures.latest
    average = (figures.average_cost(latest) if latest else None) or settings.REFERRAL_TARIFF
    form = ForecastForm(request.GET, day_treatment=average)
    extended, granted, otherwise = (forecasting.Share(*form.band(name)) for name in ForecastForm.BANDS)
    expected = forecasting.forecast(extended, granted)
    prices = {
        "Takst ved henvisning til et specialtilbud": form.price("henvisning"),
        f"Dagbehandling, gennemsnit {latest or ''}".strip(): form.price("dagbehandling"),
    }
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Prognose", "")],
        "form": form,
        "forecast": expected,
        "chart": charts.forecast_chart(expected),
        "warnings": [line for line in expected.pools if line.warning],
        "districts": expected.districts_by_year(),
        "alternatives": (alternatives := forecasting.investment(next(iter(pools([year])), None), prices, otherwise)),
        "unit": alternatives[0].unit if alternatives else 0,
        "otherwise": otherwise,
        "year": str(year),
    }
    return render(request, "visitation/forecast.html", context, status=422 if form.errors else 200)


@allowed(P.SCHOOL_FIGURES_READ)
@never_cache
@require_safe
def own_school(request: Request) -> HttpResponse:
    """The school's own places and money: what is released, and nothing else."""
    schools = schools_of(request.user, P.SCHOOL_FIGURES_READ)
    names = School.objects.filter(pk__in=schools).values_list("name", flat=True)
    context = {
        "schools": ", ".join(names),
        "years": queries.own_years(schools),
        "grants": queries.own_grants(schools),
    }
    return render(request, "visitation/own_school.html", context)


def _readable(request: Request, number: str) -> Application:
    rows = Application.objects.visible_to(request.user).marked_for(request.user)
    return get_object_or_404(rows.select_related("school", "submitted_by"), number=number)


def _reviewable(request: Request, number: str) -> Application:
    rows = Application.objects.reviewable_by(request.user).marked_for(request.user)
    return get_object_or_404(rows.select_related("school__district"), number=number)


def _reviewable_pupil(request: Request, number: str, pupil: UUID) -> PupilCase:
    application = _reviewable(request, number)
    case = get_object_or_404(application.pupil_cases.select_related("pupil"), pk=pupil)
    case.application = application
    return case


def _decided(request: Request, case: PupilCase, form: DecisionForm) -> HttpResponse:
    grounds = form.cleaned_data["grounds"]
    if form.cleaned_data["outcome"] == Decision.Outcome.GRANTED:
        granted = actions.grant(case, form.terms(), grounds=grounds, by=request.user)
        said = f"{case} er bevilget {kr(granted.tariff)} om året; perioden koster {kr(granted.cost)}"
    else:
        actions.reject(case, grounds=grounds, by=request.user)
        said = f"{case} har fået afslag."
    messages.success(request, f"{said} Skolen ser det først, når I frigiver.")
    return redirect(case.application)


def _effect(data: object) -> list[queries.Cost]:
    """The figures for what is typed so far; none while it makes no sense yet."""
    form = TermsForm(data)  # type: ignore[arg-type]
    if not form.is_valid():
        return []
    return queries.effect(**form.cleaned_data)


def _filtered(rows: QuerySet[Application], by: dict[str, Any]) -> QuerySet[Application]:
    """Each filter is one condition on the row; a search is a case number's beginning or one pupil's initials."""
    if by.get("skole"):
        rows = rows.filter(school=by["skole"])
    if by.get("formaal"):
        rows = rows.filter(kinds__contains=[by["formaal"]])
    if by.get("fyldt"):
        rows = rows.complete() if by["fyldt"] == "alt" else rows.incomplete()  # type: ignore[attr-defined]
    if sought := _sought(by):
        rows = rows.numbered(sought) if _is_number(sought) else rows.filter(initials__contains=[sought])  # type: ignore[attr-defined]
    return rows


def _grades(row: Application) -> str:
    """`3., 5. kl.`: written here, since a loop for each row is what a list costs most."""
    return f"{', '.join(f'{grade}.' for grade in row.grades)} kl."


def _order(by: dict[str, Any]) -> str:
    """As asked for; cases found by their number stand by number, as their index has them."""
    if by.get("orden"):
        return "-requested"
    return "number" if _is_number(_sought(by)) else "submitted_at"


def _sought(by: dict[str, Any]) -> str:
    return str(by.get("q") or "").strip().upper()


def _is_number(sought: str) -> bool:
    return sought.startswith("SF") or sought[:1].isdigit()


def _way(file: queries.CaseFile) -> list[tuple[str, str]]:
    """Where the case is on the way Udfordring - Ansøgning - Visitation - Indsats - Opfølgning."""
    names = ("Udfordring", "Ansøgning", "Visitation", "Indsats", "Opfølgning")
    status = file.application.status
    here = 0 if status == Status.CHALLENGE else 1 if status in (Status.DRAFT, Status.SENT_BACK) else 2
    if status == Status.CLOSED and file.is_granted:
        here = 3
    return [(name, "done" if i < here else "current" if i == here else "ahead") for i, name in enumerate(names)]


def _count(released: int) -> str:
    return "1 afgørelse er" if released == 1 else f"{released} afgørelser er"
