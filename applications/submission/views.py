"""The school's side: its list of cases, the application step by step, and its acts. A foreign case is a 404."""

from __future__ import annotations

from datetime import timedelta

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from applications.models import Application
from applications.reading import queries as reading_queries
from applications.submission import forms
from applications.writing import actions as writing
from applications.writing.frame import own, sent, status, step_page
from skolefleks.danish import day, moment
from skolefleks.pages import act, form_page, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can


# -- the acts ---------------------------------------------------------------------------------------------------------
@page(P.APPLICATION_WRITE)
def check(request: Request, number: str) -> HttpResponse:
    """What is missing, what is asked for, who answers for it, and the button that submits."""
    application = own(request, number)
    return _check_page(request, application) if application.is_editable else redirect(application)


@act(P.APPLICATION_SUBMIT)
def submit(request: Request, number: str) -> HttpResponse:
    application = own(request, number)
    try:
        writing.submit(application, by=request.user)
    except Refusal as refusal:
        return _check_page(request, application, refusal)
    return redirect("applications:receipt", number)


@page(P.APPLICATION_WRITE)
def receipt(request: Request, number: str) -> HttpResponse:
    """That it was submitted, and what happens now."""
    application = own(request, number)
    if application.is_editable or application.submitted_at is None:
        return redirect("applications:check", number)
    answer = timezone.localdate(application.submitted_at) + timedelta(
        days=settings.WAITING_GOAL_DAYS
    )
    context = {
        "application": application,
        "way": reading_queries.way(application),
        "text": f"Den ligger nu hos kvalitetsudvalget. Indsendt {moment(application.submitted_at)}.",
        "next": [
            "Udvalgets sekretær læser ansøgningen. Mangler der noget, får I besked, og den åbnes igen for jer.",
            "Sagen kommer på et møde, hvor jeres repræsentant forelægger den, gerne sammen med PPR og sagsbehandleren.",
            f"Udvalget træffer en afgørelse for hver elev for sig. Dets mål er, at I har svar senest {day(answer)}.",
        ],
    }
    return render(request, "applications/submission/receipt.html", context)


@form_page(P.APPLICATION_SUBMIT)
def withdraw(request: Request, number: str) -> HttpResponse:
    """Take the application back; the committee is told why where it has had it."""
    application = own(request, number)
    was_challenge = application.is_challenge
    if request.method != "POST" and not can(application, "withdraw", request.user):
        return redirect(application)
    form = forms.WithdrawForm(sent(request), application=application)
    if request.method == "POST" and form.is_valid():
        try:
            writing.withdraw(application, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(
                request,
                f"{application.number} er {'lukket' if was_challenge else 'trukket tilbage'}.",
            )
            return redirect("applications:list")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "applications/submission/withdraw.html",
        {"form": form, "application": application},
        status=status(request),
    )


def _check_page(
    request: Request, application: Application, refusal: Refusal | None = None
) -> HttpResponse:
    draft = reading_queries.draft(application)
    wishes = draft.wishes
    years = sorted({year for wish in wishes for year in wish.parts})
    context = {
        "missing": draft.links(draft.missing),
        "advised": draft.links(draft.advised),
        "years": years,
        "amounts": [(wish, [(year, wish.amount_in(year)) for year in years]) for wish in wishes],
        "sums": [(year, sum(wish.amount_in(year) for wish in wishes)) for year in years],
        "total": sum(wish.total for wish in wishes),
        "leaders": reading_queries.leaders_of(application.school_id),
        "may_submit": can(application, "submit", request.user),
        "refusal": refusal,
    }
    return step_page(request, draft, "check", context, "applications/submission/check.html")
