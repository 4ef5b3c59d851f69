"""The list of meetings, planning one or a year's, moving one, and its file for the calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from skolefleks.danish import day
from skolefleks.pages import NOT_DONE, form_page, page, posted, show_form
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.setup import trade
from visitation.agenda import queries as agenda_queries
from visitation.agenda import rules as agenda_rules
from visitation.lifecycle import MeetingStatus
from visitation.meetings import actions, forms, putting_off, queries, rules
from visitation.meetings.calendar import calendar_file, entry_of
from visitation.models import Meeting
from visitation.pages import find

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable
    from datetime import date

WEEKDAYS = ("Mandag", "Tirsdag", "Onsdag", "Torsdag", "Fredag", "Lørdag", "Søndag")
# The tick that plans a day although something speaks against it.
ANYWAY = "alligevel"
# The ticks of the usual free points of each meeting.
POINTS = "punkt"
USUAL_TIME = {"begins": "9.00", "ends": "12.00"}

# A suggested day, in words with its deadline, and whether it is ticked.
ShownDay = tuple[rules.Suggestion, str, bool]


@page(P.QUEUE_READ)
def meetings(request: Request) -> HttpResponse:
    """The coming meetings, the next one first, and the past ones, the last one first."""
    # All coming meetings stand on one page; only the past ones have pages.
    coming = queries.upcoming()
    past = page_of(queries.past(), request.GET, by="-starts_at")
    # One query for both lists.
    sums = agenda_queries.agenda_sums([*coming, *past.rows])
    context = {
        "coming": _rows(coming, sums),
        "past": _rows(past.rows, sums),
        "page": past,
        "may_plan": may(request.user, P.MEETING_LEAD, at=EVERYWHERE),
    }
    return render(request, "visitation/meetings/meetings.html", context)


def _rows(
    meetings: Iterable[Meeting], sums: dict[UUID, tuple[int, int]]
) -> list[tuple[Meeting, str, int, int]]:
    """(meeting, tone, cases, minutes) of each."""
    rows = []
    for meeting in meetings:
        cases, minutes = sums.get(meeting.pk, (0, 0))
        rows.append((meeting, rules.tone_of(meeting), cases, minutes))
    return rows


@form_page(P.MEETING_LEAD)
def plan_meetings(request: Request) -> HttpResponse:
    """One meeting or a row of them: first what the days would be, then those that are ticked."""
    is_sent = request.method == "POST"
    # The days are looked at by a GET, so that the row can be sent to others as a
    # link.
    usual = {**USUAL_TIME, "days_before": trade.now().submission_days}
    form = forms.PlanForm(request.POST or request.GET or None, initial=usual)
    suggestions: list[rules.Suggestion] = []
    asked_first = ""
    if form.is_valid():
        suggestions = form.suggestions(queries.days_with_meetings())

    # Days that something speaks against are shown, but not ticked.
    chosen = [row.value for row in suggestions if not row.against]
    if is_sent:
        chosen = request.POST.getlist("dag")

    if is_sent and suggestions:
        # Only days that were suggested: what else is sent is left out.
        rows = [row for row in suggestions if row.value in chosen]
        doubts = [row for row in rows if row.against]
        if doubts and ANYWAY not in request.POST:
            # Behind "Back" or in another tab the same days may be planned by now.
            asked_first = _question(doubts)
            form.add_error(None, asked_first)
        elif rows:
            return _planned(request, form, [row.day for row in rows])
        else:
            form.add_error(None, "Sæt kryds ved mindst én dag.")

    # A POST that comes here was refused: done, it has led on to the list.
    status = NOT_DONE if is_sent or form.errors else 200
    context = {
        "trail": [("Møder", reverse("visitation:meetings")), ("Nyt møde", "")],
        "form": form,
        "asked_first": asked_first,
        "days": _days_shown(form, suggestions, chosen),
        "points": _points_shown(request),
    }
    return render(
        request, "visitation/meetings/plan_meetings.html", context, status=status
    )


def _days_shown(
    form: forms.PlanForm,
    suggestions: Iterable[rules.Suggestion],
    chosen: Collection[str],
) -> list[ShownDay]:
    """The days with their deadlines, each with whether it is ticked as it was sent."""
    days_in_words = []
    for row in suggestions:
        words = f"{_day_in_words(row)} · frist {day(form.deadline(row.day))}"
        days_in_words.append((row, words, row.value in chosen))
    return days_in_words


def _points_shown(request: Request) -> list[tuple[str, str, bool]]:
    """(value, label, ticked) of the usual points: all of them, until somebody says otherwise."""
    rows = []
    for kind in agenda_rules.USUAL_POINTS:
        is_ticked = request.method != "POST" or kind in request.POST.getlist(POINTS)
        rows.append((str(kind), str(kind.label), is_ticked))
    return rows


def _planned(request: Request, form: forms.PlanForm, days: list[date]) -> HttpResponse:
    # What is not one of the usual points is left out.
    points = request.POST.getlist(POINTS)
    actions.plan(form.slots(days), points=points, by=request.user)
    messages.success(request, _sentence(len(days)))
    return redirect("visitation:meetings")


def _question(doubts: Iterable[rules.Suggestion]) -> str:
    reasons = [f"{_day_in_words(row)} ({row.against.lower()})" for row in doubts]
    return f"Skal der også være møde {', '.join(reasons)}? Sæt kryds ved »alligevel«."


def _day_in_words(suggestion: rules.Suggestion) -> str:
    weekday = WEEKDAYS[suggestion.day.weekday()]
    return f"{weekday} {day(suggestion.day)}"


def _sentence(count: int) -> str:
    if count == 1:
        return "Mødet er planlagt."
    return f"{count} møder er planlagt."


@form_page(P.MEETING_LEAD)
def change_meeting(request: Request, pk: UUID) -> HttpResponse:
    """Another time or place."""
    meeting = get_object_or_404(Meeting, pk=pk)
    busy_days = queries.days_with_meetings(but=meeting)
    form = forms.ChangeMeetingForm(
        posted(request), meeting=meeting, busy_days=busy_days
    )
    if form.try_to(actions.change, meeting, by=request.user):
        sentence = "Mødet er ændret."
        if meeting.invited_at:
            sentence += " De indkaldte får besked."
        messages.success(request, sentence)
        return redirect(meeting)

    if form.errors:
        # What was typed is sent again on top of how the meeting is now.
        form.data = {**request.POST.dict(), "revision": str(meeting.revision)}
    context: dict[str, Any] = {
        "trail": [*find.meeting_trail(meeting), ("Ret tid og sted", "")],
        "meeting": meeting,
    }
    return show_form(request, "visitation/meetings/change_meeting.html", form, context)


@form_page(P.MEETING_LEAD)
def put_off_meeting(request: Request, pk: UUID) -> HttpResponse:
    """Put off a meeting under way, whole."""
    meeting = get_object_or_404(Meeting, pk=pk, status=MeetingStatus.UNDER_WAY)
    form = forms.PutOffForm(
        posted(request), meeting=meeting, busy_days=queries.days_with_meetings()
    )
    if form.try_to(putting_off.put_off, meeting, by=request.user):
        sentence = "Mødet er udsat. Sagerne er fulgt med, og alle får besked."
        messages.success(request, sentence)
        return redirect(form.outcome)

    context: dict[str, Any] = {
        "trail": [*find.meeting_trail(meeting), ("Udsæt mødet", "")],
        "meeting": meeting,
    }
    return show_form(request, "visitation/meetings/put_off.html", form, context)


@page(P.QUEUE_READ)
def invitation(request: Request, pk: UUID) -> HttpResponse:
    """The meeting for one's own calendar."""
    meeting = get_object_or_404(Meeting, pk=pk)
    entry = entry_of(meeting)
    disposition = 'attachment; filename="moede-i-kvalitetsudvalget.ics"'
    return HttpResponse(
        calendar_file(entry, attendee=request.user.email),
        f"text/calendar; method={entry.method}; charset=utf-8",
        headers={"Content-Disposition": disposition},
    )
