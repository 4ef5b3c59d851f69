"""One meeting: its agenda, who comes, and the next step of its life."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from applications.reading import queries as reading_queries
from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, form_page, page
from skolefleks.paging import page_of
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from skolefleks.statemachine import can
from visitation.agenda import actions as agenda_actions
from visitation.agenda import forms as agenda_forms
from visitation.agenda import queries as agenda_queries
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.meetings import actions, forms
from visitation.meetings.planning import tone_of
from visitation.models import Meeting
from visitation.pages import find

if TYPE_CHECKING:
    from collections.abc import Callable


class Step(NamedTuple):
    """A button of the meeting's page: the verb of its life, the act, and what it asks first ('' for nothing)."""

    verb: str
    act: Callable[..., object]
    question: str = ""
    text: str = ""
    answer: str = ""


# fmt: off
STEPS = {
    "laas":    Step("lock", actions.lock_agenda),
    "laas-op": Step("unlock", actions.unlock_agenda),
    "aabn":    Step("open", actions.open_meeting),
    "slut":    Step("close", actions.close_meeting),
    "aflys":   Step("cancel", actions.cancel_meeting, "Aflys mødet?",
                    "Sagerne er tilbage i køen med det samme. De indkaldte og skolerne får besked.", "Ja, aflys mødet"),
}


# fmt: on
DONE = {
    "lock": "Dagsordenen er låst.",
    "unlock": "Dagsordenen kan ændres igen.",
    "open": "Mødet er i gang.",
    "close": "Mødet er slut. Referatet er skrevet i udkast.",
    "cancel": "Mødet er aflyst. Sagerne er tilbage i køen.",
}


@page(P.QUEUE_READ)
def meeting(request: Request, pk: UUID) -> HttpResponse:
    """One meeting with its agenda, as the reader may see it."""
    return _page(request, get_object_or_404(Meeting, pk=pk))


@page(P.QUEUE_READ)
def agenda(request: Request, pk: UUID) -> HttpResponse:
    """The agenda on paper."""
    found = get_object_or_404(Meeting, pk=pk)
    points = agenda_queries.points_of(found, request.user)
    numbers = [point.application.number for point in points if point.is_open]
    audit.accesses(AccessEntry.Kind.PRINT, numbers, by=request.user)
    context = {
        "meeting": found,
        "points": points,
        "trail": [*find.meeting_trail(found), ("Dagsorden", "")],
    }
    return render(request, "visitation/agenda/agenda.html", context)


@act(P.MEETING_LEAD)
def arrange_agenda(request: Request, pk: UUID) -> HttpResponse:
    """The order as the rows stand, moved by the button that was pressed, and the minutes; or one case taken off."""
    found = get_object_or_404(Meeting, pk=pk)
    form = agenda_forms.AgendaForm(request.POST, items=found.items.select_related("application"))
    if not form.is_valid():
        return _page(request, found, refusal=_wrong(form), typed=form.typed)
    revision = form.cleaned_data["revision"]
    try:
        if form.removed:
            agenda_actions.remove_from_agenda(form.removed, revision=revision, by=request.user)
            messages.success(
                request, f"{form.removed.application} er taget af dagsordenen og er tilbage i køen."
            )
        else:
            agenda_actions.arrange(
                found, form.order, minutes=form.minutes, revision=revision, by=request.user
            )
            messages.success(request, "Dagsordenen er gemt.")
    except Refusal as refusal:
        return _page(request, found, refusal=str(refusal), typed=form.typed)
    return redirect(found)


@form_page(P.MEETING_LEAD)
def add_case(request: Request, pk: UUID) -> HttpResponse:
    """The cases that can be put on the agenda, the one that has waited longest first; POST puts one on."""
    found, refusal = get_object_or_404(Meeting, pk=pk), ""
    rows = agenda_queries.candidates(request.user)
    if request.method == "POST":
        try:
            application = get_object_or_404(
                rows, number=request.POST.get("sag", "").replace("\x00", "")
            )
            agenda_actions.add_to_agenda(found, application, by=request.user)
            messages.success(request, f"{application} er sat på dagsordenen.")
            return redirect("visitation:add_case", found.pk)
        except Refusal as refused:
            refusal = str(refused)
    sought = request.GET.get("q", "").replace("\x00", "").strip().upper()[:40]
    if sought:
        audit.access(AccessEntry.Kind.SEARCH, "", by=request.user)
        rows = rows.sought(sought)
    context = {
        "trail": [*find.meeting_trail(found), ("Sæt en sag på", "")],
        "meeting": found,
        "page": page_of(
            rows.select_related("school").only(*reading_queries.LIST_FIELDS),
            request.GET,
            by="submitted_at",
        ),
        "sought": sought,
        "refusal": refusal,
        "may_add": found.status == MeetingStatus.PLANNED,
    }
    return render(
        request, "visitation/agenda/add_case.html", context, status=422 if refusal else 200
    )


