"""What is answered when a request makes no sense, or asks for what is not there."""

from __future__ import annotations

from django.core.exceptions import SuspiciousOperation
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from skolefleks.permissions import public


@public
def bad_request(
    request: HttpRequest, exception: SuspiciousOperation | None = None
) -> HttpResponse:
    return render(request, "400.html", status=400)


@public
def not_found(request: HttpRequest, exception: Exception) -> HttpResponse:
    """What one may not see is not there.

    An exception may bring its own `reason`, in words for the person.
    """
    context = {"reason": getattr(exception, "reason", "")}
    return render(request, "404.html", context, status=404)
