"""The room on a projector: the case at hand in large type, and nothing of any other.

The school's representative, PPR and the caseworker look at it too. So it names
no member with an assessment, no other pupil and no other school; a district is
named like its school, and only that of the case is shown.
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from applications.models import Application
from applications.reading import queries as reading_queries
from applications.reading import summary
from budget.books import queries as books_queries
from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.setup import trade
from visitation.agenda import queries as agenda_queries
from visitation.agenda.free_lines import FreeLine
from visitation.amendments import queries as amendment_queries
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import Effort, FreePoint, Meeting
from visitation.room import forms, queries
from visitation.room.scenario import followed, scenario_of, stamp_of
from visitation.room.whatif import Outlook, outlook, years_of

# Characters of a text and rows of a table that are read from the back of a room:
# for one pupil, for two, and for more, so that a screen holds them without scrolling.
LARGE = (
    summary.Size(text=110, rows=3),
    summary.Size(text=80, rows=2),
    summary.Size(text=55, rows=2),
)
NOBODY = "Mødet er i gang. Det første punkt er ikke taget op endnu."
SHUT = "Sagen vises ikke her: den, der er logget ind på skærmen, er inhabil i den."
AHEAD = "Mødet er ikke begyndt. Skærmen følger selv med."
OVER = "Mødet er slut."


@page(P.QUEUE_READ)
def presentation(request: Request, pk: UUID) -> HttpResponse:
    """What the projector shows. Reading the case at hand is logged, and no other is read."""
    meeting = get_object_or_404(followed().select_related("at_item"), pk=pk)
    context = {
        "meeting": meeting,
        "stamp": stamp_of(meeting),
        "follows": meeting.status in UPCOMING,
        "waiting": _waiting(meeting),
    }
    if not context["waiting"]:
        context |= _case(request, meeting)
    return render(request, "visitation/room/presentation.html", context)


@page(P.QUEUE_READ)
def presented_pool(request: Request, pk: UUID) -> HttpResponse:
    """The pool beside it, now and with what is supposed for the case at hand alone."""
    meetings = Meeting.objects.select_related("at_item").filter(at_item__isnull=False)
    meeting = get_object_or_404(meetings, pk=pk, status=MeetingStatus.UNDER_WAY)
    application = get_object_or_404(
        Application.objects.reviewable_by(request.user).select_related(
            "school__district"
        ),
        pk=meeting.at_item.application_id,  # type: ignore[union-attr]
    )
    context = _pool(request, meeting, application)
    return render(request, "visitation/room/_presented_pool.html", context)


def _waiting(meeting: Meeting) -> str:
    """Why no case is shown; '' while one is at hand."""
    if meeting.status != MeetingStatus.UNDER_WAY:
        if meeting.status in UPCOMING:
            return AHEAD
        return OVER
    if meeting.at_item is None and meeting.at_point_id is None:
        return NOBODY
    return ""


def _case(request: Request, meeting: Meeting) -> dict[str, Any]:
    agenda = agenda_queries.agenda(meeting, request.user)
    point = queries.turn_of(meeting, agenda.lines).here
    if isinstance(point, FreeLine):
        # Its kind alone: a title is the committee's own, and guests look on.
        return {"waiting": FreePoint.Kind(point.item.kind).label}
    if point is None or not point.is_open:
        return {"waiting": SHUT}

    reviewable = Application.objects.reviewable_by(request.user)
    application = get_object_or_404(
        reviewable.marked_for(request.user).select_related("school"),
        pk=point.item.application_id,
    )
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)

    context: dict[str, Any] = {"point": point, "application": application}
    if point.amendment:
        context["amendment"] = point.amendment
        efforts = Effort.objects.visible_to(request.user)
        get_object_or_404(efforts, pk=point.amendment.effort_id)
        context["asked"] = amendment_queries.summary_of(point.amendment)
        return context

    decisions = queries.standing_decisions(application)
    whole = reading_queries.WholeApplication(application)
    blocks = reading_queries.submitted_blocks(application)
    size = LARGE[min(len(whole.pupil_cases), len(LARGE)) - 1]
    context["summary"] = summary.summarise(whole, blocks, size=size)
    context["pupils"] = [
        (pupil_case, decisions.get(pupil_case.pk)) for pupil_case in whole.pupil_cases
    ]
    return context


def _pool(
    request: Request, meeting: Meeting, application: Application
) -> dict[str, Any]:
    """The lines of the case's pupils, and each year's pool before and after them."""
    points = agenda_queries.points_of(meeting, request.user)
    # Of the whole agenda: a pupil's place among all says which line is theirs.
    everybody = queries.pupils_at_hand(meeting, points)
    own = [row for row in everybody if row.pupil_case.application_id == application.pk]
    # What an amendment asks is reckoned on its own page: here the pool is as it is.
    if meeting.at_item and meeting.at_item.amendment_id:
        own = []

    rows = forms.rows(own, scenario_of(meeting))
    supposed = [row.supposed for row in rows if row.supposed]
    this_year = today().year
    years = years_of(supposed, at_least=(this_year, this_year + 1))
    outlooks = outlook(
        books_queries.pools(years), supposed, counted=queries.places_held(own)
    )
    return {
        "rows": rows,
        "years": [
            (year, _district_of(year, application.school.district_id))
            for year in outlooks
        ],
        "district_name": application.school.district.name,
        "places": trade.now().places_per_district,
    }


def _district_of(year: Outlook, district: int) -> tuple[Any, Any] | None:
    """The case's own district before and after; the others are not even in the page."""
    for before, after in year.districts:
        if after.district_id == district:
            return before, after
    return None
