"""The case's own page, its whole way."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.lifecycle import Status
from applications.reading import queries as reading_queries
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, form_page, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can
from visitation.cases import actions, forms, queries
from visitation.pages import find
from visitation.pages.tabs import tabs_of
from visitation.queue.choosing import kept, place_of
from visitation.recusals import rules as recusal_rules


@page(P.CASE_READ)
def case(request: Request, number: str) -> HttpResponse:
    """One case, its whole way. Reading it is logged."""
    application = find.readable(request, number)
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    file = queries.case_file(application)
    submitted = reading_queries.as_submitted(application)
    decides = application.is_reviewable and may(request.user, P.CASE_DECIDE, at=application)
    context = {
        "file": file,
        "application": application,
        "way": _way(file),
        "submitted": submitted,
        "asked": queries.asked_on_case(file, submitted),
        "may_decide": decides and application.status == Status.SUBMITTED,
        "may_undo": decides,  # in a case that was withdrawn meanwhile too: its money must come free
        "may_send_back": application.is_reviewable and can(application, "send_back", request.user),
        "may_release": application.is_reviewable and can(application, "close", request.user),
        "may_edit": application.is_editable
        and may(request.user, P.APPLICATION_WRITE, at=application),
        "may_talk": may(request.user, P.DIALOGUE_WRITE, at=application),
        "may_state": may(request.user, P.STATEMENT_WRITE, at=application),
        "may_withdraw": can(application, "withdraw", request.user),
        "may_invite": may(request.user, P.ADVISER_INVITE, at=application),
        "may_mark": application.is_reviewable and application.status == Status.SUBMITTED,
        "read_at": find.read_at(application),
        "kept": kept(request),
        "place": place_of(request, application),
        "tabs": tabs_of(application, request.user, "case", kept(request)),
    }
    return render(request, "visitation/cases/case.html", context)


@page(P.CASE_READ)
def events(request: Request, number: str) -> HttpResponse:
    """What has happened, newest first: fetched by the case page once it stands, or a page of its own."""
    application = find.readable(request, number)
    template = (
        "components/timeline.html"
        if request.headers.get("HX-Request")
        else "visitation/cases/events.html"
    )
    return render(
        request, template, {"application": application, "events": queries.events(application)}
    )


@page(P.CASE_READ)
def changes(request: Request, number: str) -> HttpResponse:
    """What is different between the times the case was submitted; and, for the school, what it has written since."""
    application = find.readable(request, number)
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    at_school = (
        may(request.user, P.APPLICATION_WRITE, at=application) and not application.is_reviewable
    )
    context = {
        "application": application,
        "rounds": queries.rounds(application, with_draft=at_school),
    }
    return render(request, "visitation/cases/changes.html", context)


@act(P.CASE_READ)
def reveal_cpr(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Show one CPR number whole, and log it."""
    application = find.readable(request, number)
    case = get_object_or_404(
        application.pupil_cases.select_related("pupil"), pk=pupil, pupil__isnull=False
    )
    audit.access(AccessEntry.Kind.REVEAL, application.number, by=request.user)
    return render(request, "visitation/cases/cpr.html", {"application": application, "case": case})


def _way(file: queries.CaseFile) -> list[tuple[str, str]]:
    """Where the case is on the way Udfordring - Ansøgning - Visitation - Indsats - Opfølgning."""
    names = ("Udfordring", "Ansøgning", "Visitation", "Indsats", "Opfølgning")
    status = file.application.status
    here = (
        0 if status == Status.CHALLENGE else 1 if status in (Status.DRAFT, Status.SENT_BACK) else 2
    )
    if status == Status.CLOSED and file.is_granted:
        here = 3
    return [
        (name, "done" if i < here else "current" if i == here else "ahead")
        for i, name in enumerate(names)
    ]


@form_page(P.APPLICATION_SCREEN)
def send_back(request: Request, number: str) -> HttpResponse:
    """Ask the school for what is missing, beside what it wrote. Reading it is logged."""
    application = find.reviewable(request, number)
    form = forms.NoteForm(request.POST or None, places=reading_queries.draft(application).places)
    if request.method == "POST" and form.is_valid():
        try:
            actions.send_back(
                application, note=form.cleaned_data["note"], asks=form.asks, by=request.user
            )
            messages.success(
                request, "Sagen er sendt tilbage til skolen med jeres spørgsmål. Skolen får besked."
            )
            return redirect(application)
        except recusal_rules.Recused:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    audit.access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"form": form, "forms": [form], "application": application}
    return render(
        request, "visitation/cases/send_back.html", context, status=422 if form.errors else 200
    )
