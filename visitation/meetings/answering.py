"""A member's answer to the invitation, and the leader's word on who takes a seat."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect

from skolefleks.pages import act
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from visitation.meetings import attending, seat_forms, views
from visitation.models import Attendance, Meeting

NOT_ANSWERED = "Svaret er ikke gemt: vælg »Deltager« eller »Afbud«."
NOT_NAMED = "Suppleanten er ikke gemt: vælg både et medlem og en suppleant."


@act(P.QUEUE_READ)
def answer_invitation(request: Request, pk: UUID) -> HttpResponse:
    """Keep whether the reader comes, and whom they send instead."""
    meeting = get_object_or_404(Meeting, pk=pk)
    people = _people(meeting)
    own = [row for row in people if row.user_id == request.user.pk]
    if not own:
        return views.meeting_page(request, meeting, refusal="Du er ikke indkaldt.")

    form = seat_forms.AnswerForm(
        request.POST,
        row=own[0],
        people=people,
        substitutes=attending.substitutes_for(meeting),
    )
    if form.try_to(attending.answer, meeting, by=request.user):
        messages.success(
            request, "Dit svar er gemt. Du kan ændre det, til mødet åbnes."
        )
        return redirect(meeting)
    return views.meeting_page(request, meeting, refusal=form.complaint(NOT_ANSWERED))


@act(P.MEETING_LEAD)
def name_substitute(request: Request, pk: UUID) -> HttpResponse:
    meeting = get_object_or_404(Meeting, pk=pk)
    form = seat_forms.SubstituteForm(
        request.POST,
        people=_people(meeting),
        substitutes=attending.substitutes_for(meeting),
    )
    if form.try_to(attending.name_substitute, meeting, by=request.user):
        messages.success(request, "Suppleanten er skrevet på og får besked.")
        return redirect(meeting)
    return views.meeting_page(request, meeting, refusal=form.complaint(NOT_NAMED))


def _people(meeting: Meeting) -> list[Attendance]:
    return list(meeting.attendances.select_related("user", "stands_in_for"))
