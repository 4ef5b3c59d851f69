"""For the administrator and whoever is on duty: the access log, and whether the parts answer."""

from __future__ import annotations

import re
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from skolefleks import audit, outbox
from skolefleks.models import AccessEntry, User
from skolefleks.operations import health, queries
from skolefleks.pages import act, page
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, public

_CASE_NUMBER = re.compile(r"SF-[0-9]{4}-[0-9]{4,6}")


@page(P.ACCESS_LOG_READ)
def access_log(request: Request) -> HttpResponse:
    """Who saw which case, newest first; searched by case number."""
    entries = AccessEntry.objects.all()
    number = request.GET.get("sag", "").strip().upper()
    if number:
        entries = entries.filter(subject=number)
        _log_search(request, number)

    page = page_of(entries, request.GET, by="-id")
    people = User.objects.in_bulk({entry.user_id for entry in page.rows})
    rows = [(entry, people.get(entry.user_id)) for entry in page.rows]

    context = {"page": page, "rows": rows, "number": number}
    return render(request, "skolefleks/operations/access_log.html", context)


@page(P.MAIL_LOOK_AFTER)
def undelivered_mails(request: Request) -> HttpResponse:
    """The mails that did not arrive, newest first: given up, or still tried."""
    page = page_of(queries.undelivered(), request.GET, by="-created_at")
    rows = queries.with_receivers(page.rows)
    context = {"page": page, "rows": rows, "tries": settings.MAIL_TRIES}
    return render(request, "skolefleks/operations/undelivered_mails.html", context)


@act(P.MAIL_LOOK_AFTER)
def try_mail_again(request: Request, message: UUID) -> HttpResponse:
    """Have a mail sent anew, when its address is right again."""
    undelivered = get_object_or_404(queries.undelivered(), pk=message)
    outbox.try_again(undelivered, by=request.user)
    messages.success(request, "Mailen bliver prøvet igen.")
    return redirect("undelivered_mails")


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """All that is known, as JSON; 503 where nobody can work, 200 with warnings else."""
    report = health.report()
    return JsonResponse(report, status=_status(report["ok"]))


@public
@never_cache
@require_safe
def healthz_live(request: HttpRequest) -> JsonResponse:
    """That this process answers: nothing is asked."""
    return JsonResponse({"ok": True})


@public
@never_cache
@require_safe
def healthz_ready(request: HttpRequest) -> JsonResponse:
    """Whether people can work here."""
    ready = health.readiness()
    is_ready = all(ready.values())
    return JsonResponse({**ready, "ok": is_ready}, status=_status(is_ready))


def _status(is_well: bool) -> int:
    if is_well:
        return 200
    return 503


def _log_search(request: Request, number: str) -> None:
    subject = ""
    # What is no case number may be about a person, and this log is kept for ever.
    if _CASE_NUMBER.fullmatch(number):
        subject = number
    audit.log_access(AccessEntry.Kind.SEARCH, subject, by=request.user)
