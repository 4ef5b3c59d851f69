"""The minutes on screen and as PDF, as their reader may see them; writing and approving them."""

from __future__ import annotations

from collections.abc import Callable, Collection
from functools import partial
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone

from applications.models import Application
from skolefleks import audit, pdf
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, act, attempt, page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.statemachine import can
from skolefleks.throttles import throttled
from visitation.dissents import queries as dissents
from visitation.lifecycle import MeetingStatus
from visitation.meetings import rules as meeting_rules
from visitation.minutes import actions, addendum, forms, queries, readers, rules
from visitation.models import Document, Meeting
from visitation.pages import find

# The form beside the cases; the others are named by their item.
REMARKS = "remarks"
BESIDE_POINTS = "Det, der skal stå ud over punkterne"
# Stands in the address of a text that is written in the room.
FROM_MEETING = "moede"
WRITTEN = "Referatet er gemt. Elevers navne står som initialer."
NAMED = (
    "Der stod navne på elever i teksten. De er skrevet som initialer: læs den igennem."
)
APPROVED = "Referatet er godkendt og kan ikke længere ændres. Udvalget får besked."


@page(P.QUEUE_READ)
def minutes(request: Request, pk: UUID) -> HttpResponse:
    """The minutes as they stand. Reading them is logged for each case in them."""
    return _minutes_page(request, _meeting(pk))


@act(P.MEETING_LEAD)
def write_minutes(request: Request, pk: UUID) -> HttpResponse:
    """Keep every text that was changed; one that somebody else changed meanwhile is shown beside.

    A case that the writer is disqualified in has no text in the form, and none
    that is sent for it is read.
    """
    meeting = _meeting(pk)
    refused = []
    had_names = False
    for form, do in _sent_texts(request, meeting):
        if not form.has_changed():
            continue
        if form.try_to(do, by=request.user):
            had_names = had_names or form.outcome
        else:
            refused.append(form)

    if had_names:
        messages.warning(request, NAMED)
    if refused:
        return _minutes_page(request, meeting, refused=refused)
    messages.success(request, WRITTEN)
    # Written in the room, one comes back there.
    if request.GET.get("fra") == FROM_MEETING:
        return redirect("visitation:meeting_mode", meeting.pk)
    return redirect("visitation:minutes", meeting.pk)


def _sent_texts(
    request: Request, meeting: Meeting
) -> list[tuple[forms.WordsForm, Callable[..., bool]]]:
    """Each text of the form with the act that keeps it, as it stands now."""
    texts: list[tuple[forms.WordsForm, Callable[..., bool]]] = []
    open_items = meeting.items.select_related("application").filter(
        application__in=Application.objects.reviewable_by(request.user)
    )
    for item in open_items:
        item.meeting = meeting
        if f"{item.pk}-text" in request.POST:
            form = forms.of_point(request.POST, item)
            texts.append((form, partial(actions.write_said, item)))
    for point in meeting.free_points.all():
        point.meeting = meeting
        if f"{point.pk}-text" in request.POST:
            form = forms.of_point(request.POST, point)
            texts.append((form, partial(actions.write_of_point, point)))
    if f"{REMARKS}-text" in request.POST:
        remarks = forms.WordsForm(
            request.POST, prefix=REMARKS, label=BESIDE_POINTS, text=meeting.remarks
        )
        texts.append((remarks, partial(actions.write_remarks, meeting)))
    return texts


@act(P.MINUTES_APPROVE)
def approve_minutes(request: Request, pk: UUID) -> HttpResponse:
    meeting = _meeting(pk)
    attempt(request, actions.approve_minutes, meeting, by=request.user, done=APPROVED)
    return redirect("visitation:minutes", meeting.pk)


@page(P.QUEUE_READ)
@throttled("print")
def minutes_pdf(request: Request, pk: UUID) -> HttpResponse:
    """The minutes on paper: byte for byte as approved, or drawn for who may not read all of it."""
    meeting = _meeting(pk)
    document = _document(meeting)
    whole = _whole_minutes(meeting, document)
    readable = readers.as_read_by(whole, request.user)
    _log(AccessEntry.Kind.PRINT, readable, request)

    content = None
    # The kept bytes are handed out only where nothing had to be taken out.
    if document is not None and readable == whole:
        content = document.content

    return _as_file(meeting, "", content or pdf.render("minutes", readable))


@page(P.QUEUE_READ)
@throttled("print")
def addendum_pdf(request: Request, pk: UUID) -> HttpResponse:
    """What came after the approval, on paper: the approved PDF itself never changes."""
    meeting = _meeting(pk)
    document = _document(meeting)
    rows = _addendum(meeting, document, request)
    if document is None or not rows:
        raise Http404

    numbers = [row["heading"].partition(",")[0] for row in rows]
    audit.log_accesses(AccessEntry.Kind.PRINT, numbers, by=request.user)
    paper = addendum.on_paper(document.template_data, rows)
    return _as_file(meeting, "-tilfoejelser", pdf.render("addendum", paper))


