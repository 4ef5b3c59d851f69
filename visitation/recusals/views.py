"""Who may not judge a case: declared by oneself, set, settled and lifted for others."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from applications.models import Application, Recusal
from skolefleks import audit
from skolefleks.models import AccessEntry, User
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may
from visitation.law import rules as law_texts
from visitation.pages import find
from visitation.recusals import actions, forms, queries

How = forms.RecuseForm.How

# What the page says when it is done: of whom, and in which case.
RECEIPTS = {
    How.SET: "{} er nu erklæret inhabil i {}. Sagen er lukket for personen.",
    How.OUT: (
        "Udvalgets afgørelse er noteret: {} er inhabil i {}."
        " Sagen er lukket for personen."
    ),
    How.IN: "Udvalgets afgørelse er noteret: {} er ikke inhabil i {}.",
}


@form_page(P.QUEUE_READ)
def impartiality(request: Request, number: str) -> HttpResponse:
    """Declare oneself disqualified. Chair and secretary also see who else is.

    Reading it is logged: a reason may tell of the child's family.
    """
    application = find.reviewable(request, number)
    form = forms.DeclareForm(posted(request))

    if form.try_to(actions.declare, application, by=request.user):
        messages.success(
            request,
            f"Du er meldt inhabil i {number}. Sagen er nu lukket for dig.",
        )
        return redirect("visitation:queue")

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "application": application,
        "texts": law_texts.texts(),
        "standing": law_texts.standing(*law_texts.DISQUALIFICATION),
        "may_set": may(request.user, P.RECUSAL_SET, at=application),
    }
    if context["may_set"]:
        context["overview"] = queries.overview(application)
    return show_form(request, "visitation/recusals/impartiality.html", form, context)


@form_page(P.RECUSAL_SET)
def recuse(request: Request, number: str) -> HttpResponse:
    """Close the case to another, or write down what the committee settled."""
    application = find.reviewable(request, number)
    # For oneself one declares.
    others = queries.judges().exclude(pk=request.user.pk)
    form = forms.RecuseForm(posted(request), people=others)

    if form.try_to(record, application, by=request.user):
        messages.success(request, form.outcome)
        return redirect("impartiality", number)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"application": application, "texts": law_texts.texts()}
    return show_form(request, "visitation/recusals/recuse.html", form, context)


def record(
    application: Application,
    *,
    person: User,
    how: How,
    reason: str,
    by: User,
) -> str:
    """Do what was decided, by its act, and return the sentence that says so."""
    if how == How.SET:
        actions.set_recusal(application, person, reason=reason, by=by)
    else:
        is_out = how == How.OUT
        actions.settle(
            application,
            person,
            is_disqualified=is_out,
            reason=reason,
            by=by,
        )
    return RECEIPTS[how].format(person, application.number)


@form_page(P.RECUSAL_SET)
def lift_recusal(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Open the case to somebody again, with a reason."""
    application = find.reviewable(request, number)
    standing = Recusal.objects.filter(application=application, lifted_at__isnull=True)
    recusal = get_object_or_404(standing.select_related("user", "set_by"), pk=pk)
    # The row that is marked for the person.
    recusal.application = application
    form = forms.LiftForm(posted(request))

    if form.try_to(actions.lift_recusal, recusal, by=request.user):
        messages.success(
            request,
            f"{recusal.user} er ikke længere inhabil i {number} og kan se sagen igen.",
        )
        return redirect("impartiality", number)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"application": application, "recusal": recusal}
    return show_form(request, "visitation/recusals/lift_recusal.html", form, context)
