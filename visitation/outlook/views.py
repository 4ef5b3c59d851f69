"""The forecast, and a school's own figures."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse

from budget.dashboard import sentences
from budget.dashboard.address import read_address
from budget.figures import queries as figure_queries
from skolefleks.danish import today
from skolefleks.models import School
from skolefleks.pages import NOT_DONE, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, schools_of
from skolefleks.setup import trade
from visitation.outlook import charts, forms, investment, queries, standing


@page(P.FORECAST_READ)
def forecast(request: Request) -> HttpResponse:
    """What the pool may come to and what it may save, on assumptions that stand in the address."""
    year = today().year
    figures = figure_queries.day_treatment()
    latest_year = figures.latest
    # Without figures of day treatment the referral tariff is the nearest price there is.
    day_treatment_cost = trade.now().referral_tariff
    if latest_year:
        day_treatment_cost = (
            figures.average_cost(latest_year) or trade.now().referral_tariff
        )

    form = forms.ForecastForm(
        request.GET,
        day_treatment_cost=day_treatment_cost,
        day_treatment_year=latest_year or trade.now().referral_tariff_year,
    )
    forecast = queries.forecast(form.estimate("extension"), form.estimate("approval"))
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Prognose", "")],
        "form": form,
        "forecast": forecast,
        "chart": charts.forecast_chart(forecast),
        "warnings": [line for line in forecast.pools if line.warning],
        "districts": forecast.districts_by_year(),
        "year": str(year),
        **_investment(form, year),
    }

    # A page that is read, and yet says that the assumptions in its address make no sense.
    status = 200
    if form.errors:
        status = NOT_DONE
    return render(request, "visitation/outlook/forecast.html", context, status=status)


@page(P.FORECAST_READ)
def year_end(request: Request) -> HttpResponse:
    """What is likely left of a year and asked for of the next: the part that the dashboard fetches.

    As a page it is the forecast, which says it too.
    """
    if not request.headers.get("HX-Request"):
        return redirect("forecast")
    selection = read_address(request)
    sentence = sentences.of_year_end(selection.pools, standing.demand())
    context = {"sentence": sentence}
    return render(request, "visitation/outlook/_year_end.html", context)


def _investment(form: forms.ForecastForm, year: int) -> dict[str, Any]:
    """What the effort may save, and the assumptions that it rests on."""
    prices = form.prices()
    returning, others = queries.returning_days(year)
    referral = investment.weighed(
        form.estimate("referral"),
        form.estimate("stayed"),
        returning=returning,
        others=others,
    )
    return {
        "alternatives": queries.alternatives(year, prices, referral),
        "referral": referral,
        "kept_back": form.estimate("referral"),
        "stayed": form.estimate("stayed"),
        "returning_percent": round(100 * returning / max(1, returning + others)),
        "price_levels": investment.levels_in_words(prices),
        "index_source": settings.PRICE_INDEX_SOURCE,
    }


@page(P.SCHOOL_FIGURES_READ)
def own_school(request: Request) -> HttpResponse:
    """The school's own places and money: what is released, and nothing else."""
    schools = schools_of(request.user, P.SCHOOL_FIGURES_READ)
    names = School.objects.filter(pk__in=schools).values_list("name", flat=True)
    context = {
        "schools": ", ".join(names),
        "years": queries.own_years(schools),
        "grants": queries.own_grants(schools),
    }
    return render(request, "visitation/outlook/own_school.html", context)
