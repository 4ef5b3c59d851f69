"""Who comes second: two people did the same at the same moment, and the database took one of them.

An act that foresees it says so in its own words. This is the net beneath all
others: it is nobody's fault, so nobody reads of a failure of ours, and what was
typed is given back. It is written to the log as a failure all the same.
"""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from django.db import IntegrityError, OperationalError
from django.shortcuts import render

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

# PostgreSQL: such a row is there, or one that overlaps it, or the two waited for
# each other.
UNIQUE, OVERLAPPING, DEADLOCK = "23505", "23P01", "40P01"

log = logging.getLogger(__name__)


class SecondMiddleware:
    """Answers 409 where an act came second; its transaction is undone by then."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """The page, where the exception says that somebody was before."""
        if not isinstance(exception, IntegrityError | OperationalError):
            return None
        error = exception.__cause__
        code = getattr(error, "sqlstate", None)
        if code not in {UNIQUE, OVERLAPPING, DEADLOCK}:
            return None

        # Never the error itself, which names the row's values.
        constraint = getattr(getattr(error, "diag", None), "constraint_name", None)
        log.error("came_second", extra={"constraint": constraint})
        response = render(request, "409_second.html", status=409)
        # By this the fuzz, which is alone, finds a fault.
        response.exception = exception  # type: ignore[attr-defined]
        return response
