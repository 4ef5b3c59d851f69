"""An adviser's own statement: written in peace, saved while typing, then signed. A foreign case is a 404."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from applications import actions, forms, queries
from applications.models import Application, Statement
from applications.views.frame import sent, status
from applications.views.saving import AUTOSAVE, Written, autosaved, with_theirs
from skolefleks import audit
from skolefleks.idempotency import once
from skolefleks.models import AccessEntry
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence


@allowed(P.STATEMENT_WRITE)
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@once
def statement(request: Request, number: str) -> HttpResponse:
    """Shown, kept as a draft by button or while typing, or signed."""
    application = _invited_to(request, number)
    draft = Statement.objects.filter(application=application, written_by=request.user, signed_at__isnull=True).first()
    form = forms.StatementForm(sent(request), draft=draft)
    if request.POST.get("then") == AUTOSAVE:
        return _autosaved(request, application, form)
    conflicts: Sequence[Any] = ()
    written = Written(form)
    if taken := request.POST.get("theirs"):
        with_theirs(written, taken)
    elif request.method == "POST" and written.is_valid() and not (conflicts := written.merge()):
        try:
            return _stored(request, application, form)
        except Refusal as refusal:
            form.add_error(refusal.field, str(refusal))
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    context = {
        "application": application,
        "form": form,
        "draft": draft,
        "conflicts": conflicts,
        "capacity": application.invitations.get(user=request.user).get_capacity_display(),
        "statements": queries.signed_statements(application),
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
    }
    return render(request, "applications/statement.html", context, status=409 if conflicts else status(request))


def _invited_to(request: Request, number: str) -> Application:
    """The case of that number that one is invited to; held by a POST until it is done."""
    cases = Application.objects.visible_to(request.user).select_related("school")
    if request.method == "POST":
        cases = cases.select_for_update(no_key=True, of=("self",))
    return get_object_or_404(cases, number=number, invitations__user=request.user)


def _autosaved(request: Request, application: Application, form: forms.StatementForm) -> JsonResponse:
    def store(_: Written) -> None:
        statement = form.instance
        actions.write_statement(application, text=statement.text, key=statement.pk, by=request.user)

    return JsonResponse(autosaved(request, Written(form), store))


def _stored(request: Request, application: Application, form: forms.StatementForm) -> HttpResponse:
    own = {"text": form.instance.text, "key": form.instance.pk, "by": request.user}
    if request.POST.get("then") != "sign":
        actions.write_statement(application, **own)
        messages.success(request, "Kladden er gemt. Kun du kan se den.")
        return redirect("applications:statement", application.number)
    actions.sign(application, **own)
    messages.success(request, "Udtalelsen er underskrevet. Skolen kan læse den nu, og udvalget, når det har sagen.")
    return redirect("applications:dialogue", application.number)