def _as_file(meeting: Meeting, name: str, content: bytes) -> HttpResponse:
    day = timezone.localdate(meeting.starts_at).isoformat()
    attached = f'attachment; filename="referat-{day}{name}.pdf"'
    return HttpResponse(
        content, "application/pdf", headers={"Content-Disposition": attached}
    )


def _meeting(pk: UUID) -> Meeting:
    """A meeting that has begun: before that there are no minutes."""
    return get_object_or_404(Meeting, pk=pk, status__in=rules.READABLE)


def _document(meeting: Meeting) -> Document | None:
    """The approved minutes, without their PDF; None while they are a draft."""
    if meeting.status != MeetingStatus.APPROVED:
        return None
    # The PDF is large and encrypted: it is opened where it is asked for.
    documents = Document.objects.filter(meeting=meeting, kind=Document.Kind.MINUTES)
    return documents.defer("sealed_pdf").first()


def _whole_minutes(meeting: Meeting, document: Document | None) -> dict[str, Any]:
    if document is not None:
        return document.template_data
    return queries.minutes_of(meeting)


def _minutes_page(
    request: Request, meeting: Meeting, *, refused: Collection[forms.WordsForm] = ()
) -> HttpResponse:
    status = 200
    if refused:
        status = NOT_DONE
        # The act may have read the meeting before somebody else wrote.
        meeting.refresh_from_db()

    document = _document(meeting)
    readable = readers.as_read_by(_whole_minutes(meeting, document), request.user)
    _log(AccessEntry.Kind.VIEW, readable, request)

    text_forms: dict[str, forms.WordsForm] = {}
    if rules.can_be_written(meeting) and may(
        request.user, P.MEETING_LEAD, at=EVERYWHERE
    ):
        text_forms = _text_forms(readable, refused)

    _add_ways_to_dissent(readable, meeting, request)
    context = {
        "trail": [*find.meeting_trail(meeting), ("Referat", "")],
        "meeting": meeting,
        "tone": meeting_rules.tone_of(meeting),
        "minutes": readable,
        "points": [
            (point, text_forms.get(point["item"])) for point in readable["points"]
        ],
        "remarks": text_forms.get(REMARKS),
        "may_write": bool(text_forms),
        "document": document,
        "addendum": _addendum(meeting, document, request),
        "may_approve": can(meeting, "approve", request.user),
        "unprintable": rules.unprintable_in(readable),
    }
    return render(request, "visitation/minutes/minutes.html", context, status=status)


def _add_ways_to_dissent(
    minutes: dict[str, Any], meeting: Meeting, request: Request
) -> None:
    """The address where the reader writes a dissent, at each decision where they may."""
    if not rules.can_be_written(meeting):
        return
    # Who leads meetings writes for everybody: for them nothing is asked.
    leads = may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    pupils: set[UUID] = set()
    if not leads:
        pupils = dissents.open_pupils(meeting, request.user)
    for point in minutes["points"]:
        for pupil in point["pupils"]:
            # Minutes that were approved long ago do not say which pupil it was.
            key = pupil.get("pupil", "")
            if key and (leads or UUID(key) in pupils):
                url = reverse("visitation:dissent", args=[meeting.pk, key])
                pupil["dissent_url"] = url


def _addendum(
    meeting: Meeting, document: Document | None, request: Request
) -> list[dict[str, str]]:
    """What came after the approval: the approved text itself never changes."""
    if document is None:
        return []
    return addendum.rows_of(meeting, document.made_at, request.user)


def _text_forms(
    minutes: dict[str, Any], refused: Collection[forms.WordsForm]
) -> dict[str, forms.WordsForm]:
    """A form for each text that can be written, by its prefix; the refused as they were sent."""
    text_forms = {}
    for point in minutes["points"]:
        # A disqualified chair writes nothing of the case, and sees no text of it.
        if not point["is_closed"] and readers.OUT_OF_IT not in point["said"]:
            text_forms[point["item"]] = forms.WordsForm(
                prefix=point["item"], label=forms.SAID, text=point["said"]
            )
    # What is hidden from the writer in a text must not be written over.
    if readers.OUT_OF_IT not in minutes["remarks"]:
        text_forms[REMARKS] = forms.WordsForm(
            prefix=REMARKS,
            label=BESIDE_POINTS,
            text=minutes["remarks"],
        )

    for form in refused:
        prefix = str(form.prefix)
        # Nothing is shown beside a text that became hidden meanwhile.
        if prefix in text_forms:
            form.show_beside(text_forms[prefix])
            text_forms[prefix] = form
    return text_forms


def _log(kind: AccessEntry.Kind, minutes: dict[str, Any], request: Request) -> None:
    """Write a line of the access log for each case that the reader sees something of."""
    # A free point is about no case.
    open_points = [
        point
        for point in minutes["points"]
        if point["application"] and not point["is_closed"]
    ]
    # The number stands first in the heading; approved minutes keep no other.
    rows = (*open_points, *minutes["told_of"])
    numbers = [row["heading"].partition(",")[0] for row in rows]
    audit.log_accesses(kind, numbers, by=request.user)
