"""The fiscal years: which are open, closing one, opening it again."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.closing import actions, forms, queries
from budget.models import Pool
from budget.proposals.forms import ReasonForm
from skolefleks.danish import today
from skolefleks.pages import form_page, page, posted, show_form
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P


@page(P.POSTING_READ)
def fiscal_years(request: Request) -> HttpResponse:
    """All years with a pool: what is unused, and which are closed."""
    context = {
        "trail": _trail(),
        "years": queries.years(),
        "may_close": may(request.user, P.POOL_ALLOCATE, at=EVERYWHERE),
    }
    return render(request, "budget/closing/fiscal_years.html", context)


@form_page(P.POOL_ALLOCATE)
def close_year(request: Request, year: int) -> HttpResponse:
    """Propose to close a year that is over."""
    pool = get_object_or_404(Pool, pk=year, closed_at__isnull=True)
    if year >= today().year:
        raise Http404

    form = forms.ClosingForm(posted(request), year=year, unused=queries.unused(year))
    if form.try_to(actions.propose_closing, pool.fiscal_year, by=request.user):
        return redirect(form.outcome)

    context = {
        "trail": _trail(f"Luk {year}"),
        "year": year,
        "obstacles": queries.obstacles(year),
    }
    return show_form(request, "budget/closing/close_year.html", form, context)


@form_page(P.POOL_ALLOCATE)
def reopen_year(request: Request, year: int) -> HttpResponse:
    """Propose to open a closed year again, with a reason."""
    pool = get_object_or_404(Pool, pk=year, closed_at__isnull=False)
    form = ReasonForm(posted(request))
    if form.try_to(actions.propose_reopening, pool.fiscal_year, by=request.user):
        return redirect(form.outcome)

    context: dict[str, Any] = {"trail": _trail(f"Genåbn {year}"), "year": year}
    return show_form(request, "budget/closing/reopen_year.html", form, context)


def _trail(here: str = "") -> list[tuple[str, str]]:
    trail = [("Økonomi", reverse("budget:dashboard"))]
    if not here:
        return [*trail, ("Regnskabsår", "")]
    return [*trail, ("Regnskabsår", reverse("budget:fiscal_years")), (here, "")]
