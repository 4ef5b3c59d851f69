"""Making decisions known to the school: of one case, or of those of a meeting, each with its own result."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skolefleks.pages import act, form_page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Refusal
from visitation.models import Meeting
from visitation.pages import find
from visitation.releases import actions, queries

if TYPE_CHECKING:
    from applications.models import Application


@act(P.DECISION_RELEASE)
def release(request: Request, number: str) -> HttpResponse:
    application = find.reviewable(request, number)
    try:
        released = actions.release(application, by=request.user)
        messages.success(
            request, f"{_count(len(released))} frigivet. Skolen får besked og kan se dem nu."
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(application)


@form_page(P.DECISION_RELEASE)
def release_meeting(request: Request, pk: UUID) -> HttpResponse:
    """The cases that the meeting decided; those that are ticked are released, each on its own, with a line each."""
    meeting = get_object_or_404(Meeting, pk=pk)
    rows = queries.to_release(meeting, request.user)
    waiting = [row for row in rows if not row.is_released]
    trail = [*find.meeting_trail(meeting), ("Frigiv afgørelser", "")]
    context = {"meeting": meeting, "rows": rows, "waiting": waiting, "trail": trail}
    if request.method != "POST":
        return render(request, "visitation/releases/release_meeting.html", context)
    chosen = set(request.POST.getlist("case"))
    wanted = [row for row in waiting if row.application.number in chosen]
    if not wanted:
        return render(
            request,
            "visitation/releases/release_meeting.html",
            context | {"nothing_chosen": True},
            status=422,
        )
    refused = {
        row.application: said for row in wanted if (said := _refused(row.application, request))
    }
    done = f"{len(wanted) - len(refused)} af {len(wanted)} sag{'er' if len(wanted) > 1 else ''} er frigivet"
    if not refused:
        messages.success(request, f"{done}. Skolerne får besked og kan se afgørelserne nu.")
    else:
        messages.warning(request, f"{done}, {len(refused)} er ikke.")
    for application, said in refused.items():
        messages.error(request, f"{application.number}: {said}")
    return redirect("visitation:release_meeting", meeting.pk)


def _refused(application: Application, request: Request) -> str:
    """Release one case in a savepoint of its own; why not, where it was refused."""
    try:
        with transaction.atomic():
            actions.release(application, by=request.user)
    except Refusal as refusal:
        return str(refusal)
    return ""


def _count(released: int) -> str:
    return "1 afgørelse er" if released == 1 else f"{released} afgørelser er"