@act(P.MEETING_LEAD)
def invite_committee(request: Request, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Meeting, pk=pk)
    try:
        new = actions.invite(found, by=request.user)
    except Refusal as refusal:
        return _page(request, found, refusal=str(refusal))
    messages.success(
        request,
        f"{len(new)} er indkaldt og får besked. Skolerne kan se, hvornår deres sag behandles.",
    )
    return redirect(found)


@act(P.MEETING_LEAD)
def note_attendance(request: Request, pk: UUID) -> HttpResponse:
    found = get_object_or_404(Meeting, pk=pk)
    form = forms.AttendanceForm(
        request.POST, people=found.attendances.select_related("user").order_by("user__name")
    )
    try:
        if form.is_valid():
            actions.note_attendance(found, form.states(), by=request.user)
            messages.success(request, "Fremmødet er gemt.")
            return redirect(found)
        refusal = "Fremmødet er ikke gemt: vælg »Til stede« eller »Afbud« for hver."
    except Refusal as refused:
        refusal = str(refused)
    return _page(request, found, refusal=refusal)


@act(P.MEETING_LEAD)
def move_meeting(request: Request, pk: UUID, step: str) -> HttpResponse:
    """One step of the meeting's life; a refusal stands on its page."""
    if step not in STEPS:
        raise Http404
    found, verb = get_object_or_404(Meeting, pk=pk), STEPS[step].verb
    left = set(request.POST.getlist("senere"))
    later = {item.pk for item in found.items.all() if str(item.pk) in left}
    try:
        STEPS[step].act(found, by=request.user, **({"later": later} if verb == "close" else {}))
    except Refusal as refusal:
        return _page(request, found, refusal=str(refusal), later=later)
    messages.success(request, DONE[verb])
    return redirect("visitation:minutes" if verb == "close" else "visitation:meeting", found.pk)


def _page(
    request: Request,
    found: Meeting,
    *,
    refusal: str = "",
    typed: dict[str, str] | None = None,
    later: set[UUID] | None = None,
) -> HttpResponse:
    """The meeting's page; `typed` are minutes that were not saved, `later` the cases ticked as left."""
    if refusal:
        found.refresh_from_db()
    leads = may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    agenda = agenda_queries.agenda(found, request.user)
    context = {
        "trail": [*find.meeting_trail(found)[:1], (find.meeting_trail(found)[1][0], "")],
        "meeting": found,
        "tone": tone_of(found),
        "agenda": agenda,
        "rows": [(point, _minutes(point, typed)) for point in agenda.points],
        "refusal": refusal,
        "too_long": f"Den varer {agenda.minutes_over} minutter for længe. Giv sagerne færre minutter, tag en sag af, eller"
        " forlæng mødet.",
        "steps": _steps(found, request) if leads else [],
        "left": [(point, point.item.pk in (later or ())) for point in _left(agenda)],
        "attendance": forms.AttendanceForm(None, people=agenda.attendances),
        "leads": leads,
        "may_arrange": leads and found.status == MeetingStatus.PLANNED,
        "may_change": leads and found.status in (MeetingStatus.PLANNED, MeetingStatus.LOCKED),
        "may_note": leads and found.status in UPCOMING and bool(agenda.attendances),
        "has_minutes": found.status in (MeetingStatus.HELD, MeetingStatus.APPROVED),
        "is_under_way": found.status == MeetingStatus.UNDER_WAY,
    }
    return render(
        request, "visitation/meetings/meeting.html", context, status=422 if refusal else 200
    )


def _steps(found: Meeting, request: Request) -> list[tuple[str, str, Step]]:
    """(label, address, step) of what can be done next, by the table of the meeting's life; ending has a form of its own."""
    life = found.LIFECYCLE.transitions
    return [
        (life[step.verb].label, reverse("visitation:move_meeting", args=[found.pk, name]), step)
        for name, step in STEPS.items()
        if can(found, step.verb, request.user) and step.verb != "close"
    ]


def _left(agenda: agenda_queries.Agenda) -> list[agenda_queries.Point]:
    """The points whose case still waits for a decision."""
    return [point for point in agenda.points if point.is_waiting]


def _minutes(point: agenda_queries.Point, typed: dict[str, str] | None) -> str:
    return (typed or {}).get(str(point.item.pk), str(point.item.minutes))


def _wrong(form: agenda_forms.AgendaForm) -> str:
    if "revision" in form.errors:
        return "Dagsordenen er ikke gemt. Genindlæs siden, og prøv igen."
    return "Dagsordenen er ikke gemt: skriv minutterne som et helt tal mellem 1 og 240."
