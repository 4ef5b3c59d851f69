"""The queue as a file, XLSX or CSV: what the list shows by its address, all pages of it."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone

from applications.reading import queries as reading_queries
from applications.reading.rules import wait_of
from skolefleks import audit, cpr, spreadsheets
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.spreadsheets import Column
from skolefleks.throttles import throttled
from visitation.queue import rows as queue_rows
from visitation.queue.choosing import Choice

COLUMNS = (
    Column("Sag"),
    Column("Skole"),
    Column("Elever"),
    Column("Klassetrin"),
    Column("Ansøgt pr. år", "kr"),
    Column("Indsendt", "day"),
    # Days by themselves, so that they can be sorted and added up.
    Column("Dage hos udvalget", "whole"),
    Column("Dage hos skolen", "whole"),
    Column("Status"),
    Column("Bemærkning"),
)


@page(P.QUEUE_READ)
@throttled("export")
def export_queue(request: Request, form: str) -> HttpResponse:
    """The queue as it is chosen. A line of the access log for each case in it."""
    if cpr.is_held_in(request.GET.get("q", "")):
        return redirect("visitation:queue")
    choice = Choice(request.GET, request.user)
    ordered = choice.rows.select_related("school").order_by(choice.order, "pk")
    chosen = ordered.only(*reading_queries.LIST_FIELDS)[: settings.EXPORT_ROWS]
    rows = queue_rows.rows_of(list(chosen), choice)

    numbers = [row.application.number for row in rows]
    audit.log_accesses(AccessEntry.Kind.EXPORT, numbers, by=request.user)
    table = spreadsheets.Table("Kø", COLUMNS, [_cells(row) for row in rows])
    return spreadsheets.answer(form, f"koe-{today()}", table)


def _cells(row: queue_rows.Row) -> list[Any]:
    application = row.application
    submitted_at = application.submitted_at
    submitted_on = None
    if submitted_at:
        submitted_on = timezone.localdate(submitted_at)

    days: tuple[int | None, int | None] = (None, None)
    wait = wait_of(application)
    # What is decided or withdrawn waits no more.
    if wait and application.status in queue_rows.SHOWS_WAIT:
        days = (wait.at_committee, wait.at_school)
    notes = " · ".join(note for note in (row.late, row.notes) if note)
    return [
        application.number,
        application.school.name,
        ", ".join(application.initials),
        row.grades,
        application.requested,
        submitted_on,
        *days,
        row.label,
        notes,
    ]
