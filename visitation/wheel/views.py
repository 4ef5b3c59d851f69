"""The annual wheel: the year ahead by month, each thing a link to where it is done."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render

from skolefleks.danish import today
from skolefleks.pages import page
from skolefleks.permissions import Request
from visitation.wheel import queries, rules


@page()
def annual_wheel(request: Request) -> HttpResponse:
    """Twelve months from this one on, with what the reader may see."""
    span = rules.span_from(today())
    context = {
        "first_day": span[0],
        "last_day": span[1],
        "months": rules.by_month(queries.entries(request.user, span), span[0]),
        "today": today(),
    }
    return render(request, "visitation/wheel/annual_wheel.html", context)
