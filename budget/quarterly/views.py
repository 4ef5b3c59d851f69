"""The quarterly follow-up: the chiefs' words to a quarter's figures, and the page of it as PDF."""

from __future__ import annotations

from typing import Any

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
from skolefleks.throttles import throttled

# So many quarters have a page: ten years.
QUARTERS_BACK = 40


@page(P.POOL_READ)
def quarterly(request: Request) -> HttpResponse:
    """The quarters, the newest first, and what has become of each."""
    context = {
        "trail": trail(),
        "may_write": may(request.user, P.FIGURES_WRITE, at=EVERYWHERE),
        "rows": queries.rows_of(rules.latest_quarters()),
    }
    return render(request, "budget/quarterly/quarterly.html", context)


@form_page(P.FIGURES_WRITE)
def quarter(request: Request, year: int, number: int) -> HttpResponse:
    """Write to a quarter, its figures beside. Who was overtaken sees both texts."""
    quarter = find_quarter(year, number)
    latest = queries.latest_text(quarter)
    form = forms.QuarterForm(posted(request), latest=latest)

    if form.try_to(actions.write_quarter, year=year, quarter=number, by=request.user):
        messages.success(request, f"Teksten til {quarter.name} er gemt.")
        return redirect("budget:quarter", year, number)

    # What was typed stands in the form; what stood there already is shown above it.
    their_text = []
    if form.is_overtaken:
        their_text = queries.by_label(latest)
    context = {
        "trail": trail((quarter.name, "")),
        "theirs": their_text,
        "versions": queries.versions_of(quarter),
        **quarter_part(quarter),
    }
    return show_form(request, "budget/quarterly/quarter.html", form, context)


@form_page(P.FIGURES_WRITE)
def sign_quarter(request: Request, year: int, number: int) -> HttpResponse:
    """Ask the other centre to sign the quarter's figures and words as they stand."""
    quarter = find_quarter(year, number)
    part = quarter_part(quarter)
    form = forms.SigningForm(posted(request), is_first=part["signed"] is None)
    if form.try_to(actions.propose_signing, quarter, by=request.user):
        messages.success(request, f"{quarter.name} venter nu på de andre centre.")
        return redirect(form.outcome)

    address = reverse("budget:quarter", args=[year, number])
    context = {
        "trail": trail((quarter.name, address), ("Godkend", "")),
        "words": queries.by_label(queries.latest_text(quarter)),
        **part,
    }
    return show_form(request, "budget/quarterly/sign_quarter.html", form, context)


def quarter_part(quarter: rules.Quarter) -> dict[str, Any]:
    """The quarter, its figures as of its own day, and what is proposed and signed of it."""
    reports = list(queries.reports_of(quarter))
    signed = [each for each in reports if each.proposal.status == "approved"]
    waiting = [each for each in reports if each.proposal.status == "proposed"]
    return {
        "quarter": quarter,
        "figures": report.content(quarter, None),
        "signed": next(iter(signed), None),
        "signed_reports": [(each, report.state_of(each)) for each in signed],
        "waiting": next(iter(waiting), None),
    }


@page(P.POOL_READ)
@throttled("print")
def quarter_pdf(request: Request, year: int, number: int) -> HttpResponse:
    """The page as PDF, with what the reader may see; `version` is one that was signed."""
    quarter = find_quarter(year, number)
    version = chosen_version(request, quarter)
    # Before it is drawn: no log, no page.
    audit.log_access(AccessEntry.Kind.EXPORT, quarter.subject, by=request.user)

    content = report.pdf(quarter, reader=request.user, version=version)
    file_name = f"kvartalsopfoelgning-{year}-{number}.pdf"
    response = HttpResponse(content, content_type="application/pdf")
    response["Content-Disposition"] = f'attachment; filename="{file_name}"'
    return response


def chosen_version(request: Request, quarter: rules.Quarter) -> int | None:
    """The version that the address asks for, None for the one that counts; else 404."""
    typed = request.GET.get("version", "")
    if not typed:
        return None
    for signed in queries.reports_of(quarter).signed():
        if typed == str(signed.version):
            return signed.version
    raise Http404


def find_quarter(year: int, number: int) -> rules.Quarter:
    """The quarter, if there is one of that number and it has begun; else 404."""
    quarter = rules.Quarter(year, number)
    if quarter not in rules.latest_quarters(QUARTERS_BACK):
        raise Http404
    return quarter


def trail(*below: tuple[str, str]) -> list[tuple[str, str]]:
    """The way from the money's page; to the list where nothing lies `below` it."""
    start = [("Økonomi", reverse("budget:dashboard"))]
    if not below:
        return [*start, ("Kvartalsopfølgning", "")]
    return [*start, ("Kvartalsopfølgning", reverse("budget:quarterly")), *below]
