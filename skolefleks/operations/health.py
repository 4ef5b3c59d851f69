"""Whether the parts answer.

Ready is what nobody can work without: the database takes writing, the keys are
its own, papers can be put away, migrations are done. All else is a warning: the
site works without it, and a restart of the web would not help.
"""

from __future__ import annotations

import os
import shutil
import tempfile
import threading
import time
from typing import TYPE_CHECKING, Any, cast

from django.conf import settings
from django.core.cache import cache, caches
from django.db import DatabaseError, connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone

from skolefleks import audit
from skolefleks.models import OutboxMessage
from skolefleks.operations import canary

if TYPE_CHECKING:
    from collections.abc import Callable

    from skolefleks.cache import ForgivingCache

HEARTBEAT = "worker.heartbeat"

# Seconds; beat sends one every 10.
HEARTBEAT_MAX_AGE = 45

# Seconds.
OUTBOX_MAX_AGE = 300

# Seconds that a line of the access log may wait for its seal.
UNSEALED_MAX_AGE = 600

# What an upper floor warns of, by name: a function that says whether all is well.
WARNINGS: dict[str, Callable[[], bool]] = {}


class Migrated:
    """Once the migrations of this code are done they stay done."""

    is_known = False
    # To find out takes a moment: on a busy machine those who ask again meanwhile
    # would only make it longer.
    lock = threading.Lock()


def warns_of(name: str) -> Callable[[Callable[[], bool]], Callable[[], bool]]:
    """Register the one function that says whether `name` is well; it must be quick."""

    def register(is_well: Callable[[], bool]) -> Callable[[], bool]:
        WARNINGS[name] = is_well
        return is_well

    return register


def beat() -> None:
    """Leave a sign that beat, broker and worker are all alive."""
    cache.set(HEARTBEAT, timezone.now().timestamp(), timeout=None)


def readiness() -> dict[str, bool]:
    """`database`, `keys`, `papers` and `migrations`, each true or false."""
    report = {"database": _takes_writing(), "papers": _papers_can_be_put_away()}
    # Without the database the other two cannot be known, and asking would take
    # its time again.
    report["migrations"] = report["database"] and _is_migrated()
    report["keys"] = report["database"] and _keys_are_right()
    return report


def report() -> dict[str, Any]:
    """What `readiness` says, `ok` for all of it, and the warnings by name with what is behind."""
    ready = readiness()
    facts: dict[str, Any] = {**ready, "ok": all(ready.values())}
    facts["valkey"] = cast("ForgivingCache", caches["default"]).ping()
    # The worker's sign of life lies in Valkey.
    facts["worker"] = facts["valkey"] and _worker_is_alive()
    facts["outbox_age"] = None
    facts["mail_given_up"] = None

    warnings = [name for name in ("valkey", "worker") if not facts[name]]
    if ready["database"] and ready["migrations"]:
        facts["outbox_age"] = _age_of_oldest_message()
        facts["mail_given_up"] = OutboxMessage.objects.given_up().count()
        if facts["outbox_age"] >= OUTBOX_MAX_AGE:
            warnings.append("outbox")
        if facts["mail_given_up"]:
            warnings.append("mail")
        if not _access_log_is_sealed():
            warnings.append("access_log")
        warnings += [name for name, is_well in WARNINGS.items() if not is_well()]

    return {**facts, "warnings": warnings}


def _takes_writing() -> bool:
    """Whether a row can be written; it is taken back at once."""
    try:
        with transaction.atomic():
            OutboxMessage.objects.create(topic="healthz", due_at=timezone.now())
            transaction.set_rollback(True)
    except DatabaseError:
        return False
    return True


def _is_migrated() -> bool:
    with Migrated.lock:
        if not Migrated.is_known:
            try:
                executor = MigrationExecutor(connection)
                targets = executor.loader.graph.leaf_nodes()
                Migrated.is_known = not executor.migration_plan(targets)
            except DatabaseError:
                return False
    return Migrated.is_known


def _keys_are_right() -> bool:
    try:
        canary.require_right_keys()
    except (canary.WrongKeys, DatabaseError):
        return False
    return True


def _papers_can_be_put_away() -> bool:
    folder = settings.PAPERS_DIR
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=folder, prefix=".healthz-") as file:
            file.write(b"0" * 4096)
            file.flush()
            os.fsync(file.fileno())
        free = shutil.disk_usage(folder).free
    except OSError:
        return False
    return free >= settings.PAPERS_LEAST_FREE


def _age_of_oldest_message() -> float:
    """Seconds that the oldest message of the outbox has waited."""
    waiting = OutboxMessage.objects.waiting().order_by("created_at")
    oldest = waiting.values_list("created_at", flat=True).first()
    if oldest is None:
        return 0
    return round((timezone.now() - oldest).total_seconds(), 1)


def _access_log_is_sealed() -> bool:
    """Whether no line has waited too long: one that is taken out before its seal is not missed."""
    oldest = audit.access_unsealed_since()
    if oldest is None:
        return True
    return (timezone.now() - oldest).total_seconds() < UNSEALED_MAX_AGE


def _worker_is_alive() -> bool:
    last_beat = cache.get(HEARTBEAT)
    return last_beat is not None and time.time() - last_beat < HEARTBEAT_MAX_AGE
