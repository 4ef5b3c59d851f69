"""The pages' tables as files: same right, same filter, same rows as the page; every one of them in the access log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from budget.books.asked import asked
from budget.dashboard import views as dashboard
from budget.exports import tables as exports_tables
from budget.figures import queries as figure_queries
from budget.models import DayTreatmentFigure
from skolefleks import audit, spreadsheets
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase

    from budget.models import Posting


@page(P.POOL_READ)
def dashboard_xlsx(request: Request) -> HttpResponse:
    """The dashboard's tables: the pools of the chosen year (`aar`) and the next, as of a day (`den`); day treatment."""
    form, day = dashboard.looked_back(request)
    if form.errors:
        raise Http404
    year, _, pools = dashboard.pools_shown(request, day)
    tables = exports_tables.pool_tables(pools)
    as_of = f"-den-{day}" if day else ""
    figures = [] if day else _figure_tables()
    return _workbook(request, f"oekonomi-{year or today().year}{as_of}", [*tables, *figures])


@page(P.POOL_READ)
def targets_xlsx(request: Request) -> HttpResponse:
    return _workbook(request, f"maaltal-{today()}", _figure_tables())


@page(P.POSTING_READ)
def postings_xlsx(request: Request) -> HttpResponseBase:
    """The postings that the page's filter lets through."""
    rows = _postings(request)
    if _is_too_long(rows):
        return _too_long(request)
    return _workbook(
        request, f"posteringer-{today()}", [exports_tables.posting_table(rows.iterator(2_000))]
    )


@page(P.POSTING_READ)
def postings_csv(request: Request) -> HttpResponseBase:
    rows = _postings(request)
    if _is_too_long(rows):
        return _too_long(request)
    audit.access(AccessEntry.Kind.EXPORT, "posteringer", by=request.user)
    lines = spreadsheets.as_csv(exports_tables.posting_table(rows.iterator(2_000)))
    return _named(
        StreamingHttpResponse(lines, content_type=spreadsheets.CSV_TYPE),
        f"posteringer-{today()}.csv",
    )


def _figure_tables() -> list[spreadsheets.Table]:
    rows = DayTreatmentFigure.objects.select_related("district").order_by(
        "district__sort_key", "year"
    )
    return exports_tables.figure_tables(figure_queries.day_treatment(), rows)


def _postings(request: Request) -> QuerySet[Posting]:
    wanted = asked(request)
    if wanted.form.errors:
        raise Http404
    return wanted.rows().select_related("source", "district", "made_by").order_by("-id")


def _is_too_long(rows: QuerySet[Posting]) -> bool:
    return rows.order_by()[: spreadsheets.MOST_ROWS + 1].count() > spreadsheets.MOST_ROWS


def _too_long(request: Request) -> HttpResponse:
    messages.error(
        request,
        "Der er flere end 50.000 posteringer. Vælg et regnskabsår eller et distrikt, og hent dem for sig.",
    )
    return redirect("budget:postings")


def _workbook(request: Request, name: str, tables: Sequence[spreadsheets.Table]) -> HttpResponse:
    audit.access(AccessEntry.Kind.EXPORT, name.rstrip("-0123456789"), by=request.user)
    answer = HttpResponse(spreadsheets.as_workbook(tables), content_type=spreadsheets.XLSX_TYPE)
    _named(answer, f"{name}.xlsx")
    return answer


def _named(answer: HttpResponseBase, file_name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer["Cache-Control"] = "no-store"
    return answer
