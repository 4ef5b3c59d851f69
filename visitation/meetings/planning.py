"""The committee's meetings: the list of them, planning one or a year's, moving one, its file for one's own calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks.danish import day
from skolefleks.pages import form_page, page
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from visitation.agenda import queries as agenda_queries
from visitation.lifecycle import MeetingStatus as S
from visitation.meetings import actions, forms, queries
from visitation.meetings.calendar import calendar_file
from visitation.models import Meeting
from visitation.pages import find

if TYPE_CHECKING:
    from visitation.meetings.days import Suggestion


TONES = {S.LOCKED: "info", S.UNDER_WAY: "warning", S.HELD: "warning", S.APPROVED: "success"}


@page(P.QUEUE_READ)
def meetings(request: Request) -> HttpResponse:
    """The coming meetings, the next one first, and the past ones, the last one first."""
    coming = queries.upcoming()
    page = page_of(queries.past(), request.GET, by="-starts_at")
    sums = agenda_queries.agenda_sums([*coming, *page.rows])
    context = {
        "coming": [
            (meeting, tone_of(meeting), *sums.get(meeting.pk, (0, 0))) for meeting in coming
        ],
        "past": [
            (meeting, tone_of(meeting), *sums.get(meeting.pk, (0, 0))) for meeting in page.rows
        ],
        "page": page,
        "may_plan": may(request.user, P.MEETING_LEAD, at=EVERYWHERE),
    }
    return render(request, "visitation/meetings/meetings.html", context)


@form_page(P.MEETING_LEAD)
def plan_meetings(request: Request) -> HttpResponse:
    """One meeting or a row of them: first what the days would be, then those that are ticked."""
    form = forms.PlanForm(
        request.POST or request.GET or None, initial={"fra": "9.00", "til": "12.00"}
    )
    found = form.suggestions(queries.days_taken()) if form.is_valid() else []
    chosen = (
        request.POST.getlist("dag")
        if request.method == "POST"
        else [s.value for s in found if not s.against]
    )
    if request.method == "POST" and found:
        days = [suggestion.day for suggestion in found if suggestion.value in chosen]
        if days:
            actions.plan(form.slots(days), by=request.user)
            messages.success(request, _planned(len(days)))
            return redirect("visitation:meetings")
        form.add_error(None, "Sæt kryds ved mindst én dag.")
    refused = request.method == "POST" or bool(form.errors)
    context = {
        "trail": [("Møder", reverse("visitation:meetings")), ("Nyt møde", "")],
        "form": form,
        "days": [
            (suggestion, _shown(suggestion), suggestion.value in chosen) for suggestion in found
        ],
    }
    return render(
        request, "visitation/meetings/plan_meetings.html", context, status=422 if refused else 200
    )


@form_page(P.MEETING_LEAD)
def change_meeting(request: Request, pk: UUID) -> HttpResponse:
    """Another time or place."""
    meeting = get_object_or_404(Meeting, pk=pk)
    form = forms.ChangeMeetingForm(
        request.POST if request.method == "POST" else None, meeting=meeting
    )
    if request.method == "POST" and form.is_valid():
        try:
            actions.change(
                meeting, form.slot(), revision=form.cleaned_data["revision"], by=request.user
            )
            told = " De indkaldte får besked." if meeting.invited_at else ""
            messages.success(request, f"Mødet er ændret.{told}")
            return redirect(meeting)
        except Refusal as refusal:
            form = _again(request, meeting)
            form.add_error(None, str(refusal))
    context = {
        "trail": [*find.meeting_trail(meeting), ("Ret tid og sted", "")],
        "form": form,
        "meeting": meeting,
    }
    return render(
        request,
        "visitation/meetings/change_meeting.html",
        context,
        status=422 if form.errors else 200,
    )


@page(P.QUEUE_READ)
def invitation(request: Request, pk: UUID) -> HttpResponse:
    """The meeting for one's own calendar."""
    meeting = get_object_or_404(Meeting, pk=pk)
    disposition = 'attachment; filename="moede-i-kvalitetsudvalget.ics"'
    return HttpResponse(
        calendar_file(meeting),
        "text/calendar; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )


def tone_of(meeting: Meeting) -> str:
    return TONES.get(S(meeting.status), "neutral")


def _again(request: Request, meeting: Meeting) -> forms.ChangeMeetingForm:
    """What was typed, on top of how the meeting is now."""
    data = request.POST.copy()
    data["revision"] = str(meeting.revision)
    form = forms.ChangeMeetingForm(data, meeting=meeting)
    form.is_valid()
    return form


def _shown(suggestion: Suggestion) -> str:
    names = ("Mandag", "Tirsdag", "Onsdag", "Torsdag", "Fredag", "Lørdag", "Søndag")
    return f"{names[suggestion.day.weekday()]} {day(suggestion.day)}"


def _planned(count: int) -> str:
    return "Mødet er planlagt." if count == 1 else f"{count} møder er planlagt."
