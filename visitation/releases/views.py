"""Releasing the decisions of one case, or of a whole meeting, each case with its own result."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skolefleks.pages import NOT_DONE, act, form_page
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
    """Release the decisions of one case."""
    application = find.reviewable(request, number)

    # Not by `attempt`: the sentence counts what the act returns.
    try:
        decisions = actions.release(application, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(application)

    subject = f"{len(decisions)} afgørelser"
    if len(decisions) == 1:
        subject = "1 afgørelse"
    messages.success(
        request, f"{subject} er frigivet. Skolen får besked og kan se dem nu."
    )
    return redirect(application)


@form_page(P.DECISION_RELEASE)
def release_meeting(request: Request, pk: UUID) -> HttpResponse:
    """The cases that the meeting decided; those that are ticked are released, each on its own."""
    meeting = get_object_or_404(Meeting, pk=pk)
    rows = queries.to_release(meeting, request.user)
    waiting = [row for row in rows if not row.is_released]

    numbers = request.POST.getlist("case")
    applications = [
        row.application for row in waiting if row.application.number in numbers
    ]
    if applications:
        _release_each(request, applications)
        return redirect("visitation:release_meeting", meeting.pk)

    # Sent with nothing ticked, or with what is not theirs to release.
    status = 200
    if request.method == "POST":
        status = NOT_DONE
    context = {
        "meeting": meeting,
        "rows": rows,
        "waiting": waiting,
        "trail": [*find.meeting_trail(meeting), ("Frigiv afgørelser", "")],
        "nothing_chosen": request.method == "POST",
    }
    return render(
        request, "visitation/releases/release_meeting.html", context, status=status
    )


def _release_each(request: Request, applications: list[Application]) -> None:
    """Release what can be released, and say how many were and why each of the others was not."""
    refusals = []
    for application in applications:
        # A savepoint of its own: what is refused leaves the others
        # released.
        try:
            with transaction.atomic():
                actions.release(application, by=request.user)
        except Refusal as refusal:
            refusals.append(f"{application.number}: {refusal}")

    cases = "sager"
    if len(applications) == 1:
        cases = "sag"
    count = len(applications) - len(refusals)
    summary = f"{count} af {len(applications)} {cases} er frigivet"

    if refusals:
        messages.warning(request, f"{summary}, {len(refusals)} er ikke.")
    else:
        messages.success(
            request, f"{summary}. Skolerne får besked og kan se afgørelserne nu."
        )
    # A message each, so that no number is overlooked.
    for sentence in refusals:
        messages.error(request, sentence)
