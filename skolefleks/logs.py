"""Keeps persons out of the log: no query string, and nothing that looks like a CPR number."""

from __future__ import annotations

import logging
import time
from typing import TYPE_CHECKING, Any

import structlog
from django_structlog.middlewares import RequestMiddleware

from skolefleks import cpr

FORBIDDEN = 403

if TYPE_CHECKING:
    from django.http import HttpRequest, HttpResponse

_BEGAN_AT = "skolefleks.began_at"

# What a line of the standard library's loggers may say in `extra`. Django itself
# gives the request there, and in its address what a person searched for.
TOLD_BESIDE = (
    *("reason", "why", "error", "exception_type", "faults"),
    *("outbox_id", "paper", "page", "instalment", "run"),
)


class RequestLogMiddleware(RequestMiddleware):
    """One line for each request, when it is answered: address, code, and milliseconds."""

    def prepare(self, request: HttpRequest) -> None:
        # Settings are read before the module that asks for them can be.
        from skolefleks.client_address import client_address

        request.META[_BEGAN_AT] = time.perf_counter()
        super().prepare(request)
        structlog.contextvars.bind_contextvars(ip=client_address(request))

    def handle_response(self, request: HttpRequest, response: HttpResponse) -> None:
        seconds = time.perf_counter() - request.META[_BEGAN_AT]
        structlog.contextvars.bind_contextvars(ms=round(seconds * 1000, 1))
        super().handle_response(request, response)

    @staticmethod
    def format_request(request: HttpRequest) -> str:
        # `path` has no query string, which holds what a person searched for.
        return f"{request.method} {request.path}"


class WithoutTraceback(logging.Filter):
    """Takes the traceback off a refusal: that somebody may not is no fault of the code."""

    def filter(self, record: logging.LogRecord) -> bool:
        if getattr(record, "status_code", 0) == FORBIDDEN:
            record.exc_info = None
        return True


def settings(level: str, *, requests: str) -> dict[str, Any]:
    """Django's LOGGING: one JSON line an event. `requests` is the level for failed requests."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "json": {
                "()": structlog.stdlib.ProcessorFormatter,
                "processors": [
                    structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                    without_cpr,
                    structlog.processors.JSONRenderer(),
                ],
                # For what is logged by the standard library's loggers.
                "foreign_pre_chain": [
                    structlog.contextvars.merge_contextvars,
                    structlog.stdlib.ExtraAdder(allow=TOLD_BESIDE),
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.processors.TimeStamper(fmt="iso"),
                    structlog.processors.format_exc_info,
                ],
            }
        },
        "filters": {"refusals": {"()": WithoutTraceback}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "json"}
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "pikepdf": {"level": "WARNING"},
            "django.request": {"level": requests, "filters": ["refusals"]},
        },
    }


def configure() -> None:
    """Have structlog's own loggers write through the standard library's."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.stdlib.filter_by_level,
            structlog.processors.TimeStamper(fmt="iso"),
            structlog.stdlib.add_logger_name,
            structlog.stdlib.add_log_level,
            structlog.processors.format_exc_info,
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )


def without_cpr(logger: object, method: str, event: dict[str, Any]) -> dict[str, Any]:
    """Replace what has the shape of a CPR number, in tracebacks too.

    It has to be the last of the log's processors, since those before it add text.
    """
    return {key: _hide(value) for key, value in event.items()}


def _hide(value: object) -> object:
    if isinstance(value, dict):
        return {_hide(key): _hide(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple | set):
        return [_hide(inner) for inner in value]
    # A number stays one in JSON.
    if value is None or isinstance(value, int | float):
        return value
    return _strike(str(value))


def _strike(text: str) -> str:
    """The text without CPR numbers, its ids as they are."""
    parts = []
    end = 0
    for match in cpr.ID.finditer(text):
        parts += [cpr.struck_from(text[end : match.start()]), match[0]]
        end = match.end()
    return "".join([*parts, cpr.struck_from(text[end:])])
