"""What the school's pages share: the case that is one's own, and the frame of a step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.reading import queries as reading_queries
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.statemachine import can

if TYPE_CHECKING:
    from django.http import QueryDict

    from applications.models import Application
    from skolefleks.permissions import Request


def own(request: Request, number: str) -> Application:
    """The case of that number at one's own school; held by a POST until it is done. 404 for any other."""
    cases = reading_queries.own_cases(request.user).select_related("school")
    if request.method == "POST":
        cases = cases.select_for_update(no_key=True, of=("self",))
    return get_object_or_404(cases, number=number)


def sent(request: Request) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def status(request: Request) -> int:
    """A form that comes back was refused."""
    return 422 if request.method == "POST" else 200


def step_page(
    request: Request,
    draft: reading_queries.Draft,
    step: str,
    context: dict[str, Any],
    template: str,
) -> HttpResponse:
    """A step's page: reading it is logged."""
    application, names = draft.application, list(reading_queries.STEPS)
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    at, asked = names.index(step), reading_queries.asked(draft)
    frame = {
        "application": application,
        "heading": reading_queries.STEPS[step],
        "position": f"Trin {at + 1} af {len(names)}",
        "steps": draft.steps(step, asked),
        "asked": asked,
        "opens_asked": step == "check",
        "asked_here": [
            one for one in asked if one.place.step == step and (one.place.is_step or one.is_gone)
        ],
        "way": reading_queries.way(application),
        "previous": draft.url(names[at - 1]) if at else "",
        "may_withdraw": can(application, "withdraw", request.user),
        "idle_seconds": settings.SESSION_IDLE_SECONDS,
    }
    code = 409 if context.get("conflicts") else status(request)
    return render(request, template, frame | context, status=code)
