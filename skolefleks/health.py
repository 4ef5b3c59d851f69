"""Whether the parts answer: for the load balancer and for whoever is on duty."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

from django.core.cache import cache, caches
from django.db import DatabaseError, connection
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from skolefleks.permissions import public

if TYPE_CHECKING:
    from skolefleks.cache import ForgivingCache

HEARTBEAT = "worker.heartbeat"
HEARTBEAT_MAX_AGE = 45  # seconds; beat sends one every 10
OUTBOX_MAX_AGE = 300  # seconds


@public
@never_cache
@require_safe
def healthz(request: HttpRequest) -> JsonResponse:
    """JSON: database, valkey, worker as true/false and the age in seconds of the oldest waiting message; 200 or 503."""
    database, age = _database()
    valkey, worker = _valkey()
    report: dict[str, Any] = {"database": database, "valkey": valkey, "worker": worker, "outbox_age": age}
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
