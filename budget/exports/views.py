"""The tables of the money's pages as files: same right, same filter, same rows as the page.

Every file is a line in the access log.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.contrib import messages
from django.http import Http404, HttpResponse, StreamingHttpResponse
from django.shortcuts import redirect

from budget.books import filters
from budget.dashboard.address import read_address
from budget.exports import tables
from budget.figures import queries as figure_queries
from budget.models import DayTreatmentFigure
from skolefleks import audit, spreadsheets
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.throttles import throttled

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet
    from django.http.response import HttpResponseBase

    from budget.models import Posting


# The database hands over so many rows at a time.
ROWS_AT_A_TIME = 2_000


@page(P.POOL_READ)
@throttled("export")
def dashboard_xlsx(request: Request) -> HttpResponse:
    """The dashboard's tables, of the year and the day that its address asks for."""
    selection = read_address(request)
    # The page shows what is wrong with the day; a file has no place for it.
    if selection.form.errors:
        raise Http404

    year = selection.year or today().year
    subject = "oekonomi"
    file_name = f"oekonomi-{year}"
    sheets = tables.pool_tables(selection.pools)
    if selection.day:
        # The log tells a look back from a look at today, and which day it was to.
        file_name = f"oekonomi-{year}-den-{selection.day}"
        subject = file_name
    else:
        sheets += day_treatment_tables()
    return workbook(request, subject, file_name, sheets)


@page(P.POOL_READ)
@throttled("export")
def targets_xlsx(request: Request) -> HttpResponse:
    """The figures of day treatment and the levels to be back at."""
    return workbook(request, "maaltal", f"maaltal-{today()}", day_treatment_tables())


@page(P.POSTING_READ)
@throttled("export")
def postings_xlsx(request: Request) -> HttpResponseBase:
    """The postings that the page's filter lets through, as a spreadsheet."""
    postings = filtered_postings(request)
    if is_too_long(postings):
        return refuse_too_long(request)

    table = tables.posting_table(postings.iterator(ROWS_AT_A_TIME))
    return workbook(request, "posteringer", f"posteringer-{today()}", [table])


@page(P.POSTING_READ)
@throttled("export")
def postings_csv(request: Request) -> HttpResponseBase:
    """The same as CSV, sent line by line."""
    postings = filtered_postings(request)
    if is_too_long(postings):
        return refuse_too_long(request)

    # In the log before the first line is on its way.
    audit.log_access(AccessEntry.Kind.EXPORT, "posteringer", by=request.user)
    table = tables.posting_table(postings.iterator(ROWS_AT_A_TIME))
    response = StreamingHttpResponse(
        spreadsheets.as_csv(table), content_type=spreadsheets.CSV_TYPE
    )
    return as_attachment(response, f"posteringer-{today()}.csv")


def day_treatment_tables() -> list[spreadsheets.Table]:
    figures = DayTreatmentFigure.objects.select_related("district")
    return tables.figure_tables(
        figure_queries.day_treatment(),
        figures.order_by("district__sort_key", "year"),
    )


def filtered_postings(request: Request) -> QuerySet[Posting]:
    """The postings of the page with the same address, newest first; 404 where it asks nonsense."""
    selection = filters.filter_of(request)
    if selection.form.errors:
        raise Http404
    rows = selection.rows().select_related("source", "district", "made_by")
    return rows.order_by("-id")


def is_too_long(postings: QuerySet[Posting]) -> bool:
    """Whether they are more than a file may have; the database stops counting there."""
    most = spreadsheets.MOST_ROWS
    return postings.order_by()[: most + 1].count() > most


def refuse_too_long(request: Request) -> HttpResponse:
    messages.error(
        request,
        "Der er flere end 50.000 posteringer."
        " Vælg et regnskabsår eller et distrikt, og hent dem for sig.",
    )
    return redirect("budget:postings")


def workbook(
    request: Request,
    subject: str,
    file_name: str,
    sheets: Sequence[spreadsheets.Table],
) -> HttpResponse:
    """A spreadsheet as a file; `subject` is what the access log calls it."""
    audit.log_access(AccessEntry.Kind.EXPORT, subject, by=request.user)
    content = spreadsheets.as_workbook(sheets)
    response = HttpResponse(content, content_type=spreadsheets.XLSX_TYPE)
    as_attachment(response, f"{file_name}.xlsx")
    return response


def as_attachment(response: HttpResponseBase, file_name: str) -> HttpResponseBase:
    """Let the browser save it, and keep no copy of its own."""
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    response["Cache-Control"] = "no-store"
    return response
