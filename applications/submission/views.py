"""The last step of an application: looking it through, submitting it, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from applications.dialogue import queries as dialogue
from applications.handover import actions as handover
from applications.handover.forms import HandBackForm, HandOverForm
from applications.models import Application
from applications.reading import next_meeting, same_child, way
from applications.reading import queries as reading
from applications.reading import rules as reading_rules
from applications.submission import actions, queries
from applications.submission.forms import WithdrawForm
from applications.writing.frame import own_application, show_step
from skolefleks.danish import day, moment
from skolefleks.forms import Form
from skolefleks.pages import (
    act,
    attempt,
    form_page,
    page,
    posted,
    show_form,
)
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.statemachine import can

# What happens after the submission, in its order.
READ_FIRST = (
    "Udvalgets sekretær læser ansøgningen. Mangler der noget, får I besked, "
    "og den åbnes igen for jer."
)
THEN_A_MEETING = (
    "Sagen kommer på et møde, hvor jeres repræsentant forelægger den, "
    "gerne sammen med PPR og sagsbehandleren."
)
THEN_A_DECISION = "Udvalget træffer en afgørelse for hver elev for sig."


@page(P.APPLICATION_WRITE)
def check(request: Request, number: str) -> HttpResponse:
    """What is missing, what is asked for, who answers for it, and the button that submits."""
    application = own_application(request, number)
    if not application.is_editable:
        return redirect(application)
    return _show_check(request, application)


@act(P.APPLICATION_SUBMIT)
def submit(request: Request, number: str) -> HttpResponse:
    """Hand the application to the committee, or show what is missing."""
    application = own_application(request, number)
    button = Form(request.POST)

    if button.try_to(actions.submit, application, by=request.user):
        return redirect("applications:receipt", number)
    return _show_check(request, application, button)


@page(P.APPLICATION_WRITE)
def receipt(request: Request, number: str) -> HttpResponse:
    """That it was submitted, and what happens now."""
    application = own_application(request, number)
    # Before it was submitted, and again when it was sent back, there is
    # nothing to confirm.
    handed_in_at = application.handed_in_at
    if application.is_editable or handed_in_at is None:
        return redirect("applications:check", number)

    submitted = moment(handed_in_at)
    # The deadline is kept by the first time: what was asked for since costs no place.
    first_sent_at = application.submitted_at or handed_in_at
    answer_on = day(queries.answer_expected_on(application))
    context = {
        "application": application,
        "way": way.way(application),
        "text": f"Den ligger nu hos kvalitetsudvalget. Indsendt {submitted}.",
        "next": [
            READ_FIRST,
            f"{THEN_A_MEETING} {next_meeting.for_sent_case(first_sent_at)}",
            f"{THEN_A_DECISION} Dets mål er, at I har svar senest {answer_on}.",
        ],
    }
    return render(request, "applications/submission/receipt.html", context)


@form_page(P.APPLICATION_SUBMIT)
def withdraw(request: Request, number: str) -> HttpResponse:
    """Take the application back; the committee is told why where it has had it."""
    application = own_application(request, number)
    # Before the act, which leaves every case withdrawn.
    was_challenge = application.is_challenge
    # A POST goes on: the act says why it is not possible any more.
    if application.granted:
        messages.info(request, reading_rules.INSTEAD_OF_WITHDRAWING)
        return redirect(application)
    if request.method != "POST" and not can(application, "withdraw", request.user):
        return redirect(application)

    form = WithdrawForm(posted(request), application=application)
    if form.try_to(actions.withdraw, application, by=request.user):
        outcome = "trukket tilbage"
        if was_challenge:
            outcome = "lukket"
        messages.success(request, f"{application.number} er {outcome}.")
        return redirect("applications:list")

    context = {"application": application}
    template = "applications/submission/withdraw.html"
    return show_form(request, template, form, context)


@act(P.APPLICATION_WRITE)
def hand_over(request: Request, number: str) -> HttpResponse:
    """Hand the application to the school leader, to be signed and submitted."""
    application = own_application(request, number)
    form = HandOverForm(request.POST)

    if form.try_to(handover.hand_over, application, by=request.user):
        messages.success(request, "Ansøgningen ligger nu hos skolelederen.")
        return redirect("applications:check", number)
    return _show_check(request, application, form)


@act(P.APPLICATION_SUBMIT)
def hand_back(request: Request, number: str) -> HttpResponse:
    """Hand it back to whoever wrote it, with what is to be changed."""
    application = own_application(request, number)
    form = HandBackForm(request.POST)

    if form.try_to(handover.hand_back, application, by=request.user):
        messages.success(request, "Ansøgningen er givet tilbage.")
        return redirect("applications:check", number)
    return _show_check(request, application, form)


@act(P.APPLICATION_WRITE)
def take_back(request: Request, number: str) -> HttpResponse:
    """Go on writing before the leader has answered."""
    application = own_application(request, number)
    attempt(
        request,
        handover.take_back,
        application,
        by=request.user,
        done="Ansøgningen er din igen.",
    )
    return redirect("applications:check", number)


def _show_check(
    request: Request, application: Application, refused: Form | None = None
) -> HttpResponse:
    """The last step's page; `refused` is the form that was refused."""
    draft = reading.WholeApplication(application)
    amounts = queries.amounts(draft.wishes)
    # The button that submits has no fields: its only error is the act's refusal.
    refusals = refused.non_field_errors() if refused else []

    last = application.hand_overs.select_related("handed_by", "answered_by").last()
    context = {
        "missing": draft.links(draft.missing),
        "advised": draft.links(draft.advised),
        "known": same_child.known_at_school(application, draft.pupil_cases),
        "years": amounts.years,
        "amounts": amounts.rows,
        "sums": amounts.sums,
        "total": amounts.total,
        "parts": queries.parts(draft),
        "papers": reading.papers_of_draft(application, request.user),
        "statements": dialogue.signed_statements(application),
        "leaders": reading.leaders_of(application.school_id),
        "may_submit": can(application, "submit", request.user),
        "handed": last,
        "hand_over_form": _form_or_new(refused, HandOverForm),
        "hand_back_form": _form_or_new(refused, HandBackForm),
        "refusal": refusals[0] if refusals else "",
        "next_meeting": next_meeting.for_new_case(),
    }
    template = "applications/submission/check.html"
    return show_step(request, draft, "check", context, template)


def _form_or_new(refused: Form | None, kind: type[Form]) -> Form:
    """What was sent, where it was this form; the other one stands empty beside it."""
    if isinstance(refused, kind):
        return refused
    return kind()
