"""The ground floor's own pages: the demo's sign-in, the access log, and what is said when a request makes no sense."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any, cast

from django.core.cache import cache, caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from skolefleks import audit
from skolefleks.models import AccessEntry, User
from skolefleks.operations.health import HEARTBEAT
from skolefleks.pages import page
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, public

if TYPE_CHECKING:
    from skolefleks.cache import ForgivingCache

_CASE_NUMBER = re.compile(r"SF-[0-9]{4}-[0-9]{4,6}")


@page(P.ACCESS_LOG_READ)
def access_log(request: Request) -> HttpResponse:
    """Who saw which case, newest first; searched by case number."""
    entries = AccessEntry.objects.all()
    number = request.GET.get("sag", "").replace("\x00", "").strip().upper()
    if number:
        entries = entries.filter(subject=number)
        # What is no case number may be about a person, and this log is kept for ever.
        audit.access(
            AccessEntry.Kind.SEARCH,
            number if _CASE_NUMBER.fullmatch(number) else "",
            by=request.user,
        )
    page = page_of(entries, request.GET, by="-id")
    people = User.objects.in_bulk({entry.user_id for entry in page.rows})
    rows = [(entry, people.get(entry.user_id)) for entry in page.rows]
    return render(
        request,
        "skolefleks/operations/access_log.html",
        {"page": page, "rows": rows, "number": number},
    )


HEARTBEAT_MAX_AGE = 45  # seconds; beat sends one every 10


OUTBOX_MAX_AGE = 300  # seconds


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """JSON: database, valkey, worker as true/false and the age in seconds of the oldest waiting message; 200 or 503."""
    database, age = _database()
    valkey, worker = _valkey()
    report: dict[str, Any] = {
        "database": database,
        "valkey": valkey,
        "worker": worker,
        "outbox_age": age,
    }
    report["ok"] = bool(database and valkey and worker and age is not None and age < OUTBOX_MAX_AGE)
    return JsonResponse(report, status=200 if report["ok"] else 503)


def _database() -> tuple[bool, float | None]:
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)"
                " FROM skolefleks_outboxmessage WHERE done_at IS NULL"
            )
            return True, round(float(cursor.fetchone()[0]), 1)
    except DatabaseError:
        return False, None


def _valkey() -> tuple[bool, bool]:
    if not cast("ForgivingCache", caches["default"]).ping():
        return False, False
    beaten = cache.get(HEARTBEAT)
    return True, beaten is not None and time.time() - beaten < HEARTBEAT_MAX_AGE
