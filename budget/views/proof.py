"""Regnskabsbevis: the books proved again while one waits, and the pool as it stood on any day."""

from __future__ import annotations

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from budget.forms.proposals import DayForm
from budget.proof import as_it_stood, prove
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed


@allowed(P.POSTING_READ)
@never_cache
@require_safe
def proof(request: Request) -> HttpResponse:
    """Green, or red with the first difference of each kind; beside it the pools at the end of a day (`dag`)."""
    form = DayForm(request.GET if "dag" in request.GET else None)
    day = form.cleaned_data["dag"] if form.is_bound and form.is_valid() else None
    checks = prove()
    context = {
        "trail": [("Økonomi", reverse("budget:dashboard")), ("Regnskabsbevis", "")],
        "checks": checks,
        "wrong": [check for check in checks if not check.holds],
        "at": timezone.now(),
        "form": form,
        "day": day,
        "pools": as_it_stood(day),
    }
    return render(request, "budget/proof.html", context, status=422 if form.errors else 200)
