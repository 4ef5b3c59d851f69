"""The school's side: its list of cases, the application step by step, and its acts. A foreign case is a 404."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from applications import actions, forms, queries
from applications.models import Application, PupilCase
from applications.views.frame import own, page, sent, status
from skolefleks.danish import day
from skolefleks.idempotency import once
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can
from skolefleks.templatetags.skolefleks import moment

_PAGE = ["GET", "HEAD", "POST"]


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def new(request: Request) -> HttpResponse:
    """Open a draft; asks for the school where one works at several."""
    schools = queries.own_schools(request.user)
    form = forms.NewForm(sent(request), schools=schools)
    if request.method == "POST" and form.is_valid():
        school = next(school for school in schools if form.cleaned_data.get("school", school.pk) == school.pk)
        return redirect("applications:pupils", actions.start(school=school, by=request.user).number)
    return render(request, "applications/new.html", {"form": form, "schools": schools}, status=status(request))


# -- the steps --------------------------------------------------------------------------------------------------------


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_safe
def pupils(request: Request, number: str) -> HttpResponse:
    """The pupils as cards with what each still lacks, and the advisers of the case."""
    application = own(request, number)
    return _pupils_page(request, application) if application.is_editable else redirect(application)


@allowed(P.APPLICATION_WRITE)
@require_POST
@once
def add_pupil(request: Request, number: str) -> HttpResponse:
    application = own(request, number)
    try:
        return redirect("applications:pupil", number, actions.add_pupil(application, by=request.user).pk)
    except Refusal as refusal:
        return _pupils_page(request, application, refusal)


@allowed(P.APPLICATION_WRITE)
@require_POST
@once
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


# -- the acts ---------------------------------------------------------------------------------------------------------


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_safe
def check(request: Request, number: str) -> HttpResponse:
    """What is missing, what is asked for, who answers for it, and the button that submits."""
    application = own(request, number)
    return _check_page(request, application) if application.is_editable else redirect(application)


@allowed(P.APPLICATION_SUBMIT)
@require_POST
@once
def submit(request: Request, number: str) -> HttpResponse:
    application = own(request, number)
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
    application = own(request, number)
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
            f"Udvalget træffer en afgørelse for hver elev for sig. Dets mål er, at I har svar senest {day(answer)}.",
        ],
    }
    return render(request, "applications/receipt.html", context)


@allowed(P.APPLICATION_SUBMIT)
@never_cache
@require_http_methods(_PAGE)
@once
def withdraw(request: Request, number: str) -> HttpResponse:
    """Take the application back; the committee is told why where it has had it."""
    application = own(request, number)
    was_challenge = application.is_challenge
    if request.method != "POST" and not can(application, "withdraw", request.user):
        return redirect(application)
    form = forms.WithdrawForm(sent(request), application=application)
    if request.method == "POST" and form.is_valid():
        try:
            actions.withdraw(application, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(request, f"{application.number} er {'lukket' if was_challenge else 'trukket tilbage'}.")
            return redirect("applications:list")
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(
        request, "applications/withdraw.html", {"form": form, "application": application}, status=status(request)
    )


@allowed(P.ADVISER_INVITE)
@never_cache
@require_http_methods(_PAGE)
@once
def invite(request: Request, number: str) -> HttpResponse:
    """Give an adviser the right to read this one case."""
    application = own(request, number)
    invited, others = queries.advisers_of(application)
    form = forms.InviteForm(sent(request), advisers=others)
    if request.method == "POST" and form.is_valid():
        adviser = next(held.user for held in others if held.user_id == form.cleaned_data["adviser"])
        try:
            actions.invite(application, adviser=adviser, by=request.user)
            messages.success(request, f"{adviser.name} er inviteret og kan nu læse sagen.")
            return redirect("applications:pupils", number)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {"form": form, "application": application, "invited": invited}
    return render(request, "applications/invite.html", context, status=status(request))


# -- pages that several answer with -----------------------------------------------------------------------------------


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
    return page(request, draft, "pupils", context, "applications/pupils.html")


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
    return page(request, draft, "check", context, "applications/check.html")
