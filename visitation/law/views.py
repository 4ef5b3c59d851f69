"""What a case is in law, and the hearing of the party."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may, require
from visitation.law import actions, forms, queries, rules
from visitation.models import Hearing
from visitation.pages import find
from visitation.pages.tabs import tabs_of


@form_page(P.QUEUE_READ)
def classification(request: Request, number: str) -> HttpResponse:
    """What the case is in law, by whom and why; its hearings; and the form, for those who may."""
    application = find.reviewable(request, number)
    # The whole committee reads the page; chair and secretary send it.
    if request.method == "POST":
        require(request.user, P.CASE_CLASSIFY, at=application)

    form = forms.ClassificationForm(posted(request))
    if form.try_to(actions.classify, application, by=request.user):
        kind = form.cleaned_data["kind"]
        messages.success(
            request,
            f"Sagens retlige karakter er fastsat: {kind.label}. Det står i sagens journal.",
        )
        return redirect("classification", number)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    classifications = queries.classifications(application)
    kind = queries.kind_of(application)
    hearings = queries.hearings(application)
    context = {
        "application": application,
        "tabs": tabs_of(application, request.user, "classification"),
        "kind": kind.label,
        "newest": None,
        "earlier": classifications[1:],
        "hearings": hearings,
        "missing": rules.missing_hearing(kind, hearings),
        "standing": rules.standing(*rules.keys_of(kind)),
        "text": rules.texts().kinds[kind],
        "may_set": may(request.user, P.CASE_CLASSIFY, at=application),
    }
    # None yet: then it is the municipality's setting that counts.
    if classifications:
        context["newest"] = classifications[0]
    return show_form(request, "visitation/law/classification.html", form, context)


@form_page(P.CASE_CLASSIFY)
def hearing(request: Request, number: str) -> HttpResponse:
    """Note that the party is heard."""
    application = find.reviewable(request, number)

    form = forms.HearingForm(posted(request))
    if form.try_to(actions.note_hearing, application, by=request.user):
        messages.success(
            request, "Partshøringen er noteret. Skriv svaret ind her, når det kommer."
        )
        return redirect("classification", number)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "application": application,
        "texts": rules.texts(),
        "standing": rules.standing(rules.HEARING),
    }
    return show_form(request, "visitation/law/hearing.html", form, context)


@form_page(P.CASE_CLASSIFY)
def hearing_answer(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Note what the party answered."""
    application = find.reviewable(request, number)
    # An answer is final, so an answered hearing has no page.
    unanswered = Hearing.objects.filter(
        application=application, answered_on__isnull=True
    )
    hearing = get_object_or_404(unanswered, pk=pk)
    # Found already: it is not read again.
    hearing.application = application

    form = forms.HearingAnswerForm(posted(request), hearing=hearing)
    if form.try_to(actions.note_answer, hearing, by=request.user):
        messages.success(request, "Svaret på partshøringen er noteret.")
        return redirect("classification", number)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"application": application, "hearing": hearing}
    return show_form(request, "visitation/law/hearing_answer.html", form, context)
