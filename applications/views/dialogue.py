"""The dialogue of a case between school and advisers. A foreign case is a 404."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from applications import actions, forms, queries
from applications.models import Application, DialogueEntry
from skolefleks import audit
from skolefleks.idempotency import once
from skolefleks.models import AccessEntry
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed, may
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from django import forms as django_forms

_PAGE = ["GET", "HEAD", "POST"]


@allowed(P.DIALOGUE_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def dialogue(request: Request, number: str) -> HttpResponse:
    """Everything said on the case, the statements, and a form to add to it."""
    application = _of_dialogue(request, number)
    form = forms.EntryForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.write_entry(application, form.said, by=request.user)
            messages.success(request, "Det er gemt, og de andre på sagen får besked.")
            return redirect("applications:dialogue", number)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    at_school = may(request.user, P.APPLICATION_WRITE, application)
    context = {
        "application": application,
        "form": form,
        "way": queries.way(application),
        "threads": queries.dialogue(application),
        "statements": queries.signed_statements(application),
        "awaited": queries.awaited_statements(application),
        "at_school": at_school,
        "may_state": application.has_invited(request.user) and may(request.user, P.STATEMENT_WRITE, application),
    }
    return render(request, "applications/dialogue.html", context, status=_status(form))


@allowed(P.DIALOGUE_WRITE)
@never_cache
@require_http_methods(_PAGE)
@once
def correct(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Put right what one wrote oneself; it stays as it was, and the correction stands beneath it."""
    entry = _entry(request, number, pk)
    if entry.written_by_id != request.user.pk:
        raise Http404
    form = forms.CorrectionForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            actions.correct(entry, text=form.cleaned_data["text"], by=request.user)
            messages.success(request, "Rettelsen er gemt.")
            return redirect("applications:dialogue", number)
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    context = {"application": entry.application, "entry": entry, "form": form}
    return render(request, "applications/correct.html", context, status=_status(form))


@allowed(P.APPLICATION_WRITE)
@require_POST
@once
def share(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Let the committee read one entry."""
    entry = _entry(request, number, pk)
    try:
        actions.share(entry, by=request.user)
        messages.success(request, "Udvalget kan læse det, når det har sagen.")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("applications:dialogue", number)


def _of_dialogue(request: Request, number: str) -> Application:
    """A case whose dialogue one takes part in: of one's own school, or one that one is invited to."""
    application = get_object_or_404(
        Application.objects.visible_to(request.user).select_related("school"), number=number
    )
    if not may(request.user, P.DIALOGUE_WRITE, application):
        raise Http404
    return application


def _entry(request: Request, number: str, pk: UUID) -> DialogueEntry:
    application = _of_dialogue(request, number)
    entry = get_object_or_404(application.dialogue.select_related("corrects"), pk=pk)
    entry.application = application
    return entry


def _status(form: django_forms.Form) -> int:
    """A form that comes back was refused."""
    return 422 if form.is_bound else 200
