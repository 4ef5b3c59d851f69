"""What is answered when a request makes no sense, or asks for what is not there."""

from __future__ import annotations

import sys

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from skolefleks.operations import away
from skolefleks.permissions import public


@public
def bad_request(
    request: HttpRequest, exception: SuspiciousOperation | None = None
) -> HttpResponse:
    # Django takes every failure to store a session for one that was ended meanwhile.
    error = _database_behind(exception)
    if error is not None:
        away.note(error)
        return away.page(request)
    return render(request, "400.html", status=400)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What one may not see is not there.

    An exception may bring its own `reason`, in words for the person.
    """
    context = {"reason": getattr(exception, "reason", "")}
    return render(request, "404.html", context, status=404)


@public
def failed(request: HttpRequest) -> HttpResponse:
    """A fault of ours, or the database away: Django calls this while it handles the exception.

    Neither page asks who is signed in, which might fail in the same way.
    """
    error = sys.exc_info()[1]
    if away.is_away(error):
        away.note(error)
        return away.page(request)
    return HttpResponse(render_to_string("500.html"), status=500)


def _database_behind(error: BaseException | None) -> BaseException | None:
    """That the database is away, where an error came of that; else None."""
    while error is not None and not away.is_away(error):
        error = error.__cause__ or error.__context__
    return error
