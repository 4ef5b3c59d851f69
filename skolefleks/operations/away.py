"""While the database is away: a page at once, which tries again and keeps what was typed."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent
from django.db import DatabaseError, InterfaceError, OperationalError
from django.http import HttpRequest, HttpResponse, UnreadablePostError
from django.template.loader import render_to_string

from skolefleks.operations import start

if TYPE_CHECKING:
    from collections.abc import Callable

# Seconds between two tries of the page.
AGAIN_SECONDS = 5

# Seconds that nobody asks the database again after it did not answer. Without
# this every thread would wait for it, and the page would come to nobody in time.
REST_SECONDS = 1

# SQLSTATE classes: connection lost, no room left (disk, memory, connections),
# server going down.
AWAY = ("08", "53", "57P")

# Named so that they are never sent back to the page.
SECRET = ("password", "adgangskode")

log = logging.getLogger(__name__)


class Database:
    """When the database last failed to answer this process, by the monotonic clock."""

    failed_at = float(-REST_SECONDS)


class DatabaseAwayMiddleware:
    """Spares a database that did not answer a moment ago, and examines a late start."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.path.startswith("/healthz"):
            return self.get_response(request)

        is_resting = time.monotonic() - Database.failed_at < REST_SECONDS
        if is_resting or not _is_examined():
            return page(request)
        return self.get_response(request)


def is_away(error: BaseException | None) -> bool:
    """Whether `error` says that the database cannot be reached or takes nothing."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    sqlstate: str | None = getattr(error.__cause__, "sqlstate", None)
    return sqlstate is None or sqlstate.startswith(AWAY)


def note(error: BaseException | None) -> None:
    """Let the next requests be answered without asking."""
    Database.failed_at = time.monotonic()
    log.warning("database.away", extra={"error": type(error).__name__})


def page(request: HttpRequest) -> HttpResponse:
    """The page, without a query: a GET tries again by itself, a POST carries what was typed."""
    context = {
        "again_seconds": AGAIN_SECONDS,
        "is_post": request.method == "POST",
        "path": request.get_full_path(),
        "typed": _typed(request),
        "has_files": bool(
            request.method == "POST" and "multipart" in (request.content_type or "")
        ),
        "demo_mode": settings.DEMO,
    }
    response = HttpResponse(render_to_string("503.html", context), status=503)
    response["Cache-Control"] = "no-store"
    response["Retry-After"] = str(AGAIN_SECONDS)

    # The session lies in the database: storing it would wait for that again.
    if hasattr(request, "session"):
        request.session.modified = False
    return response


def _is_examined() -> bool:
    """Whether this process may serve; where it started without the database, it is asked now."""
    if not start.Start.is_pending:
        return True
    try:
        start.require_sound()
    except DatabaseError as error:
        note(error)
    except start.Unsound as refusal:
        log.critical("start.refused", extra={"why": str(refusal)})
    return not start.Start.is_pending


def _typed(request: HttpRequest) -> list[tuple[str, str]]:
    """The form's fields, to be sent again as they are; files cannot be."""
    try:
        posted = request.POST.lists()
    except (UnreadablePostError, RequestDataTooBig, TooManyFieldsSent):
        return []

    fields = []
    for name, values in posted:
        if not any(secret in name for secret in SECRET):
            fields += [(name, value) for value in values]
    return fields
