"""The meeting's cases as one PDF for who is to read them: asked for, awaited, fetched."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import act, attempt, page, polled
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.throttles import throttled
from visitation.agenda import queries as agenda_queries
from visitation.models import Meeting, MeetingPack
from visitation.packs import actions, queries, rules
from visitation.pages import find

CLOSED = "Du er inhabil i en sag, der er med i materialet. Lav det igen uden den."


@page(P.QUEUE_READ)
def pack(request: Request, pk: UUID) -> HttpResponse:
    """What the reader has of the meeting, how old it is, and the way to make it."""
    meeting = get_object_or_404(Meeting, pk=pk)
    pack = queries.pack_of(meeting, request.user)
    points = agenda_queries.points_of(meeting, request.user)
    is_made = pack is not None and pack.made_at is not None
    changes: list[str] = []
    if pack and is_made:
        changes = rules.changes_of(pack.marks, queries.marks_of(points))

    context: dict[str, Any] = {
        "trail": [*find.meeting_trail(meeting), ("Mødemateriale", "")],
        "meeting": meeting,
        "pack": pack,
        "is_made": is_made,
        "running": _running(pack),
        "is_stuck": pack is not None and rules.is_stuck(pack),
        "changes": changes,
        "left_out": [point.number for point in points if not point.is_open],
        "points": points,
        "may_fetch": pack and is_made and queries.is_still_open(pack, request.user),
        "can_be_made": rules.can_be_made(meeting) and points,
        "removed_on": rules.removed_on(meeting),
    }
    return render(request, "visitation/packs/pack.html", context)


@page(P.QUEUE_READ)
@polled
def pack_progress(request: Request, pk: UUID) -> HttpResponse:
    """How far it is; the page asks by itself until it is made."""
    meeting = get_object_or_404(Meeting, pk=pk)
    running = _running(queries.pack_of(meeting, request.user))
    context = {"meeting": meeting, "running": running}
    response = render(request, "visitation/packs/_progress.html", context)
    if running is None:
        # Made, or given up: the page says which.
        response["HX-Refresh"] = "true"
    return response


@act(P.QUEUE_READ)
@throttled("print")
def ask_for_pack(request: Request, pk: UUID) -> HttpResponse:
    meeting = get_object_or_404(Meeting, pk=pk)
    with_papers = "bilag" in request.POST
    attempt(request, actions.ask, meeting, with_papers=with_papers, by=request.user)
    return redirect("visitation:pack", meeting.pk)


@page(P.QUEUE_READ)
def pack_pdf(request: Request, pk: UUID) -> HttpResponse:
    """The reader's own, always as an attachment. Each time is logged, for each case in it."""
    meeting = get_object_or_404(Meeting, pk=pk)
    pack = get_object_or_404(MeetingPack, meeting=meeting, made_for=request.user)
    if pack.made_at is None:
        raise Http404
    # Disqualified since it was made, they may not have it.
    if not queries.is_still_open(pack, request.user):
        messages.error(request, CLOSED)
        return redirect("visitation:pack", meeting.pk)

    # An open point is called by the number of its case.
    numbers = [mark["label"] for mark in pack.marks if mark["is_open"]]
    audit.log_accesses(AccessEntry.Kind.PRINT, numbers, by=request.user)
    held_on = timezone.localdate(meeting.starts_at)
    name = f"moedemateriale-{held_on.isoformat()}.pdf"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(pack.content, "application/pdf", headers=headers)


def _running(pack: MeetingPack | None) -> MeetingPack | None:
    """The one that is being made."""
    if pack is None or pack.made_at or rules.is_stuck(pack):
        return None
    return pack
