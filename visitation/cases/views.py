"""The case's own page, its whole way."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render

from applications.lifecycle import Status
from applications.reading import queries as reading_queries
from applications.reading import rules as reading_rules
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, form_page, page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from skolefleks.statemachine import can
from skolefleks.throttles import throttled
from visitation.agenda import rules as agenda_rules
from visitation.cases import (
    actions,
    differences,
    earlier,
    forms,
    queries,
    timeline,
    way,
)
from visitation.pages import find
from visitation.pages.tabs import tabs_of
from visitation.queue.choosing import place_of, queue_suffix

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


@page(P.CASE_READ)
def case(request: Request, number: str) -> HttpResponse:
    """One case, its whole way. Reading it is logged."""
    application = find.readable(request, number)
    # Before anything is read: without its line in the log no page is shown.
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)

    file = queries.case_file(application)
    submitted = reading_queries.submitted_blocks(application)
    suffix = queue_suffix(request)
    context = {
        **what_may_be_done(application, request.user),
        "file": file,
        "application": application,
        "way": way.way_of(file),
        "submitted": submitted,
        "open_questions": queries.open_questions(file, submitted),
        "read_at": find.read_at(application),
        "wait": _wait_shown(application),
        "is_late": _came_late(application),
        "queue_suffix": suffix,
        "place": place_of(request, application),
        "tabs": tabs_of(application, request.user, "case", suffix),
    }
    return render(request, "visitation/cases/case.html", context)


def _wait_shown(application: Application) -> reading_rules.Wait | None:
    """How long it has waited, while it does."""
    if application.status in {Status.SUBMITTED, Status.SENT_BACK}:
        return reading_rules.wait_of(application)
    return None


def _came_late(application: Application) -> bool:
    """Whether it is on an agenda that it came in too late for."""
    # Annotated by `readable`, and no field of the model.
    marked: Any = application
    return agenda_rules.is_after(application, marked.case_deadline)


def what_may_be_done(application: Application, user: User) -> dict[str, bool]:
    """Which buttons the case page has for `user`. The case is marked for them."""
    # The rights of the committee's roles are held over all cases. That the person
    # is not disqualified in this one is what `is_reviewable` says, and each of
    # them needs it.
    is_reviewable = application.is_reviewable
    is_submitted = application.status == Status.SUBMITTED
    decides = is_reviewable and may(user, P.CASE_DECIDE, at=application)
    writes = may(user, P.APPLICATION_WRITE, at=application)
    return {
        "may_decide": decides and is_submitted,
        # In a case that was withdrawn meanwhile too: its money must come free.
        "may_undo": decides,
        "may_send_back": is_reviewable and can(application, "send_back", user),
        "may_release": is_reviewable and can(application, "close", user),
        "may_write": writes,
        "may_edit": writes and application.is_editable,
        "may_talk": may(user, P.DIALOGUE_WRITE, at=application),
        "may_state": may(user, P.STATEMENT_WRITE, at=application),
        "may_withdraw": can(application, "withdraw", user) and not application.granted,
        "may_copy": writes and reading_rules.may_be_copied(application),
        "is_own_grant": writes and bool(application.granted),
        "may_invite": may(user, P.ADVISER_INVITE, at=application),
        "may_mark": is_reviewable and is_submitted,
    }


@page(P.CASE_READ)
def events(request: Request, number: str) -> HttpResponse:
    """What has happened, newest first: a page, or the part that the case page fetches."""
    application = find.readable(request, number)
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    template = "visitation/cases/events.html"
    if request.headers.get("HX-Request"):
        template = "components/timeline.html"

    context = {
        "application": application,
        "events": timeline.events(application),
    }
    return render(request, template, context)


@page(P.QUEUE_READ)
def earlier_cases(request: Request, number: str) -> HttpResponse:
    """What was decided for the pupils elsewhere: a page, or the part that others fetch."""
    application = find.reviewable(request, number)
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    template = "visitation/cases/earlier_cases.html"
    if request.headers.get("HX-Request"):
        template = "visitation/cases/_earlier.html"

    decisions = earlier.earlier_decisions(application, request.user)
    context = {"application": application, "decisions": decisions}
    return render(request, template, context)


@page(P.CASE_READ)
def changes(request: Request, number: str) -> HttpResponse:
    """What is different between the times the case was submitted.

    The school also sees what it has written since. Reading it is logged.
    """
    application = find.readable(request, number)
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)

    writes = may(request.user, P.APPLICATION_WRITE, at=application)
    is_of_school = writes and not application.is_reviewable
    rounds = differences.rounds(application, with_draft=is_of_school)
    context = {"application": application, "rounds": rounds}
    return render(request, "visitation/cases/changes.html", context)


@act(P.CASE_READ)
@throttled("cpr")
def reveal_cpr(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Show one CPR number whole, and log it."""
    application = find.readable(request, number)
    pupil_case = find.pupil_of(application, pupil)
    # A pupil without a CPR number yet has nothing to be shown.
    if pupil_case.pupil is None:
        raise Http404
    audit.log_access(AccessEntry.Kind.REVEAL, application.number, by=request.user)

    context = {"application": application, "pupil_case": pupil_case}
    return render(request, "visitation/cases/cpr.html", context)


@form_page(P.APPLICATION_SCREEN)
def send_back(request: Request, number: str) -> HttpResponse:
    """Ask the school for what is missing, beside what it wrote. Reading it is logged."""
    application = find.reviewable(request, number)
    places = reading_queries.WholeApplication(application).places
    form = forms.NoteForm(posted(request), places=places)

    if form.try_to(actions.send_back, application, by=request.user):
        messages.success(
            request,
            "Sagen er sendt tilbage til skolen med jeres spørgsmål. Skolen får besked.",
        )
        return redirect(application)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"forms": [form], "application": application}
    return show_form(request, "visitation/cases/send_back.html", form, context)
