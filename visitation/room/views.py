"""Meeting mode: one screen for the room, what-if beside it, and screens that follow."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from applications.models import Application
from applications.reading import queries as reading_queries
from applications.reading import summary
from budget.books import queries as books_queries
from skolefleks import audit
from skolefleks.danish import today
from skolefleks.models import AccessEntry
from skolefleks.pages import act, attempt, page, polled
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.setup import trade
from visitation.agenda import actions as agenda_actions
from visitation.agenda import free_points, names
from visitation.agenda import queries as agenda_queries
from visitation.agenda.free_lines import FreeLine
from visitation.agenda.queries import Point
from visitation.amendments import pages as amendment_pages
from visitation.amendments import queries as amendment_queries
from visitation.assessments import queries as assessment_queries
from visitation.dissents import queries as dissents
from visitation.dissents import rules as dissent_rules
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.minutes import forms as minutes_forms
from visitation.models import (
    AgendaItem,
    Decision,
    FreePoint,
    Meeting,
    MeetingEvent,
)
from visitation.pages import find
from visitation.room import clock as room_clock
from visitation.room import forms, queries
from visitation.room.scenario import (
    case_part,
    followed,
    keep_scenario,
    scenario_of,
    stamp_of,
)
from visitation.room.whatif import outlook, years_of
from visitation.ways import queries as ways
from visitation.ways import rules as ways_rules

# What htmx swaps while somebody types, and the button that clears what was typed.
ANSWER = "what-if-answer"
RESET = "nulstil"
WAITING = (
    "Lad siden stå. Når formanden eller sekretæren åbner mødet, "
    "viser den selv den sag, der behandles."
)
OVER = "Mødet er slut eller aflyst. Det, der blev besluttet, står på mødets side."


@page(P.QUEUE_READ)
def meeting_mode(request: Request, pk: UUID) -> HttpResponse:
    """The screen of the room. Case and what-if are parts of their own, fetched once it stands."""
    meeting = get_object_or_404(followed().select_related("at_item"), pk=pk)
    agenda = agenda_queries.agenda(meeting, request.user)
    # Who presents each case stands on the page.
    numbers = [point.application.number for point in agenda.points if point.is_open]
    audit.log_accesses(AccessEntry.Kind.VIEW, numbers, by=request.user)
    # By the agenda as the reader may see it: a closed point is a turn too.
    turn = queries.turn_of(meeting, agenda.lines)

    clock = room_clock.clock_of(meeting)
    is_ahead = meeting.status in UPCOMING
    waiting = WAITING if is_ahead else OVER
    context = {
        "trail": [*find.meeting_trail(meeting), ("Mødet", "")],
        "meeting": meeting,
        "agenda": agenda,
        "turn": turn,
        "leaving": queries.leaving_people(agenda, turn.here),
        "is_under_way": meeting.status == MeetingStatus.UNDER_WAY,
        "is_ahead": is_ahead,
        "waiting": waiting,
        "leads": may(request.user, P.MEETING_LEAD, at=EVERYWHERE),
        "stamp": stamp_of(meeting),
        "clock": clock,
        "late": clock.lateness(turn.here),
        "rows": [(line, clock.of_point(line)) for line in agenda.lines],
        **_free_point(request, meeting, turn.here),
    }
    if context["leads"] and turn.here and turn.here.is_open:
        context["words"] = _words(meeting, turn.here, agenda.points)
    return render(request, "visitation/room/room.html", context)


def _free_point(
    request: Request, meeting: Meeting, here: Point | FreeLine | None
) -> dict[str, Any]:
    """What stands beside a free point: of the orientation, what was decided since last time."""
    if not isinstance(here, FreeLine) or here.item.kind != FreePoint.Kind.TOLD:
        return {}
    told_of = ways.to_tell(meeting, request.user)
    numbers = [decision.application.number for decision in told_of]
    audit.log_accesses(AccessEntry.Kind.VIEW, numbers, by=request.user)
    lines = [(row.application, ways_rules.told_in_words(row)) for row in told_of]
    return {"told_of": lines}


def _words(
    meeting: Meeting, here: Point | FreeLine, points: Iterable[Point]
) -> minutes_forms.WordsForm | None:
    """The text of the minutes at the point at hand, written while it is talked of.

    None where it names a case that the writer is disqualified in.
    """
    closed = [point.application for point in points if not point.is_open]
    marks = names.marks_of(closed)
    # Read with the meeting: the agenda's rows come without their texts.
    text = here.item.said if here.is_free else str(meeting.at_item.said)  # type: ignore[union-attr]
    if isinstance(here, Point):
        # Its own pupils may have the initials of others.
        marks -= names.marks_of([here.application])
    if names.is_about(text, marks):
        return None
    return minutes_forms.WordsForm(
        prefix=str(here.item.pk), label=minutes_forms.SAID, text=text
    )


@page(P.QUEUE_READ)
def case_at_hand(request: Request, pk: UUID) -> HttpResponse:
    """The case that the meeting has come to, and what the members think. Reading it is logged."""
    # Before the first case is taken up there is nothing at hand.
    meetings = Meeting.objects.select_related("at_item").filter(at_item__isnull=False)
    meeting = get_object_or_404(meetings, pk=pk)
    if meeting.at_item and meeting.at_item.amendment_id:
        return _amendment_at_hand(request, meeting, meeting.at_item.amendment_id)

    reviewable = Application.objects.reviewable_by(request.user).marked_for(
        request.user
    )
    application = get_object_or_404(
        reviewable.select_related("school"),
        pk=meeting.at_item.application_id,  # type: ignore[union-attr]
    )
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)

    decisions = queries.standing_decisions(application)
    # What members may not see of each other is not read in the first place.
    assessments = assessment_queries.assessed_pupils(application, request.user)
    is_under_way = meeting.status == MeetingStatus.UNDER_WAY
    spoken: dissent_rules.Dissents = {}
    open_pupils: set[UUID] = set()
    # While nothing is decided nobody can disagree.
    if decisions:
        spoken = dissents.of_decisions(meeting)
        open_pupils = dissents.open_pupils(meeting, request.user)
    context = {
        "trail": [*find.meeting_trail(meeting), ("Sagen", "")],
        "meeting": meeting,
        "open_pupils": open_pupils,
        "application": application,
        "summary": summary.summarise(
            reading_queries.WholeApplication(application),
            reading_queries.submitted_blocks(application),
        ),
        "pupils": _with_decisions(assessments, decisions, spoken),
        "may_decide": is_under_way
        and may(request.user, P.CASE_DECIDE, at=application),
    }
    if request.headers.get("HX-Request"):
        return render(request, "visitation/room/_case_at_hand.html", context)
    return render(request, "visitation/room/case_at_hand.html", context)


def _with_decisions(
    assessments: Iterable[assessment_queries.AssessedPupil],
    decisions: Mapping[UUID, Decision],
    spoken: dissent_rules.Dissents,
) -> list[tuple[Any, Decision | None, list[MeetingEvent]]]:
    """Each pupil with what stands, and who disagreed."""
    rows = []
    for pupil in assessments:
        decision = decisions.get(pupil.pupil_case.pk)
        of_pupil = spoken.get(decision.pk, []) if decision else []
        rows.append((pupil, decision, of_pupil))
    return rows


def _amendment_at_hand(request: Request, meeting: Meeting, pk: UUID) -> HttpResponse:
    """The effort that the meeting has come to, on one page. Reading it is logged."""
    amendment = amendment_pages.find_amendment(request, pk)
    application = amendment.application
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    is_at_it = meeting.status == MeetingStatus.UNDER_WAY and amendment.is_waiting
    context = {
        "trail": [*find.meeting_trail(meeting), ("Opfølgning", "")],
        "application": application,
        "amendment": amendment,
        "summary": amendment_queries.summary_of(amendment),
        "may_decide": is_at_it and may(request.user, P.CASE_DECIDE, at=application),
    }
    if request.headers.get("HX-Request"):
        return render(request, "visitation/room/_amendment_at_hand.html", context)
    return render(request, "visitation/room/amendment_at_hand.html", context)


@page(P.QUEUE_READ)
def what_if(request: Request, pk: UUID) -> HttpResponse:
    """What the pool would be with other terms for the pupils on the agenda.

    What a member types counts for that member alone and is not kept; without
    anything typed the page shows what who leads the meeting has supposed for
    all.
    """
    meeting = get_object_or_404(Meeting, pk=pk)
    typed = forms.fields_of_table(request.GET.dict())
    # An empty `s` is a member's own wish to see what the schools ask for.
    if "s" not in typed:
        typed = scenario_of(meeting)
    return _what_if_page(request, meeting, typed)


@act(P.MEETING_LEAD)
def suppose(request: Request, pk: UUID) -> HttpResponse:
    """Suppose other terms for all: the screens that follow show the same within a second."""
    meeting = get_object_or_404(followed(), pk=pk)
    typed = forms.fields_of_table(request.POST.dict())
    # The button lies in the same form, and so the typed fields come along.
    if RESET in request.POST:
        # The schools' own wishes stand where the table says nothing.
        typed = {}
    keep_scenario(meeting, typed)
    # Answered and not redirected: the key of the form is good for the next letter
    # typed.
    if request.headers.get("HX-Request"):
        # Its own screen shows it already: only the others fetch it.
        return _what_if_page(request, meeting, typed, stamp=stamp_of(meeting))
    return redirect("visitation:what_if", meeting.pk)


@page(P.QUEUE_READ)
@polled
def follow(request: Request, pk: UUID) -> HttpResponse:
    """Whether the room has moved on since `stand`: nothing (204), a new what-if, or a new page."""
    meeting = get_object_or_404(followed(), pk=pk)
    stamp = stamp_of(meeting)
    stamp_on_screen = request.GET.get("stand", "")
    if stamp == stamp_on_screen:
        return HttpResponse(status=204)

    # Another case: nothing on the screen is worth keeping.
    if case_part(stamp) != case_part(stamp_on_screen):
        return HttpResponse(headers={"HX-Refresh": "true"})

    context = {"meeting": meeting, "stamp": stamp}
    response = render(request, "visitation/room/_follow.html", context)
    # The table is fetched anew by the part that listens, not sent along here.
    response["HX-Trigger"] = "what-if-changed"
    return response


@act(P.MEETING_LEAD)
def take_up(request: Request, pk: UUID, item: UUID) -> HttpResponse:
    """Go on to a case of the agenda, for everybody who follows."""
    meeting = get_object_or_404(Meeting, pk=pk)
    items = AgendaItem.objects.select_related("meeting", "application")
    agenda_item = get_object_or_404(items, pk=item, meeting=meeting)
    attempt(request, agenda_actions.take_up, agenda_item, by=request.user)
    return redirect("visitation:meeting_mode", meeting.pk)


@act(P.MEETING_LEAD)
def take_up_point(request: Request, pk: UUID, point: UUID) -> HttpResponse:
    """Go on to a free point of the agenda, for everybody who follows."""
    points = FreePoint.objects.filter(meeting=pk).select_related("meeting")
    free_point = get_object_or_404(points, pk=point)
    attempt(request, free_points.take_up_point, free_point, by=request.user)
    return redirect("visitation:meeting_mode", pk)


def _what_if_page(
    request: Request, meeting: Meeting, typed: Mapping[str, str], *, stamp: str = ""
) -> HttpResponse:
    """The whole page, or the part that htmx asks for: the table, or the answer under it."""
    context = {
        "trail": [*find.meeting_trail(meeting), ("Hvad nu hvis", "")],
        "meeting": meeting,
        "stamp": stamp,
        "leads": may(request.user, P.MEETING_LEAD, at=EVERYWHERE),
        **_answer(request, meeting, typed),
    }
    # While somebody types, the table stands as it is: it would lose what is being
    # typed.
    if request.headers.get("HX-Target") == ANSWER:
        return render(request, "visitation/room/_what_if_answer.html", context)
    if request.headers.get("HX-Request"):
        return render(request, "visitation/room/_what_if.html", context)
    return render(request, "visitation/room/what_if.html", context)


def _answer(
    request: Request, meeting: Meeting, typed: Mapping[str, str]
) -> dict[str, Any]:
    """The lines of the table, and the pools with what they suppose."""
    points = agenda_queries.points_of(meeting, request.user)
    pupils = queries.pupils_at_hand(meeting, points)
    rows = forms.rows(pupils, typed)

    supposed = [row.supposed for row in rows if row.supposed]
    # This year and the next always: a grant usually touches both.
    years = years_of(supposed, at_least=(today().year, today().year + 1))
    pools = books_queries.pools(years)
    return {
        "rows": rows,
        "settled": [pupil for pupil in pupils if pupil.is_settled],
        "outlooks": outlook(pools, supposed, counted=queries.places_held(pupils)),
        "counted": len(supposed),
        "referral": trade.now().referral_tariff,
        "day_treatment": queries.day_treatment_price(),
        "places": trade.now().places_per_district,
        "places_in_all": trade.now().places_in_all,
    }
