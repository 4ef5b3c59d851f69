"""How the site connects to PostgreSQL: quick to notice that it is away, and through a pooler."""

from __future__ import annotations

import os
from typing import Any

from psycopg.conninfo import conninfo_to_dict

# Seconds, unless DATABASE_URL says otherwise: the page that says so is to come
# within three.
QUICK_TO_NOTICE = {
    "connect_timeout": "2",
    # Milliseconds that what was sent may stay unanswered on the wire.
    "tcp_user_timeout": "2500",
    "keepalives_idle": "5",
    "keepalives_interval": "2",
    "keepalives_count": "2",
}

# A request that begins as the database goes may wait for a connection twice, and
# its page is to come within the same three seconds.
# `reconnect_timeout` is short, or the pool would ask ever more seldom while the
# database is away, and come back long after it.
POOL = {"min_size": 1, "max_size": 16, "timeout": 1.4, "reconnect_timeout": 2}


def from_address(url: str, *, password: str = "") -> dict[str, Any]:
    """Django's settings from a libpq address.

    `password` is used where the address has none. DATABASE_POOL keeps
    connections in this process; DATABASE_POOLER says that a pooler in
    transaction mode (pgbouncer) stands before the database.
    """
    parts: dict[str, Any] = QUICK_TO_NOTICE | conninfo_to_dict(url)
    database: dict[str, Any] = {
        "ENGINE": "django.db.backends.postgresql",
        "NAME": parts.pop("dbname", ""),
        "USER": parts.pop("user", ""),
        "PASSWORD": parts.pop("password", "") or password,
        "HOST": parts.pop("host", ""),
        "PORT": parts.pop("port", ""),
        "OPTIONS": parts,
        "CONN_MAX_AGE": 60,
        # A connection that broke while the database was away is replaced and not
        # a page's fault.
        "CONN_HEALTH_CHECKS": True,
    }

    if _is_on("DATABASE_POOL"):
        # The pool keeps the connections and looks after them.
        parts["pool"] = dict(POOL)
        database["CONN_MAX_AGE"] = 0

    if _is_on("DATABASE_POOLER"):
        # The next transaction may be another server connection: nothing may be
        # left in this one.
        database["DISABLE_SERVER_SIDE_CURSORS"] = True
        parts["prepare_threshold"] = None
    return database


def _is_on(name: str) -> bool:
    return os.environ.get(name, "0") not in {"", "0"}
