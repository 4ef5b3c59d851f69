"""The ground floor's own pages: the demo's sign-in, the access log, and what is said when a request makes no sense."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from skolefleks.permissions import public


@public
def bad_request(request: HttpRequest, exception: SuspiciousOperation | None = None) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What one may not see is not there; an exception may bring its own `reason`, in words for the person."""
    return render(request, "404.html", {"reason": getattr(exception, "reason", "")}, status=404)
