"""What is asked of running efforts: the school's application, the committee's list and decision."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from skolefleks import audit
from skolefleks.danish import day
from skolefleks.models import AccessEntry
from skolefleks.pages import (
    NOT_DONE,
    act,
    attempt,
    form_page,
    page,
    posted,
    show_form,
)
from skolefleks.permissions import (
    EVERYWHERE,
    Request,
    may,
    require,
)
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from skolefleks.throttles import throttled
from visitation.agenda import actions as agenda
from visitation.amendments import (
    forms,
    paper,
    queries,
    rules,
    writing,
)
from visitation.amendments.pages import find_amendment
from visitation.decisions import queries as decision_queries
from visitation.efforts.pages import find_effort, url_of
from visitation.letters import trial
from visitation.models import WrittenRound
from visitation.ways import pages as ways_pages
from visitation.ways import queries as ways
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from visitation.models import Amendment, Effort


# -- the school ------------------------------------------------------------------------------------
@form_page(P.EFFORT_WRITE)
def extension(request: Request, number: str, pk: UUID) -> HttpResponse:
    """The school's short application for an extension: kept as a draft, or sent."""
    effort = find_effort(request, number, pk)
    require(request.user, P.EFFORT_WRITE, at=effort.application)
    amendment = effort.amendments.open().first()
    if amendment and amendment.is_waiting:
        messages.info(request, "Udvalget har allerede noget at afgøre om indsatsen.")
        return redirect("efforts:money", number, pk)

    grants = queries.grants_of(effort)
    last_day = rules.last_day_of(grants)
    # It begins with what the school has at the end.
    tariff = rules.tariff_on(grants, last_day)
    form = forms.ExtensionForm(posted(request), amendment=amendment, tariff=tariff)
    if _keep_or_send(request, form, effort):
        return redirect("efforts:money", number, pk)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "effort": effort,
        "application": effort.application,
        "draft": amendment,
        "last_day": last_day,
        "back_url": url_of("efforts:money", effort),
        "may_send": may(request.user, P.EFFORT_LEAD, at=effort.application),
    }
    template = "visitation/amendments/extension.html"
    return show_form(request, template, form, context)


