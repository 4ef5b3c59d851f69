"""The committee's queue."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications.lifecycle import Status
from applications.models import Application
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed
from visitation import queries
from visitation.forms import QueueFilter

if TYPE_CHECKING:
    from django.db.models import QuerySet


TABS = (
    ("", "Til behandling", (Status.SUBMITTED,)),
    ("venter", "Venter på skolen", (Status.SENT_BACK,)),
    ("afgjort", "Afgjort", (Status.CLOSED,)),
    ("alle", "Alle", (Status.SUBMITTED, Status.SENT_BACK, Status.CLOSED, Status.WITHDRAWN)),
)


@allowed(P.QUEUE_READ)
@never_cache
@require_safe
def queue(request: Request) -> HttpResponse:
    """The committee's queue: oldest first, filtered by what stands in the address."""
    filters = QueueFilter(request.GET)
    filters.is_valid()
    tab = next((tab for tab in TABS if tab[0] == request.GET.get("vis", "")), TABS[0])
    rows = _filtered(Application.objects.reviewable_by(request.user).filter(status__in=tab[2]), filters.cleaned_data)
    if filters.cleaned_data.get("q"):
        audit.access(AccessEntry.Kind.SEARCH, "", by=request.user)
    order = _order(filters.cleaned_data)
    page = page_of(rows.select_related("school").only(*queries.LIST_FIELDS), request.GET, by=order)
    decided = queries.decided_counts(row for row in page.rows if row.status == Status.SUBMITTED)
    context = {
        "filters": filters,
        "tabs": [(label, f"?vis={key}" if key else "?", None, (key, label, _) == tab) for key, label, _ in TABS],
        "tab": tab[0],
        "page": page,
        "rows": [(row, _grades(row), decided.get(row.pk, 0)) for row in page.rows],
        "count": bounded_count(rows),
        "filtered": any(filters.cleaned_data.values()),
    }
    return render(request, "visitation/queue.html", context)


def _filtered(rows: QuerySet[Application], by: dict[str, Any]) -> QuerySet[Application]:
    """Each filter is one condition on the row; a search is a case number's beginning or one pupil's initials."""
    if by.get("skole"):
        rows = rows.filter(school=by["skole"])
    if by.get("formaal"):
        rows = rows.filter(kinds__contains=[by["formaal"]])
    if by.get("fyldt"):
        rows = rows.complete() if by["fyldt"] == "alt" else rows.incomplete()  # type: ignore[attr-defined]
    if sought := _sought(by):
        rows = rows.numbered(sought) if _is_number(sought) else rows.filter(initials__contains=[sought])  # type: ignore[attr-defined]
    return rows


def _grades(row: Application) -> str:
    """`3., 5. kl.`: written here, since a loop for each row is what a list costs most."""
    return f"{', '.join(f'{grade}.' for grade in row.grades)} kl."


def _order(by: dict[str, Any]) -> str:
    """As asked for; cases found by their number stand by number, as their index has them."""
    if by.get("orden"):
        return "-requested"
    return "number" if _is_number(_sought(by)) else "submitted_at"


def _sought(by: dict[str, Any]) -> str:
    return str(by.get("q") or "").strip().upper()


def _is_number(sought: str) -> bool:
    return sought.startswith("SF") or sought[:1].isdigit()
