"""Whether the parts answer: the database, Valkey, the worker, and the outbox's oldest message."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, cast

from django.core.cache import cache, caches
from django.db import DatabaseError, connection
from django.utils import timezone

if TYPE_CHECKING:
    from skolefleks.cache import ForgivingCache

HEARTBEAT = "worker.heartbeat"

# Seconds; beat sends one every 10.
HEARTBEAT_MAX_AGE = 45

# Seconds.
OUTBOX_MAX_AGE = 300


def beat() -> None:
    """Leave a sign that beat, broker and worker are all alive."""
    cache.set(HEARTBEAT, timezone.now().timestamp(), timeout=None)


def report() -> dict[str, Any]:
    """`database`, `valkey`, `worker` and `ok` as true or false, and `outbox_age` in seconds."""
    outbox_age = _age_of_oldest_message()
    has_database = outbox_age is not None
    has_valkey = cast("ForgivingCache", caches["default"]).ping()
    # The worker's sign of life lies in Valkey.
    has_worker = has_valkey and _worker_is_alive()

    is_delivered = outbox_age is not None and outbox_age < OUTBOX_MAX_AGE
    return {
        "database": has_database,
        "valkey": has_valkey,
        "worker": has_worker,
        "outbox_age": outbox_age,
        "ok": has_database and has_valkey and has_worker and is_delivered,
    }


def _age_of_oldest_message() -> float | None:
    """Seconds that the oldest message of the outbox has waited; None where the database is away."""
    try:
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT coalesce(extract(epoch FROM now() - min(created_at)), 0)"
                " FROM skolefleks_outboxmessage WHERE done_at IS NULL"
            )
            return round(float(cursor.fetchone()[0]), 1)
    except DatabaseError:
        return None


def _worker_is_alive() -> bool:
    last_beat = cache.get(HEARTBEAT)
    return last_beat is not None and time.time() - last_beat < HEARTBEAT_MAX_AGE