@act(P.EFFORT_LEAD)
def withdraw_amendment(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Take back what the school asked the committee for."""
    effort = find_effort(request, number, pk)
    require(request.user, P.EFFORT_LEAD, at=effort.application)
    amendment = get_object_or_404(effort.amendments.open())
    amendment.effort = effort
    done = "Trukket tilbage. Bevillingen er uændret."
    attempt(request, writing.withdraw, amendment, by=request.user, done=done)
    return redirect("efforts:money", number, pk)


def _keep_or_send(request: Request, form: forms.ExtensionForm, effort: Effort) -> bool:
    if request.POST.get("then") == "send":
        done = form.try_to(writing.send_extension, effort, by=request.user)
        if done:
            messages.success(request, "Ansøgningen er sendt til udvalget.")
        return done
    done = form.try_to(writing.write_extension, effort, by=request.user)
    if done:
        messages.success(request, "Kladden er gemt. Kun skolen kan se den.")
    return done


# -- the committee ---------------------------------------------------------------------------------
@form_page(P.QUEUE_READ)
def amendments(request: Request) -> HttpResponse:
    """What is asked of running efforts; who leads meetings puts it on an agenda."""
    rows = queries.waiting_for(request.user)
    leads = may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    if request.method == "POST":
        require(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    form = forms.AgendaForm(posted(request), rows=[row.amendment for row in rows])
    if form.is_valid():
        _put_on(request, form)
        return redirect("visitation:amendments")

    status = 200
    if form.errors:
        status = NOT_DONE
    context = {
        "form": form,
        "rows": rows,
        "leads": leads and bool(rows),
        "trail": [("Visitation", reverse("visitation:queue")), ("Opfølgning", "")],
    }
    template = "visitation/amendments/amendments.html"
    return render(request, template, context, status=status)


@page(P.QUEUE_READ)
def amendment(request: Request, pk: UUID) -> HttpResponse:
    """The effort on one page, for those who decide what is asked of it. Reading it is logged."""
    row = find_amendment(request, pk)
    audit.log_access(AccessEntry.Kind.VIEW, row.application.number, by=request.user)
    decides = may(request.user, P.CASE_DECIDE, at=row.application)
    context = {
        **_top(row),
        "summary": queries.summary_of(row),
        "may_decide": decides and row.is_waiting,
    }
    return render(request, "visitation/amendments/amendment.html", context)


@page(P.QUEUE_READ)
@throttled("print")
def amendment_pdf(request: Request, pk: UUID) -> HttpResponse:
    """The same page to print; initials stand in it, no name. Printing it is logged."""
    row = find_amendment(request, pk)
    number = row.effort.application.number
    audit.log_access(AccessEntry.Kind.PRINT, number, by=request.user)
    content = paper.as_pdf(queries.summary_of(row))
    name = f"opfoelgning-{number}-{str(pk)[:8]}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@form_page(P.CASE_DECIDE)
def decide_amendment(request: Request, pk: UUID) -> HttpResponse:
    """Decide what is asked; unconfirmed, show what it would change of the pool."""
    row = find_amendment(request, pk)
    if not row.is_waiting:
        messages.info(request, "Udvalget har den ikke længere.")
        return redirect(row)

    grants = queries.grants_of(row.effort)
    standing = ways.standing_of(
        row.pupil_case, ways_rules.What.AMENDMENT, request.user
    )
    data = ways_pages.form_data(request, standing)
    form = forms.AmendmentForm(data, amendment=row, grants=grants)
    ways_pages.offer(form, request, standing)
    changes: list[decision_queries.YearChange] = []
    letters: list[trial.LetterToBe] = []
    if form.is_valid():
        # Before the act, which changes the grants.
        changes = _changes(form)
        is_confirmed = "confirmed" in request.POST
        subject = row.pupil_case if form.is_sent_round else row
        if is_confirmed and form.try_to(form.act(), subject, by=request.user):
            return _after_deciding(request, row, form)
        if not form.is_sent_round and not form.errors:
            letters = trial.letters_of(
                row.application, form.act(), row, by=request.user, **form.arguments()
            )

    audit.log_access(AccessEntry.Kind.VIEW, row.application.number, by=request.user)
    context = {
        **_top(row),
        "back_url": ways_pages.back_url(request, standing, row.get_absolute_url()),
        "standing": standing,
        "summary": queries.summary_of(row),
        "changes": changes,
        "letters": letters,
        "owed": decision_queries.sentences_of(changes),
        "stops": decision_queries.what_stops(changes),
        "may_confirm": form.is_bound and not form.errors,
        "taking_part": decision_queries.taking_part(row.application, request.user),
    }
    return show_form(request, "visitation/amendments/decide.html", form, context)


# -- what they have in common ----------------------------------------------------------------------
def _top(row: Amendment) -> dict[str, Any]:
    return {
        "amendment": row,
        "effort": row.effort,
        "application": row.application,
        "trail": [
            ("Visitation", reverse("visitation:queue")),
            ("Opfølgning", reverse("visitation:amendments")),
            (f"{row.application.number}, {row.effort.pupil_case.initials}", ""),
        ],
    }


def _changes(form: forms.AmendmentForm) -> list[decision_queries.YearChange]:
    """What the typed decision would change by year; nothing where it leaves all as it is."""
    outcome = form.cleaned_data["outcome"]
    if outcome == forms.Outcome.UNCHANGED:
        return []
    terms = None
    if outcome in rules.WITH_TERMS:
        terms = form.terms
    return queries.changes(form.grants, form.first_day, terms)


def _after_deciding(
    request: Request, row: Amendment, form: forms.AmendmentForm
) -> HttpResponse:
    decision: Any = form.outcome
    if isinstance(decision, WrittenRound):
        messages.success(request, ways_pages.receipt_of(decision))
        return redirect(decision)
    label = decision.get_outcome_display().lower()
    messages.success(
        request,
        f"Indsatsen for {row.pupil_case} er {label}. Skolen og PPR får besked med det samme.",
    )
    if decision.meeting and ways_pages.is_from_meeting(request):
        return redirect("visitation:meeting_mode", decision.meeting.pk)
    return redirect(row)


def _put_on(request: Request, form: forms.AgendaForm) -> None:
    """Put each on the agenda, each with its own result."""
    meeting = form.cleaned_data["meeting"]
    put_on = 0
    for row in form.cleaned_data["chosen"].select_related("pupil_case__application"):
        # A refusal rolls back to this one's savepoint; the others stand.
        try:
            agenda.add_amendment(meeting, row, by=request.user)
            put_on += 1
        except Refusal as refusal:
            messages.error(request, f"{row.application.number}: {refusal}")
    if put_on:
        meeting_day = day(timezone.localdate(meeting.starts_at))
        messages.success(
            request, f"{put_on} sat på dagsordenen for mødet {meeting_day}."
        )
