"""The minutes on screen and as PDF, as their reader may see them; writing and approving them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone

from applications.models import Application
from skolefleks import audit, pdf
from skolefleks.models import AccessEntry
from skolefleks.pages import act, page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Overtaken, Refusal
from skolefleks.statemachine import can
from visitation.lifecycle import MeetingStatus as S
from visitation.meetings.planning import tone_of
from visitation.minutes import actions, queries
from visitation.minutes import forms as minutes_forms
from visitation.models import Document, Meeting
from visitation.pages import find

if TYPE_CHECKING:
    from collections.abc import Callable


WRITABLE = (S.UNDER_WAY, S.HELD)


REMARKS = "remarks"  # the form beside the cases


@page(P.QUEUE_READ)
def minutes(request: Request, pk: UUID) -> HttpResponse:
    """The minutes as they stand. Reading them is logged for each case in them."""
    return _page(request, _found(pk))


@act(P.MEETING_LEAD)
def write_said(request: Request, pk: UUID, item: UUID) -> HttpResponse:
    """What was said of one case. In a case that one is disqualified in there is no such address."""
    meeting = _found(pk)
    cases = Application.objects.reviewable_by(request.user)
    found = get_object_or_404(
        meeting.items.select_related("application"), pk=item, application__in=cases
    )
    found.meeting = meeting
    return _write(
        request,
        meeting,
        str(item),
        lambda text, read: actions.write_said(found, text, read=read, by=request.user),
    )


@act(P.MEETING_LEAD)
def write_remarks(request: Request, pk: UUID) -> HttpResponse:
    meeting = _found(pk)
    return _write(
        request,
        meeting,
        REMARKS,
        lambda text, read: actions.write_remarks(meeting, text, read=read, by=request.user),
    )


@act(P.MINUTES_APPROVE)
def approve_minutes(request: Request, pk: UUID) -> HttpResponse:
    meeting = _found(pk)
    try:
        actions.approve_minutes(meeting, by=request.user)
    except Refusal as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(
            request, "Referatet er godkendt og kan ikke længere ændres. Udvalget får besked."
        )
    return redirect("visitation:minutes", meeting.pk)


@page(P.QUEUE_READ)
def minutes_pdf(request: Request, pk: UUID) -> HttpResponse:
    """The minutes on paper: byte for byte as approved, or drawn for the reader who may not read all of it."""
    meeting = _found(pk)
    document = _document(meeting)
    whole = document.told if document else queries.minutes_of(meeting)
    told = queries.as_read_by(whole, request.user)
    kept = document.content if document and told == whole else None
    _log(AccessEntry.Kind.PRINT, told, request)
    name = f"referat-{timezone.localdate(meeting.starts_at).isoformat()}.pdf"
    return HttpResponse(
        kept or pdf.render("minutes", told),
        "application/pdf",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def _found(pk: UUID) -> Meeting:
    """A meeting that has begun: before that there are no minutes."""
    return get_object_or_404(Meeting, pk=pk, status__in=(*WRITABLE, S.APPROVED))


def _document(meeting: Meeting) -> Document | None:
    if meeting.status != S.APPROVED:
        return None
    return (
        Document.objects.filter(meeting=meeting, kind=Document.Kind.MINUTES)
        .defer("sealed_pdf")
        .first()
    )


def _write(
    request: Request, meeting: Meeting, name: str, act: Callable[[str, str], None]
) -> HttpResponse:
    """Keep one text, and go back to it; what is refused is shown at its field with what was typed."""
    form = minutes_forms.WordsForm(request.POST, label="", prefix=name)
    if form.is_valid():
        try:
            act(form.cleaned_data["text"], form.cleaned_data["read"])
            messages.success(
                request, "Teksten er gemt i referatet. Elevers navne står som initialer."
            )
            return redirect("visitation:minutes", meeting.pk)
        except Refusal as refusal:
            form.add_error("text", str(refusal))
            form.is_overtaken = isinstance(refusal, Overtaken)
    return _page(request, meeting, refused=(name, form))


def _page(
    request: Request,
    meeting: Meeting,
    *,
    refused: tuple[str, minutes_forms.WordsForm] | None = None,
) -> HttpResponse:
    if refused:
        meeting.refresh_from_db()
    document = _document(meeting)
    told = queries.as_read_by(
        document.told if document else queries.minutes_of(meeting), request.user
    )
    _log(AccessEntry.Kind.VIEW, told, request)
    writes = meeting.status in WRITABLE and may(request.user, P.MEETING_LEAD, at=EVERYWHERE)
    forms = _forms(told, refused) if writes else {}
    context = {
        "trail": [*find.meeting_trail(meeting), ("Referat", "")],
        "meeting": meeting,
        "tone": tone_of(meeting),
        "told": told,
        "points": [(point, forms.get(point["item"])) for point in told["points"]],
        "remarks": forms.get(REMARKS),
        "document": document,
        "may_approve": can(meeting, "approve", request.user),
    }
    return render(
        request, "visitation/minutes/minutes.html", context, status=422 if refused else 200
    )


def _forms(
    told: dict[str, Any], refused: tuple[str, minutes_forms.WordsForm] | None
) -> dict[str, minutes_forms.WordsForm]:
    """A form for each text that can be written, by what it is of; the refused one as it was sent."""
    texts = {point["item"]: point["said"] for point in told["points"] if not point["is_closed"]}
    label = "Hvad der blev sagt"
    forms = {name: _words(name, text, label) for name, text in texts.items()}
    forms[REMARKS] = _words(REMARKS, told["remarks"], "Det, der skal stå ud over sagerne")
    if refused:
        name, form = refused
        forms[name] = _again(form, forms[name], label=str(forms[name].fields["text"].label))
    return forms


def _words(name: str, text: str, label: str) -> minutes_forms.WordsForm:
    return minutes_forms.WordsForm(
        label=label, prefix=name, text=text, read=queries.reading_of(text)
    )


def _again(
    refused: minutes_forms.WordsForm, now: minutes_forms.WordsForm, *, label: str
) -> minutes_forms.WordsForm:
    """What was typed; where somebody was faster, on top of what stands now, which is shown beside it."""
    refused.fields["text"].label = label
    if refused.is_overtaken:
        refused.data = {**refused.data, refused.add_prefix("read"): now.initial["read"]}
        refused.theirs = str(now.initial["text"])
    return refused


def _log(kind: AccessEntry.Kind, told: dict[str, Any], request: Request) -> None:
    numbers = [
        point["heading"].partition(",")[0] for point in told["points"] if not point["is_closed"]
    ]
    audit.accesses(kind, numbers, by=request.user)
