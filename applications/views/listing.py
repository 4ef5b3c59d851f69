"""The school's list of cases: on the screen page by page, and as a spreadsheet of all that the same choice holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from applications import listing, queries
from applications.listing import ORDERS, TABS
from applications.views import spreadsheets
from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from applications.models import Application


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_safe
def cases(request: Request) -> HttpResponse:
    """The school's cases; tab, search and order stand in the address."""
    mine, tab, text = queries.own_cases(request.user), _tab(request), _sought(request)
    order = request.GET.get("orden", "")
    chosen = _chosen(request, mine)
    if text:
        audit.access(AccessEntry.Kind.SEARCH, "", by=request.user)
    counts = {key: bounded_count(mine.filter(TABS[key].holds(request.user))) for key in listing.COUNTED}
    page = page_of(listing.listed(chosen), request.GET, by=_order(request))
    context = {
        "page": page,
        "rows": listing.rows(page.rows),
        "count": counts[tab] if tab in counts and not text else bounded_count(chosen),
        "tabs": [(t.label, f"?fane={key}", counts.get(key), key == tab and not text) for key, t in TABS.items()],
        "tab": tab,
        "empty": TABS[tab].empty,
        "text": text,
        "orders": [(key, label, key == order) for key, (label, _) in ORDERS.items()],
        "choice": request.GET.urlencode(),
        "schools": queries.own_schools(request.user),
    }
    return render(request, "applications/list.html", context)


@allowed(P.APPLICATION_WRITE)
@never_cache
@require_safe
def export(request: Request, form: str) -> HttpResponse:
    """What the list shows by the same address, all pages of it, as `xlsx` or `csv`. Each time is logged."""
    audit.access(AccessEntry.Kind.EXPORT, "", by=request.user)
    chosen = listing.listed(_chosen(request, queries.own_cases(request.user)))
    found = chosen.order_by(_order(request), "pk")[: settings.EXPORT_ROWS]
    lines = [listing.cells(row) for row in listing.rows(found)]
    return spreadsheets.answer(form, f"ansoegninger-{today()}", listing.COLUMNS, lines)


def _chosen(request: Request, mine: QuerySet[Application]) -> QuerySet[Application]:
    """One choice for list and export: a search looks through all tabs."""
    text = _sought(request)
    return listing.found(mine, text) if text else mine.filter(TABS[_tab(request)].holds(request.user))


def _tab(request: Request) -> str:
    name = request.GET.get("fane", "")
    return name if name in TABS else next(iter(TABS))


def _order(request: Request) -> str:
    return ORDERS.get(request.GET.get("orden", ""), ORDERS[""])[1]


def _sought(request: Request) -> str:
    return "".join(letter for letter in request.GET.get("q", "")[:40] if letter.isprintable()).strip()
