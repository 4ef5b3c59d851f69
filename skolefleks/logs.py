"""Keeps persons out of the log: no query string (it holds what was searched for), nothing that looks like a CPR number."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from django_structlog.middlewares import RequestMiddleware

if TYPE_CHECKING:
    from django.http import HttpRequest


_CPR = re.compile(r"(?<!\d)\d{6}[- ]?\d{4}(?!\d)")


class RequestLogMiddleware(RequestMiddleware):
    """A line for each request, with its address and without its query string."""

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        return f"{request.method} {request.path}"


def without_cpr(logger: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """The last processor before a line is written: ten digits of a CPR number's shape are replaced, in tracebacks too."""
    return {key: _hide(value) for key, value in event.items()}


def _hide(value: object) -> object:
    if isinstance(value, dict):
        return {_hide(key): _hide(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_hide(inner) for inner in value]
    if value is None or isinstance(value, int | float):
        return value
    return _CPR.sub("xxxxxx-xxxx", str(value))
