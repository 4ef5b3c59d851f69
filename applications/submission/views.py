"""The last step of an application: looking it through, submitting it, and taking it back."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render

from applications.models import Application
from applications.reading import queries as reading
from applications.submission import actions, queries
from applications.submission.forms import WithdrawForm
from applications.writing.frame import own_application, show_step
from skolefleks.danish import day, moment
from skolefleks.forms import Form
from skolefleks.pages import act, form_page, page, posted, show_form
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
    answer_on = day(queries.answer_expected_on(application))
    context = {
        "application": application,
        "way": reading.way(application),
        "text": f"Den ligger nu hos kvalitetsudvalget. Indsendt {submitted}.",
        "next": [
            READ_FIRST,
            THEN_A_MEETING,
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


def _show_check(
    request: Request, application: Application, button: Form | None = None
) -> HttpResponse:
    """The last step's page; `button` is the submission that was refused."""
    draft = reading.WholeApplication(application)
    amounts = queries.amounts(draft.wishes)
    # A form without fields: its only error is the act's refusal.
    refusal = ""
    if button:
        refusal = str(button.non_field_errors()[0])

    context = {
        "missing": draft.links(draft.missing),
        "advised": draft.links(draft.advised),
        "years": amounts.years,
        "amounts": amounts.rows,
        "sums": amounts.sums,
        "total": amounts.total,
        "leaders": reading.leaders_of(application.school_id),
        "may_submit": can(application, "submit", request.user),
        "refusal": refusal,
    }
    template = "applications/submission/check.html"
    return show_step(request, draft, "check", context, template)
