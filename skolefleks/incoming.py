"""What a browser sends and no page of ours would: NUL characters, and JSON without a bottom.

PostgreSQL knows no NUL in a text and answers one with an error. From an address
it is taken out; the fields of forms refuse it, as Django's do; and where a view
reads a value by itself the answer is 400.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from django.core.exceptions import BadRequest
from django.db import DataError
from django.http import QueryDict

from skolefleks import errors

if TYPE_CHECKING:
    from collections.abc import Callable

    from django.http import HttpRequest, HttpResponse

NUL = "\x00"

# psycopg's words; it has no code of its own, since the database was never asked.
_SAYS_NUL = "cannot contain NUL"


class NoNulMiddleware:
    """Keeps NUL characters from the database, whichever view would have asked it with one."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            request.GET = _without_nul(request.GET)  # type: ignore[assignment]
        return self.get_response(request)

    def process_exception(
        self, request: HttpRequest, exception: Exception
    ) -> HttpResponse | None:
        """400 for what a view gave to the database; its transaction is undone by then."""
        if isinstance(exception, DataError) and _SAYS_NUL in str(exception):
            return errors.bad_request(request)
        return None


def read_json(text: str) -> Any:
    """What `text` says.

    Raises ValueError where it is no JSON, and BadRequest (the answer is 400)
    where it is nested so deeply that nobody but an attacker wrote it.
    """
    try:
        return json.loads(text)
    except RecursionError as error:
        raise BadRequest("JSON nested too deeply.") from error


def _without_nul(query: QueryDict) -> QueryDict:
    clean = query.copy()
    for name, values in query.lists():
        del clean[name]
        clean.setlist(
            name.replace(NUL, ""), [value.replace(NUL, "") for value in values]
        )
    clean._mutable = False
    return clean
