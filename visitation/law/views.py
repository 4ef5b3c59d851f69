"""What a case is in law, and the hearing of the party."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, may, require
from skolefleks.refusals import Refusal
from visitation.law import actions, forms, queries
from visitation.law import rules as law_texts
from visitation.models import Classification, Hearing
from visitation.pages import find
from visitation.pages.tabs import tabs_of
from visitation.recusals import rules as recusal_rules


@form_page(P.QUEUE_READ)
def classification(request: Request, number: str) -> HttpResponse:
    """What the case is in law, by whom and why; the hearings; and the form to set it, for those who may."""
    application = find.reviewable(request, number)
    if request.method == "POST":
        require(request.user, P.CASE_CLASSIFY, at=application)
    form = forms.ClassificationForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        kind = Classification.Kind(form.cleaned_data["kind"])
        actions.classify(application, kind, reason=form.cleaned_data["reason"], by=request.user)
        messages.success(
            request, f"Sagens retlige karakter er fastsat: {kind.label}. Det står i sagens journal."
        )
        return redirect("classification", number)
    audit.access(AccessEntry.Kind.VIEW, number, by=request.user)
    said, texts = queries.classifications(application), law_texts.texts()
    kind = queries.kind_of(application)
    context = {
        "application": application,
        "tabs": tabs_of(application, request.user, "classification"),
        "kind": kind.label,
        "newest": said[0] if said else None,
        "earlier": said[1:],
        "hearings": queries.hearings(application),
        "lacking": queries.unheard(application),
        "texts": texts,
        "text": texts.kinds[kind],
        "form": form,
        "may_set": may(request.user, P.CASE_CLASSIFY, at=application),
    }
    return render(
        request, "visitation/law/classification.html", context, status=422 if form.errors else 200
    )


@form_page(P.CASE_CLASSIFY)
def hearing(request: Request, number: str) -> HttpResponse:
    """Note that the party is heard."""
    application = find.reviewable(request, number)
    form = forms.HearingForm(
        request.POST if request.method == "POST" else None,
        instance=Hearing(application=application),
    )
    if request.method == "POST" and form.is_valid():
        actions.note_hearing(form.instance, by=request.user)
        messages.success(request, "Partshøringen er noteret. Skriv svaret ind her, når det kommer.")
        return redirect("classification", number)
    audit.access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"application": application, "form": form, "texts": law_texts.texts()}
    return render(
        request, "visitation/law/hearing.html", context, status=422 if form.errors else 200
    )


@form_page(P.CASE_CLASSIFY)
def hearing_answer(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Note what the party answered."""
    application = find.reviewable(request, number)
    heard = get_object_or_404(Hearing, application=application, answered_on__isnull=True, pk=pk)
    heard.application = application
    form = forms.HearingAnswerForm(
        request.POST if request.method == "POST" else None, hearing=heard
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.note_answer(heard, **form.cleaned_data, by=request.user)
            messages.success(request, "Svaret på partshøringen er noteret.")
            return redirect("classification", number)
        except recusal_rules.Recused:
            raise
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    audit.access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {"application": application, "hearing": heard, "form": form}
    return render(
        request, "visitation/law/hearing_answer.html", context, status=422 if form.errors else 200
    )
