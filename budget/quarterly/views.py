"""The quarterly follow-up: the chiefs' words to a quarter's figures, and the page of it as PDF."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from budget.quarterly import actions, forms, queries, report, rules
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, page, posted, show_form
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P

# So many quarters have a page: ten years.
QUARTERS_BACK = 40


@page(P.POOL_READ)
def quarterly(request: Request) -> HttpResponse:
    """The quarters, the newest first, and which of them somebody has written to."""
    quarters = rules.latest_quarters()
    with_text = queries.quarters_with_text(quarters)

    rows = []
    for quarter in quarters:
        rows.append((quarter, (quarter.year, quarter.number) in with_text))
    context = {
        "trail": [
            ("Økonomi", reverse("budget:dashboard")),
            ("Kvartalsopfølgning", ""),
        ],
        "may_write": may(request.user, P.FIGURES_WRITE, at=EVERYWHERE),
        "quarters": rows,
    }
    return render(request, "budget/quarterly/quarterly.html", context)


@form_page(P.FIGURES_WRITE)
def quarter(request: Request, year: int, number: int) -> HttpResponse:
    """Write to a quarter. Who was overtaken sees both texts, and loses neither."""
    quarter = find_quarter(year, number)
    latest = queries.latest_text(quarter)
    form = forms.QuarterForm(posted(request), latest=latest)

    if form.try_to(actions.write_quarter, year=year, quarter=number, by=request.user):
        messages.success(request, f"Teksten til {quarter.name} er gemt.")
        return redirect("budget:quarterly")

    # What was typed stands in the form; what stood there already is shown above it.
    their_text = []
    if form.is_overtaken:
        their_text = queries.by_label(latest)
    context = {
        "trail": [
            ("Økonomi", reverse("budget:dashboard")),
            ("Kvartalsopfølgning", reverse("budget:quarterly")),
            (quarter.name, ""),
        ],
        "quarter": quarter,
        "theirs": their_text,
        "versions": queries.versions_of(quarter),
    }
    return show_form(request, "budget/quarterly/quarter.html", form, context)


@page(P.POOL_READ)
def quarter_pdf(request: Request, year: int, number: int) -> HttpResponse:
    """The page as PDF, with what the reader may see; drawn anew each time (some 50 ms)."""
    quarter = find_quarter(year, number)
    # Before it is drawn: no log, no page.
    audit.log_access(AccessEntry.Kind.EXPORT, quarter.subject, by=request.user)

    content = report.pdf(quarter, reader=request.user)
    file_name = f"kvartalsopfoelgning-{year}-{number}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def find_quarter(year: int, number: int) -> rules.Quarter:
    """The quarter, if there is one of that number and it has begun; else 404."""
    quarter = rules.Quarter(year, number)
    if quarter not in rules.latest_quarters(QUARTERS_BACK):
        raise Http404
    return quarter
