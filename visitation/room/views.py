"""Meeting mode: one screen for the room, what-if beside it, and the members' screens that follow."""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.cache import cache
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from applications.models import Application
from applications.reading import queries as reading_queries
from applications.reading import summary
from budget.books import queries as books_queries
from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import act, page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from visitation.agenda import actions as agenda_actions
from visitation.agenda import queries as agenda_queries
from visitation.assessments import queries as assessment_queries
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import AgendaItem, Attendance, Meeting
from visitation.pages import find
from visitation.room import forms, queries
from visitation.room.whatif import outlook, years_of

if TYPE_CHECKING:
    from collections.abc import Mapping


SCENARIO_SECONDS = 4 * 60 * 60  # longer than a meeting


WAITING = "Lad siden stå. Når formanden eller sekretæren åbner mødet, viser den selv den sag, der behandles."


OVER = "Mødet er slut eller aflyst. Det, der blev besluttet, står på mødets side."


@page(P.QUEUE_READ)
def meeting_mode(request: Request, pk: UUID) -> HttpResponse:
    """The screen of the room. The case at hand and the what-if table are parts of their own, fetched once it stands."""
    meeting = get_object_or_404(Meeting, pk=pk)
    agenda = agenda_queries.agenda(meeting, request.user)
    context = {
        "trail": [*find.meeting_trail(meeting), ("Mødet", "")],
        "meeting": meeting,
        "agenda": agenda,
        "round": (turn := queries.around(agenda.points, meeting)),
        "leaving": _leaving(agenda, turn.here),
        "is_under_way": meeting.status == MeetingStatus.UNDER_WAY,
        "is_ahead": (is_ahead := meeting.status in UPCOMING),
        "waiting": WAITING if is_ahead else OVER,
        "leads": may(request.user, P.MEETING_LEAD, at=EVERYWHERE),
        "stamp": _stamp(meeting, _scenario(meeting)),
        "now": timezone.localtime(),
    }
    return render(request, "visitation/room/room.html", context)


@page(P.QUEUE_READ)
def case_at_hand(request: Request, pk: UUID) -> HttpResponse:
    """The case that the meeting has come to: its page, its pupils and what the members think. Reading it is logged."""
    meeting = get_object_or_404(
        Meeting.objects.select_related("at_item"), pk=pk, at_item__isnull=False
    )
    rows = (
        Application.objects.reviewable_by(request.user)
        .marked_for(request.user)
        .select_related("school")
    )
    application = get_object_or_404(rows, pk=meeting.at_item.application_id)  # type: ignore[union-attr]
    audit.access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    written, decided = reading_queries.draft(application), queries.decided_of(application)
    context = {
        "trail": [*find.meeting_trail(meeting), ("Sagen", "")],
        "application": application,
        "summary": summary.summary(written, reading_queries.as_submitted(application)),
        "pupils": [
            (pupil, decided.get(pupil.case.pk))
            for pupil in assessment_queries.assessed(application, request.user)
        ],
        "may_decide": meeting.status == MeetingStatus.UNDER_WAY
        and may(request.user, P.CASE_DECIDE, at=application),
    }
    return _part(
        request, "visitation/room/_case_at_hand.html", "visitation/room/case_at_hand.html", context
    )


@page(P.QUEUE_READ)
def what_if(request: Request, pk: UUID) -> HttpResponse:
    """What the pool would be with other terms for the pupils on the agenda. Nothing is stored until decided.

    Who leads the meeting types for all: the others see the same, a few seconds later.
    """
    meeting = get_object_or_404(Meeting, pk=pk)
    leads = may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    typed = forms.kept(request.GET.dict())
    if leads and "s" in typed:
        cache.set(_key(meeting), typed, SCENARIO_SECONDS)
    scenario = typed if "s" in typed else _scenario(meeting)
    context = _supposed(request, meeting, scenario) | {
        "trail": [*find.meeting_trail(meeting), ("Hvad nu hvis", "")],
        "meeting": meeting,
        "leads": leads,
    }
    if request.headers.get("HX-Target") == "what-if-answer":  # what is typed stands there already
        return render(request, "visitation/room/_what_if_answer.html", context)
    return _part(request, "visitation/room/_what_if.html", "visitation/room/what_if.html", context)


@page(P.QUEUE_READ)
def follow(request: Request, pk: UUID) -> HttpResponse:
    """Whether the room has moved on since `stand`: nothing (204), a new what-if, or a new page."""
    meeting = get_object_or_404(Meeting, pk=pk)
    stamp = _stamp(meeting, _scenario(meeting))
    seen = request.GET.get("stand", "")
    if stamp == seen:
        return HttpResponse(status=204)
    if stamp.partition(".")[0] != seen.partition(".")[0]:
        return HttpResponse(headers={"HX-Refresh": "true"})
    response = render(request, "visitation/room/_follow.html", {"meeting": meeting, "stamp": stamp})
    response["HX-Trigger"] = "what-if-changed"
    return response


@act(P.MEETING_LEAD)
def take_up(request: Request, pk: UUID, item: UUID) -> HttpResponse:
    """Go on to a case of the agenda, for everybody who follows."""
    meeting = get_object_or_404(Meeting, pk=pk)
    found = get_object_or_404(
        AgendaItem.objects.select_related("meeting", "application"), pk=item, meeting=meeting
    )
    try:
        agenda_actions.take_up(found, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect("visitation:meeting_mode", meeting.pk)


def _supposed(request: Request, meeting: Meeting, scenario: Mapping[str, str]) -> dict[str, Any]:
    points = agenda_queries.points_of(meeting, request.user)
    pupils = queries.pupils_at_hand(meeting, points)
    rows = forms.rows(pupils, scenario)
    supposed = [row.supposed for row in rows if row.supposed]
    years = years_of(supposed, at_least=(today().year, today().year + 1))
    return {
        "rows": rows,
        "settled": [pupil for pupil in pupils if pupil.is_settled],
        "outlooks": outlook(
            books_queries.pools(years), supposed, counted=queries.places_held(pupils)
        ),
        "counted": len(supposed),
        "referral": settings.REFERRAL_TARIFF,
        "day_treatment": queries.day_treatment_price(),
        "places": settings.PLACES_PER_DISTRICT,
        "places_in_all": settings.PLACES_IN_ALL,
    }


def _leaving(
    agenda: agenda_queries.Agenda, point: agenda_queries.Point | None
) -> list[tuple[str, str]]:
    """Who of those present is disqualified in the case at hand, and why."""
    if point is None:
        return []
    there = [row for row in agenda.attendances if row.state == Attendance.State.PRESENT]
    return [(row.user.name, point.out[row.user_id]) for row in there if row.user_id in point.out]


def _part(request: Request, part: str, page: str, context: dict[str, Any]) -> HttpResponse:
    """The part where htmx asks for it, else a page of its own around it."""
    return render(request, part if request.headers.get("HX-Request") else page, context)


def _key(meeting: Meeting) -> str:
    return f"what-if.{meeting.pk}"


def _scenario(meeting: Meeting) -> dict[str, str]:
    return dict(cache.get(_key(meeting)) or {})


def _stamp(meeting: Meeting, scenario: Mapping[str, str]) -> str:
    """What the room shows: which case and what stands of it, and which what-if."""
    told = json.dumps(sorted(scenario.items())).encode()
    return f"{meeting.revision}-{meeting.status}.{hashlib.sha256(told).hexdigest()[:12]}"
