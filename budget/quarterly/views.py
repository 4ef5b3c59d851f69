"""The quarterly follow-up: the chiefs' words to a quarter's figures, and the page of it as PDF."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from budget.models import QuarterlyText
from budget.quarterly import actions, forms
from budget.quarterly.report import FIELDS, Quarter, pdf, quarters
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Overtaken


@page(P.POOL_READ)
def quarterly(request: Request) -> HttpResponse:
    """The quarters, the newest first, and which of them somebody has written to."""
    shown = quarters()
    written = {
        (text.year, text.quarter) for text in QuarterlyText.objects.filter(year__gte=shown[-1].year)
    }
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Kvartalsopfølgning", "")],
        "may_write": may(request.user, P.FIGURES_WRITE, at=EVERYWHERE),
        "quarters": [(quarter, (quarter.year, quarter.number) in written) for quarter in shown],
    }
    return render(request, "budget/quarterly/quarterly.html", context)


@form_page(P.FIGURES_WRITE)
def quarter(request: Request, year: int, number: int) -> HttpResponse:
    """Write to a quarter. Who was overtaken sees both texts, and loses neither."""
    found = _found(year, number)
    latest = found.text()
    form = forms.QuarterForm(request.POST or None, initial=_initial(latest))
    theirs = None
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            actions.write_quarter(
                year=year,
                quarter=number,
                version=data["version"],
                texts=form.texts(),
                by=request.user,
            )
            messages.success(request, f"Teksten til {found.name} er gemt.")
            return redirect("budget:quarterly")
        except Overtaken as overtaken:
            form, theirs = _again(request, latest), latest
            form.add_error(None, str(overtaken))
    context = {
        "trail": [
            ("Økonomi", reverse("budget:dashboard")),
            ("Kvartalsopfølgning", reverse("budget:quarterly")),
            (found.name, ""),
        ],
        "quarter": found,
        "form": form,
        "theirs": [(label, getattr(theirs, name)) for name, label in FIELDS] if theirs else [],
        "versions": QuarterlyText.objects.filter(year=year, quarter=number).select_related(
            "made_by"
        ),
        "fields": FIELDS,
    }
    return render(
        request, "budget/quarterly/quarter.html", context, status=422 if form.errors else 200
    )


@page(P.POOL_READ)
def quarter_pdf(request: Request, year: int, number: int) -> HttpResponse:
    """The page as PDF, with what the reader may see; drawn anew each time (some 50 ms)."""
    found = _found(year, number)
    audit.access(AccessEntry.Kind.EXPORT, f"kvartal {year}-{number}", by=request.user)
    answer = HttpResponse(pdf(found, reader=request.user), content_type="application/pdf")
    answer["Content-Disposition"] = (
        f'attachment; filename="kvartalsopfoelgning-{year}-{number}.pdf"'
    )
    return answer


def _found(year: int, number: int) -> Quarter:
    """The quarter, if it has begun and the pool is that old."""
    known = quarters(40)
    quarter = Quarter(year, number)
    if quarter not in known:
        raise Http404
    return quarter


def _initial(latest: QuarterlyText | None) -> dict[str, object]:
    texts = {name: getattr(latest, name) for name, _ in FIELDS} if latest else {}
    return {**texts, "version": latest.version if latest else 0}


def _again(request: Request, latest: QuarterlyText | None) -> forms.QuarterForm:
    """What was typed, on top of the version that stands now."""
    data = request.POST.copy()
    data["version"] = str(latest.version if latest else 0)
    form = forms.QuarterForm(data)
    form.is_valid()
    return form
