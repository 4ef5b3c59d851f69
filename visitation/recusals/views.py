"""Who may not judge a case: saying so of oneself before it is opened; setting, settling and lifting it for others."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.models import Recusal
from skolefleks.models import User
from skolefleks.pages import form_page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from skolefleks.refusals import Refusal
from visitation.law import rules as law_texts
from visitation.pages import find
from visitation.recusals import actions, forms, queries, rules

if TYPE_CHECKING:
    from applications.models import Application


How = forms.RecuseForm.How


SAID = {
    How.SET: "{} er nu sat som inhabil i {}. Sagen er lukket for personen.",
    How.OUT: "Udvalgets afgørelse er noteret: {} er inhabil i {}. Sagen er lukket for personen.",
    How.IN: "Udvalgets afgørelse er noteret: {} er ikke inhabil i {}.",
}


@form_page(P.QUEUE_READ)
def impartiality(request: Request, number: str) -> HttpResponse:
    """Declare oneself disqualified. The page tells no more of the case than the list does, so opening it is no reading;
    chair and secretary also see who is out.
    """
    application = find.reviewable(request, number)
    form = forms.DeclareForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        actions.declare(application, reason=form.reason, by=request.user)
        messages.success(request, f"Du er meldt inhabil i {number}. Sagen er nu lukket for dig.")
        return redirect("visitation:queue")
    may_set = may(request.user, P.RECUSAL_SET, at=application)
    out, lifted = queries.out_of(application) if may_set else ([], [])
    context = {
        "application": application,
        "form": form,
        "texts": law_texts.texts(),
        "may_set": may_set,
    }
    context |= {"out": out, "lifted": lifted}
    return render(
        request,
        "visitation/recusals/impartiality.html",
        context,
        status=422 if form.errors else 200,
    )


@form_page(P.RECUSAL_SET)
def recuse(request: Request, number: str) -> HttpResponse:
    """Close the case to another, or write down what the committee settled."""
    application = find.reviewable(request, number)
    people = queries.judges().exclude(pk=request.user.pk)
    form = forms.RecuseForm(request.POST if request.method == "POST" else None, people=people)
    if request.method == "POST" and form.is_valid():
        try:
            messages.success(request, _settled(application, form, by=request.user))
            return redirect("impartiality", number)
        except rules.Recused:
            raise
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    context = {"application": application, "form": form, "texts": law_texts.texts()}
    return render(
        request, "visitation/recusals/recuse.html", context, status=422 if form.errors else 200
    )


@form_page(P.RECUSAL_SET)
def lift_recusal(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Open the case to somebody again, with a reason."""
    application = find.reviewable(request, number)
    recusal = get_object_or_404(
        Recusal.objects.select_related("user", "set_by"),
        application=application,
        lifted_at__isnull=True,
        pk=pk,
    )
    recusal.application = application
    form = forms.LiftForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.lift_recusal(recusal, reason=form.cleaned_data["reason"], by=request.user)
            messages.success(
                request, f"{recusal.user} er ikke længere inhabil i {number} og kan se sagen igen."
            )
            return redirect("impartiality", number)
        except rules.Recused:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"application": application, "recusal": recusal, "form": form}
    return render(
        request,
        "visitation/recusals/lift_recusal.html",
        context,
        status=422 if form.errors else 200,
    )


def _settled(application: Application, form: forms.RecuseForm, *, by: User) -> str:
    """Do what the form says; the sentence that says so."""
    how, reason = How(form.cleaned_data["how"]), form.cleaned_data["reason"]
    person = User.objects.get(pk=form.cleaned_data["person"])
    if how == How.SET:
        actions.set_recusal(application, person, reason=reason, by=by)
    else:
        actions.settle(application, person, is_disqualified=how == How.OUT, reason=reason, by=by)
    return SAID[how].format(person, application.number)
