"""The product's addresses and the floor: what any page of it costs that shows a table at all."""

from __future__ import annotations

from collections.abc import Callable

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.models import Application
from skolefleks import urls
from skolefleks.permissions import Request, allowed

ROWS = 25


COLUMNS = ("number", "pupil_count", "requested", "filled", "created_at", "updated_at")


@allowed()
@never_cache
@require_safe
def floor(request: Request) -> HttpResponse:
    """25 rows in the base page, from one query that an index answers; no right asked for, no
    filter, nothing joined.
    """
    rows = Application.objects.order_by("number").only(*COLUMNS)[:ROWS]
    return render(request, "bench/floor.html", {"rows": rows})


def counts_queries(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """How many queries the answer took, in its head: as many in a large database as in a small
    one.
    """

    def answer(request: HttpRequest) -> HttpResponse:
        asked: list[str] = []
        with connection.execute_wrapper(
            lambda run, sql, *rest: (asked.append(sql), run(sql, *rest))[1]
        ):
            response = get_response(request)
        response["X-Queries"] = str(len(asked))
        return response

    return answer


urlpatterns = [*urls.urlpatterns, path("gulv/", floor)]


handler400 = urls.handler400
