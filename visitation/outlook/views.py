"""The forecast, and a school's own figures."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse

from budget.books import queries as books_queries
from budget.figures import queries as figure_queries
from skolefleks.danish import today
from skolefleks.models import School
from skolefleks.pages import page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, schools_of
from visitation.outlook import charts, forms, queries
from visitation.outlook import forecast as outlook_forecast


@page(P.FORECAST_READ)
def forecast(request: Request) -> HttpResponse:
    """What the pool may come to and what it may save, on assumptions that stand in the address."""
    figures, year = figure_queries.day_treatment(), today().year
    latest = figures.latest
    average = (figures.average_cost(latest) if latest else None) or settings.REFERRAL_TARIFF
    form = forms.ForecastForm(request.GET, day_treatment=average)
    extended, granted, otherwise = (
        outlook_forecast.Share(*form.band(name)) for name in forms.ForecastForm.BANDS
    )
    expected = outlook_forecast.forecast(extended, granted)
    prices = {
        "Takst ved henvisning til et specialtilbud": form.price("henvisning"),
        f"Dagbehandling, gennemsnit {latest or ''}".strip(): form.price("dagbehandling"),
    }
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Prognose", "")],
        "form": form,
        "forecast": expected,
        "chart": charts.forecast_chart(expected),
        "warnings": [line for line in expected.pools if line.warning],
        "districts": expected.districts_by_year(),
        "alternatives": (
            alternatives := outlook_forecast.investment(
                next(iter(books_queries.pools([year])), None), prices, otherwise
            )
        ),
        "unit": alternatives[0].unit if alternatives else 0,
        "otherwise": otherwise,
        "year": str(year),
    }
    return render(
        request, "visitation/outlook/forecast.html", context, status=422 if form.errors else 200
    )


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
