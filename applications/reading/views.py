"""The school's list of cases, on the screen and as a spreadsheet; a case's summary; the help."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.models import Application
from applications.reading import guide, listing, queries, searching
from applications.reading import summary as summaries
from applications.reading.listing import FIRST_TAB, ORDERS, TABS
from skolefleks import audit, cpr, search, spreadsheets
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import page
from skolefleks.paging import bounded_count, page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.search import MOST_LETTERS
from skolefleks.texts import wording
from skolefleks.throttles import throttled

if TYPE_CHECKING:
    from applications.models import ApplicationQuerySet


@page(P.APPLICATION_WRITE)
def cases(request: Request) -> HttpResponse:
    """The school's cases; tab, search and order stand in the address."""
    if cpr.is_held_in(request.GET.get("q", "")):
        # Led on, so that the number stands in no address that is kept or sent.
        messages.info(request, search.NOT_BY_CPR)
        return redirect("applications:list")

    own_cases = queries.own_cases(request.user)
    tab = _tab(request)
    text = _search_text(request)

    chosen = _chosen_cases(request, own_cases)
    # What was searched for is not written down: it may be a child's initials.
    if text:
        audit.log_access(AccessEntry.Kind.SEARCH, "", by=request.user)

    counts = {}
    for name in listing.COUNTED_TABS:
        counts[name] = bounded_count(own_cases.filter(TABS[name].holds(request.user)))
    # What a tab has counted already is not counted again.
    if text or tab not in counts:
        count = bounded_count(chosen)
    else:
        count = counts[tab]

    current_tab = tab
    if text:
        current_tab = ""
    rows = page_of(
        listing.only_row_fields(chosen),
        request.GET,
        by=_order_field(request),
    )
    context = {
        "page": rows,
        "rows": listing.rows_of(rows.rows),
        "count": count,
        "tabs": _tabs(counts, current=current_tab),
        "tab": tab,
        "empty": TABS[tab].empty,
        "text": text,
        "orders": _orders(request.GET.get("orden", "")),
        "choice": request.GET.urlencode(),
        "schools": queries.own_schools(request.user),
    }
    return render(request, "applications/reading/list.html", context)


def _orders(chosen: str) -> list[tuple[str, str, bool]]:
    """(name in the address, label, whether it is chosen) of every order."""
    return [(name, label, name == chosen) for name, (label, _) in ORDERS.items()]


def _tabs(
    counts: dict[str, str], *, current: str
) -> list[tuple[str, str, str | None, bool]]:
    """(label, address, count, whether it is the one shown) of every tab, for components/tabs.html.

    While a text is searched for, no tab is `current`.
    """
    return [
        (one.label, f"?fane={name}", counts.get(name), name == current)
        for name, one in TABS.items()
    ]


@page(P.APPLICATION_WRITE)
@throttled("export")
def export(request: Request, form: str) -> HttpResponse:
    """What the list shows at the same address, all pages of it, as `xlsx` or `csv`.

    Each time is logged, under each case.
    """
    chosen = _chosen_cases(request, queries.own_cases(request.user))
    ordered = listing.only_row_fields(chosen).order_by(_order_field(request), "pk")
    exported = list(ordered[: settings.EXPORT_ROWS])
    # A line under each case, so that it is found by the case; and one where there
    # was none.
    numbers = [application.number for application in exported] or [""]
    audit.log_accesses(AccessEntry.Kind.EXPORT, numbers, by=request.user)
    table = listing.table_of(exported)
    return spreadsheets.answer(form, f"ansoegninger-{today()}", table)


@page(P.APPLICATION_WRITE, P.CASE_READ)
def help_page(request: Request) -> HttpResponse:
    context = {"guide": guide.read(wording.now())}
    return render(request, "applications/reading/help.html", context)


@page(P.CASE_READ)
def summary(request: Request, number: str) -> HttpResponse:
    application = _readable(request, number)
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)

    context = {
        "application": application,
        "summary": summaries.summarise(
            queries.WholeApplication(application),
            queries.submitted_blocks(application),
        ),
    }
    return render(request, "applications/reading/summary.html", context)


@page(P.CASE_READ)
@throttled("print")
def summary_pdf(request: Request, number: str) -> HttpResponse:
    """The same page to print; initials stand in it, no name and no CPR number."""
    application = _readable(request, number)
    audit.log_access(AccessEntry.Kind.PRINT, application.number, by=request.user)

    content = summaries.as_pdf(
        queries.WholeApplication(application),
        queries.submitted_blocks(application),
    )
    headers = {"Content-Disposition": f'attachment; filename="resume-{number}.pdf"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


def _chosen_cases(
    request: Request, own_cases: ApplicationQuerySet
) -> ApplicationQuerySet:
    """One choice for list and spreadsheet: a search looks through all tabs."""
    text = _search_text(request)
    if text:
        return searching.find(own_cases, text)
    return own_cases.filter(TABS[_tab(request)].holds(request.user))


def _tab(request: Request) -> str:
    tab = request.GET.get("fane", "")
    if tab not in TABS:
        return FIRST_TAB
    return tab


def _order_field(request: Request) -> str:
    _, field = ORDERS.get(request.GET.get("orden", ""), ORDERS[""])
    return field


def _search_text(request: Request) -> str:
    """What was typed, as the page shows it again."""
    typed = request.GET.get("q", "")[:MOST_LETTERS]
    letters = [letter for letter in typed if letter.isprintable()]
    return "".join(letters).strip()


def _readable(request: Request, number: str) -> Application:
    cases = Application.objects.visible_to(request.user).marked_for(request.user)
    return get_object_or_404(cases.select_related("school"), number=number)
