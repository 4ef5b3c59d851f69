"""The case on one page, for the school, its advisers and the committee. It shows no decision."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications import queries
from applications import summary as one_page
from applications.models import Application
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed

if TYPE_CHECKING:
    from applications.queries import Draft


@allowed(P.CASE_READ)
@never_cache
@require_safe
def summary(request: Request, number: str) -> HttpResponse:
    draft = _read(request, number, AccessEntry.Kind.VIEW)
    told = one_page.summary(draft, queries.as_submitted(draft.application))
    context = {"application": draft.application, "summary": told}
    return render(request, "applications/summary.html", context)


@allowed(P.CASE_READ)
@never_cache
@require_safe
def summary_pdf(request: Request, number: str) -> HttpResponse:
    """The same page to print; initials stand in it, no name and no CPR number."""
    draft = _read(request, number, AccessEntry.Kind.PRINT)
    content = one_page.as_pdf(draft, queries.as_submitted(draft.application))
    headers = {"Content-Disposition": f'attachment; filename="resume-{number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _read(request: Request, number: str, kind: AccessEntry.Kind) -> Draft:
    cases = Application.objects.visible_to(request.user).marked_for(request.user)
    application = get_object_or_404(cases.select_related("school"), number=number)
    audit.access(kind, application.number, by=request.user)
    return queries.draft(application)
