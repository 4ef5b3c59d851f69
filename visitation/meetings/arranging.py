"""The agenda of a meeting: read on paper, put in order, and given cases and free points."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.reading import queries as reading_queries
from applications.reading import rules as reading_rules
from applications.reading import searching
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, act, form_page, page, posted, show_form
from skolefleks.paging import page_of
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import Refusal
from visitation.agenda import actions as agenda_actions
from visitation.agenda import forms as agenda_forms
from visitation.agenda import free_points
from visitation.agenda import queries as agenda_queries
from visitation.agenda import rules as agenda_rules
from visitation.meetings.views import meeting_page
from visitation.models import FreePoint, Meeting
from visitation.pages import find

if TYPE_CHECKING:
    from applications.models import Application


@page(P.QUEUE_READ)
def agenda(request: Request, pk: UUID) -> HttpResponse:
    """The agenda on paper."""
    meeting = get_object_or_404(Meeting, pk=pk)
    lines = agenda_queries.lines_of(meeting, request.user)
    points = agenda_queries.cases_of(lines)
    # Printing is reading: a line for each case that the reader may see something of.
    numbers = [point.application.number for point in points if point.is_open]
    audit.log_accesses(AccessEntry.Kind.PRINT, numbers, by=request.user)
    context = {
        "meeting": meeting,
        "points": lines,
        "trail": [*find.meeting_trail(meeting), ("Dagsorden", "")],
    }
    return render(request, "visitation/agenda/agenda.html", context)


@act(P.MEETING_LEAD)
def arrange_agenda(request: Request, pk: UUID) -> HttpResponse:
    """Keep the order as the rows stand, and the minutes; or take one point off."""
    meeting = get_object_or_404(Meeting, pk=pk)
    # The form knows the items by what the database has, not by what was sent.
    items = meeting.items.select_related("application")
    form = agenda_forms.AgendaForm(
        request.POST, items=[*items, *meeting.free_points.all()]
    )
    if not form.is_valid():
        return meeting_page(
            request, meeting, refusal=form.complaint, typed=form.typed_minutes
        )

    revision = form.cleaned_data["revision"]
    try:
        removed = form.removed
        if isinstance(removed, FreePoint):
            free_points.remove_point(removed, revision=revision, by=request.user)
            sentence = "Punktet er taget af dagsordenen."
        elif removed:
            agenda_actions.remove_from_agenda(
                removed, revision=revision, by=request.user
            )
            application = removed.application
            sentence = f"{application} er taget af dagsordenen og er tilbage i køen."
        else:
            agenda_actions.arrange(
                meeting,
                form.order,
                minutes=form.minutes,
                revision=revision,
                by=request.user,
            )
            sentence = "Dagsordenen er gemt."
    except Refusal as refusal:
        # Shown on the meeting's own page, with the minutes as they were typed.
        return meeting_page(
            request, meeting, refusal=str(refusal), typed=form.typed_minutes
        )
    messages.success(request, sentence)
    return redirect(meeting)


@form_page(P.MEETING_LEAD)
def add_case(request: Request, pk: UUID) -> HttpResponse:
    """The cases that can be put on the agenda, the one that has waited longest first."""
    meeting = get_object_or_404(Meeting, pk=pk)
    candidates = agenda_queries.candidates(request.user)

    status, refusal, late = 200, "", ""
    if request.method == "POST":
        number = request.POST.get("sag", "")
        # A case that one may not see, or that is on an agenda already, is not there.
        application = get_object_or_404(candidates, number=number)
        try:
            agenda_actions.add_to_agenda(
                meeting,
                application,
                by=request.user,
                although_late="alligevel" in request.POST,
            )
        except agenda_actions.CameLate as came_late:
            status, refusal, late = NOT_DONE, str(came_late), number
        except Refusal as refused:
            status, refusal = NOT_DONE, str(refused)
        else:
            messages.success(request, f"{application} er sat på dagsordenen.")
            return redirect("visitation:add_case", meeting.pk)

    search = request.GET.get("q", "").strip().upper()[:40]
    if search:
        # That somebody searched is logged, and not for whom: the text could be a
        # name.
        audit.log_access(AccessEntry.Kind.SEARCH, "", by=request.user)
        candidates = searching.find(candidates, search, as_submitted=True)
    # The list's own columns: an application has many more, most of them encrypted.
    rows = candidates.select_related("school").only(*reading_queries.LIST_FIELDS)
    page = page_of(rows, request.GET, by="submitted_at")
    context = {
        "trail": [*find.meeting_trail(meeting), ("Sæt en sag på", "")],
        "meeting": meeting,
        "page": page,
        "rows": [_candidate(row, meeting) for row in page.rows],
        "late": late,
        "search": search,
        "refusal": refusal,
        "may_add": agenda_rules.can_be_arranged(meeting),
    }
    return render(request, "visitation/agenda/add_case.html", context, status=status)


def _candidate(
    row: Application, meeting: Meeting
) -> tuple[Application, reading_rules.Wait | None, bool]:
    """A case with its wait, and whether it came in after the meeting's deadline."""
    wait = reading_rules.wait_of(row)
    return row, wait, agenda_rules.came_late(row, meeting)


@form_page(P.MEETING_LEAD)
def add_point(request: Request, pk: UUID) -> HttpResponse:
    """Put a free point on the agenda."""
    meeting = get_object_or_404(Meeting, pk=pk)
    present = set(meeting.free_points.values_list("kind", flat=True))
    form = agenda_forms.FreePointForm(posted(request), present=present)
    if form.try_to(free_points.add_point, meeting, by=request.user):
        messages.success(request, "Punktet er på dagsordenen.")
        # The title was kept without names: it is to be read once more.
        if form.outcome.title != form.cleaned_data["title"] and form.outcome.title:
            messages.warning(request, agenda_forms.NAMED)
        return redirect(meeting)

    context: dict[str, Any] = {
        "trail": [*find.meeting_trail(meeting), ("Frit punkt", "")],
        "meeting": meeting,
    }
    return show_form(request, "visitation/agenda/add_point.html", form, context)
