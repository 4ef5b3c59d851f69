"""The reconciliation with the finance system: files, differences, and the months of a year."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.lifecycle import DifferenceStatus
from budget.models import ColumnProfile, Difference
from budget.reconciliation import actions, forms, queries
from skolefleks.danish import today
from skolefleks.pages import form_page, page, posted, show_form
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.throttles import throttled

Trail = list[tuple[str, str]]


def trail(last: str = "") -> Trail:
    start = [("Økonomi", reverse("budget:dashboard"))]
    if not last:
        return [*start, ("Afstemning", "")]
    return [*start, ("Afstemning", reverse("budget:reconciliation")), (last, "")]


@page(P.PAYMENT_MAKE)
def reconciliation(request: Request) -> HttpResponse:
    """How far it is reconciled, what is open, and what was settled."""
    status = DifferenceStatus.OPEN
    if request.GET.get("fane") == "afklarede":
        status = DifferenceStatus.SETTLED
    standing = queries.standing()
    context = {
        "trail": trail(),
        "standing": standing,
        "page": page_of(queries.differences(status), request.GET, by="id"),
        "is_settled": status == DifferenceStatus.SETTLED,
        "tabs": [
            ("Åbne", "?", standing.open_count, status == DifferenceStatus.OPEN),
            ("Afklarede", "?fane=afklarede", None, status == DifferenceStatus.SETTLED),
        ],
        "imports": queries.imports()[:12],
    }
    return render(request, "budget/reconciliation/reconciliation.html", context)


@form_page(P.PAYMENT_MAKE)
@throttled("import")
def take_in(request: Request) -> HttpResponse:
    """Read a file of the finance system. With a single faulty line nothing of it is read."""
    start = forms.start_of(ColumnProfile.objects.first())
    # An empty `FILES` instead of None would be a form that was sent.
    form = forms.ImportForm(posted(request), request.FILES or None, initial=start)
    if form.try_to(actions.take_in, by=request.user):
        standing = queries.standing()
        messages.success(
            request, f"{form.outcome.line_count} linjer er læst. {standing.sentence}."
        )
        return redirect("budget:reconciliation")

    errors: list[tuple[int, str]] = []
    if hasattr(form, "sheet"):
        errors = form.sheet.errors
    context = {"trail": trail("Indlæs en fil"), "errors": errors}
    return show_form(request, "budget/reconciliation/take_in.html", form, context)


@form_page(P.PAYMENT_MAKE)
def difference(request: Request, pk: str) -> HttpResponse:
    """One difference; from here it is settled with a reason."""
    rows = Difference.objects.select_related("instalment__run", "line", "settled_by")
    difference = get_object_or_404(rows, pk=pk)
    form = forms.SettleForm(posted(request))
    if form.try_to(actions.settle, difference, by=request.user):
        messages.success(request, "Forskellen er afklaret.")
        return redirect("budget:reconciliation")

    context = {"trail": trail(str(difference)), "difference": difference}
    return show_form(request, "budget/reconciliation/difference.html", form, context)


@page(P.PAYMENT_MAKE)
def months(request: Request) -> HttpResponse:
    """Budget and actual by month, the year before beside."""
    years = queries.years() or [today().year]
    year = today().year
    typed = request.GET.get("aar", "")
    if typed.isascii() and typed.isdigit() and int(typed) in years:
        year = int(typed)
    months_of_year = queries.months_of(year)
    context = {
        "trail": trail("Måned for måned"),
        "year": year,
        "tabs": [(str(each), f"?aar={each}", None, each == year) for each in years],
        "months": months_of_year,
        "total": queries.total_of(months_of_year),
    }
    return render(request, "budget/reconciliation/months.html", context)
