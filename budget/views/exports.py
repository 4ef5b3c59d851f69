"""The pages' tables as files: same right, same filter, same rows as the page; every one of them in the access log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from budget import exports, queries
from budget.models import DayTreatmentFigure
from budget.views.postings import chosen, filtered
from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase

    from budget.models import Posting

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@allowed(P.POOL_READ)
@require_safe
def dashboard_xlsx(request: Request) -> HttpResponse:
    """The dashboard's tables: the pools of the chosen year (`aar`) and the next, and day treatment."""
    years = queries.pool_years()
    year = chosen(request, "aar", years) or queries.year_to_show(years)
    pools = queries.pools({year, year + 1} & set(years)) if year else []
    tables = exports.pool_tables([queries.as_seen_by(pool, request.user) for pool in pools])
    return _workbook(request, f"oekonomi-{year or today().year}", [*tables, *_figure_tables()])


@allowed(P.POOL_READ)
@require_safe
def targets_xlsx(request: Request) -> HttpResponse:
    return _workbook(request, f"maaltal-{today()}", _figure_tables())


@allowed(P.POSTING_READ)
@require_safe
def postings_xlsx(request: Request) -> HttpResponseBase:
    """The postings that the page's filter lets through."""
    rows = _postings(request)
    if _is_too_long(rows):
        return _too_long(request)
    return _workbook(request, f"posteringer-{today()}", [exports.posting_table(rows.iterator(2_000))])


@allowed(P.POSTING_READ)
@require_safe
def postings_csv(request: Request) -> HttpResponseBase:
    rows = _postings(request)
    if _is_too_long(rows):
        return _too_long(request)
    audit.access(AccessEntry.Kind.EXPORT, "posteringer", by=request.user)
    lines = exports.as_csv(exports.posting_table(rows.iterator(2_000)))
    return _named(StreamingHttpResponse(lines, content_type="text/csv; charset=utf-8"), f"posteringer-{today()}.csv")


def _figure_tables() -> list[exports.Table]:
    rows = DayTreatmentFigure.objects.select_related("district").order_by("district__sort_key", "year")
    return exports.figure_tables(queries.day_treatment(), rows)


def _postings(request: Request) -> QuerySet[Posting]:
    return filtered(request).select_related("source", "district", "made_by").order_by("-id")


def _is_too_long(rows: QuerySet[Posting]) -> bool:
    return rows.order_by()[: exports.MOST_ROWS + 1].count() > exports.MOST_ROWS


def _too_long(request: Request) -> HttpResponse:
    messages.error(
        request, "Der er flere end 50.000 posteringer. Vælg et regnskabsår eller et distrikt, og hent dem for sig."
    )
    return redirect("budget:postings")


def _workbook(request: Request, name: str, tables: Sequence[exports.Table]) -> HttpResponse:
    audit.access(AccessEntry.Kind.EXPORT, name.rstrip("-0123456789"), by=request.user)
    answer = HttpResponse(exports.as_workbook(tables), content_type=XLSX)
    _named(answer, f"{name}.xlsx")
    return answer


def _named(answer: HttpResponseBase, file_name: str) -> HttpResponseBase:
    answer["Content-Disposition"] = f'attachment; filename="{file_name}"'
    answer["Cache-Control"] = "no-store"
    return answer
