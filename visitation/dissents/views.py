"""A dissent at a decision of a meeting, written from the room or from the minutes."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from visitation.dissents import actions, forms, queries
from visitation.minutes import rules as minutes_rules
from visitation.models import Decision
from visitation.pages import find

WRITTEN = "Uenigheden er ført til referat."
NAMED = (
    "Der stod navne på elever i teksten. De er skrevet som initialer: læs den igennem."
)
# Stands in the address where the page was opened from the room: one comes back there.
FROM_MEETING = "moede"


@form_page(P.ASSESSMENT_WRITE, P.MEETING_LEAD)
def dissent(request: Request, pk: UUID, pupil: UUID) -> HttpResponse:
    """Write why one disagrees with what was decided of a pupil at the meeting."""
    decision = _decision(request, pk, pupil)
    people = queries.people_of(decision, request.user)
    if not people:
        raise Http404

    form = forms.DissentForm(posted(request), people=people)
    if form.try_to(actions.note_dissent, decision, by=request.user):
        messages.success(request, WRITTEN)
        if form.outcome:
            messages.warning(request, NAMED)
        if request.GET.get("fra") == FROM_MEETING:
            return redirect("visitation:meeting_mode", pk)
        return redirect("visitation:minutes", pk)

    number = decision.application.number
    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    # The decision was found by its meeting.
    meeting: Any = decision.meeting
    minutes_url = reverse("visitation:minutes", args=[pk])
    context = {
        "trail": [
            *find.meeting_trail(meeting),
            ("Referat", minutes_url),
            ("Uenighed", ""),
        ],
        "meeting": meeting,
        "decision": decision,
        "dissents": queries.of_decisions(meeting).get(decision.pk, []),
        "is_own": people == [request.user],
        "from_meeting": request.GET.get("fra") == FROM_MEETING,
    }
    return show_form(request, "visitation/dissents/dissent.html", form, context)


def _decision(request: Request, pk: UUID, pupil: UUID) -> Decision:
    """What was decided of the pupil there, while its minutes are open. Raises Http404, Recused."""
    rows = Decision.objects.standing().filter(
        meeting=pk, meeting__status__in=minutes_rules.WRITABLE, pupil_case=pupil
    )
    related = ("meeting", "pupil_case__application")
    decision = rows.select_related(*related).order_by("decided_at").last()
    if decision is None:
        raise Http404
    number = decision.application.number
    decision.pupil_case = find.reviewable_pupil(request, number, pupil)
    return decision
