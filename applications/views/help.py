"""How to write a good application: one page, the same for everybody who reads or writes them."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request, allowed


@allowed(P.APPLICATION_WRITE, P.CASE_READ)
@require_safe
def help_page(request: Request) -> HttpResponse:
    context = {"unit": settings.UNIT_TARIFF, "hours": settings.SUPPORT_HOURS_LIMIT, "days": settings.WAITING_GOAL_DAYS}
    return render(request, "applications/help.html", context)
