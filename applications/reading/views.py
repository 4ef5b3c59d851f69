"""The school's list of cases: on the screen page by page, and as a spreadsheet of all that the same choice holds."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.models import Application
from applications.reading import listing, queries
from applications.reading import summary as reading_summary
from applications.reading.listing import ORDERS, TABS
from skolefleks import audit, spreadsheets
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import page
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request

if TYPE_CHECKING:
    from django.db.models import QuerySet


@page(P.APPLICATION_WRITE)
def cases(request: Request) -> HttpResponse:
    """The school's cases; tab, search and order stand in the address."""
    mine, tab, text = queries.own_cases(request.user), _tab(request), _sought(request)
    order = request.GET.get("orden", "")
    chosen = _chosen(request, mine)
    if text:
        audit.access(AccessEntry.Kind.SEARCH, "", by=request.user)
    counts = {
        key: bounded_count(mine.filter(TABS[key].holds(request.user)))
        for key in listing.COUNTED
    }
    page = page_of(listing.listed(chosen), request.GET, by=_order(request))
    context = {
        "page": page,
        "rows": listing.rows(page.rows),
        "count": counts[tab] if tab in counts and not text else bounded_count(chosen),
        "tabs": [
            (t.label, f"?fane={key}", counts.get(key), key == tab and not text)
            for key, t in TABS.items()
        ],
        "tab": tab,
        "empty": TABS[tab].empty,
        "text": text,
        "orders": [(key, label, key == order) for key, (label, _) in ORDERS.items()],
        "choice": request.GET.urlencode(),
        "schools": queries.own_schools(request.user),
    }
    return render(request, "applications/reading/list.html", context)


@page(P.APPLICATION_WRITE)
def export(request: Request, form: str) -> HttpResponse:
    """What the list shows by the same address, all pages of it, as `xlsx` or `csv`. Each time is logged."""
    audit.access(AccessEntry.Kind.EXPORT, "", by=request.user)
    chosen = listing.listed(_chosen(request, queries.own_cases(request.user)))
    found = chosen.order_by(_order(request), "pk")[: settings.EXPORT_ROWS]
    return spreadsheets.answer(form, f"ansoegninger-{today()}", listing.table(found))


def _chosen(request: Request, mine: QuerySet[Application]) -> QuerySet[Application]:
    """One choice for list and export: a search looks through all tabs."""
    text = _sought(request)
    return (
        listing.found(mine, text)
        if text
        else mine.filter(TABS[_tab(request)].holds(request.user))
    )


def _tab(request: Request) -> str:
    name = request.GET.get("fane", "")
    return name if name in TABS else next(iter(TABS))


def _order(request: Request) -> str:
    return ORDERS.get(request.GET.get("orden", ""), ORDERS[""])[1]


def _sought(request: Request) -> str:
    return "".join(
        letter for letter in request.GET.get("q", "")[:40] if letter.isprintable()
    ).strip()


@page(P.APPLICATION_WRITE, P.CASE_READ)
def help_page(request: Request) -> HttpResponse:
    context = {
        "unit": settings.UNIT_TARIFF,
        "hours": settings.SUPPORT_HOURS_LIMIT,
        "days": settings.WAITING_GOAL_DAYS,
    }
    return render(request, "applications/reading/help.html", context)


@page(P.CASE_READ)
def summary(request: Request, number: str) -> HttpResponse:
    draft = _read(request, number, AccessEntry.Kind.VIEW)
    told = reading_summary.summarise(draft, queries.submitted_blocks(draft.application))
    context = {"application": draft.application, "summary": told}
    return render(request, "applications/reading/summary.html", context)


@page(P.CASE_READ)
def summary_pdf(request: Request, number: str) -> HttpResponse:
    """The same page to print; initials stand in it, no name and no CPR number."""
    draft = _read(request, number, AccessEntry.Kind.PRINT)
    content = reading_summary.as_pdf(draft, queries.submitted_blocks(draft.application))
    headers = {"Content-Disposition": f'attachment; filename="resume-{number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _read(
    request: Request, number: str, kind: AccessEntry.Kind
) -> queries.WholeApplication:
    cases = Application.objects.visible_to(request.user).marked_for(request.user)
    application = get_object_or_404(cases.select_related("school"), number=number)
    audit.access(kind, application.number, by=request.user)
    return queries.WholeApplication(application)
