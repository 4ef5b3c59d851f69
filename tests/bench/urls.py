"""The product's addresses and the floor: what any page of it costs that shows a table at all."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path

from applications.models import Application
from skolefleks import urls
from skolefleks.pages import page
from skolefleks.permissions import Request

ROWS = 25
COLUMNS = ("number", "pupil_count", "requested", "filled", "created_at", "updated_at")


@page()
def floor(request: Request) -> HttpResponse:
    """25 rows in the base page, from one query that an index answers.

    No right is asked for, nothing is filtered and nothing joined.
    """
    rows = Application.objects.order_by("number").only(*COLUMNS)[:ROWS]
    return render(request, "bench/floor.html", {"rows": rows})


def count_queries(
    get_response: Callable[[HttpRequest], HttpResponse],
) -> Callable[[HttpRequest], HttpResponse]:
    """A middleware that says in the answer's head how many queries it took."""

    def answer(request: HttpRequest) -> HttpResponse:
        count = 0

        def count_and_execute(execute: Any, *args: Any) -> Any:
            nonlocal count
            count += 1
            return execute(*args)

        with connection.execute_wrapper(count_and_execute):
            response = get_response(request)
        response["X-Queries"] = str(count)
        return response

    return answer


urlpatterns = [*urls.urlpatterns, path("gulv/", floor)]

handler400 = urls.handler400
