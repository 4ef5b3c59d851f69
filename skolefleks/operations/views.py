"""For the administrator and whoever is on duty: the access log, and whether the parts answer."""

from __future__ import annotations

import re

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from skolefleks import audit
from skolefleks.models import AccessEntry, User
from skolefleks.operations import health
from skolefleks.pages import page
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, public

_CASE_NUMBER = re.compile(r"SF-[0-9]{4}-[0-9]{4,6}")


@page(P.ACCESS_LOG_READ)
def access_log(request: Request) -> HttpResponse:
    """Who saw which case, newest first; searched by case number."""
    entries = AccessEntry.objects.all()
    number = request.GET.get("sag", "").replace("\x00", "").strip().upper()
    if number:
        entries = entries.filter(subject=number)
        _log_search(request, number)

    page = page_of(entries, request.GET, by="-id")
    people = User.objects.in_bulk({entry.user_id for entry in page.rows})
    rows = [(entry, people.get(entry.user_id)) for entry in page.rows]

    context = {"page": page, "rows": rows, "number": number}
    return render(request, "skolefleks/operations/access_log.html", context)


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """The health of the parts as JSON; 503 where one of them does not answer."""
    report = health.report()
    status = 503
    if report["ok"]:
        status = 200
    return JsonResponse(report, status=status)


def _log_search(request: Request, number: str) -> None:
    subject = ""
    # What is no case number may be about a person, and this log is kept for ever.
    if _CASE_NUMBER.fullmatch(number):
        subject = number
    audit.log_access(AccessEntry.Kind.SEARCH, subject, by=request.user)
