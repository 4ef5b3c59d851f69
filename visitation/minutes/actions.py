"""Writing the minutes, case by case, during and after the meeting; and approving them for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from skolefleks import audit, outbox
from skolefleks.refusals import NotPossible, Overtaken
from skolefleks.statemachine import move
from visitation.agenda import actions as agenda
from visitation.agenda import names
from visitation.letters import actions as letters
from visitation.minutes import queries, rules
from visitation.models import (
    AgendaItem,
    Document,
    FreePoint,
    JournalEntry,
    Meeting,
)
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from skolefleks.models import User

TEMPLATE = "minutes"
RECIPIENT = "Kvalitetsudvalget"
CHANGED = "Teksten er ændret af en anden i mellemtiden. Begge står her: ret din til, og gem igen."
NOT_OPEN = "Referatet skrives, mens mødet er i gang, og indtil det er godkendt."


@transaction.atomic
def write_said(item: AgendaItem, *, text: str, read: str, by: User) -> bool:
    """Keep what was said of one case, with the pupils' initials instead of their names.

    Returns whether there were names in it. `read` is the mark of the text that
    it was written on top of. Raises Recused, NotPossible, and Overtaken where
    somebody else has written meanwhile.
    """
    recusals.require_not_recused(by, item.application)
    return _keep_said(item, text=text, read=read, by=by)


@transaction.atomic
def write_of_point(point: FreePoint, *, text: str, read: str, by: User) -> bool:
    """Keep what was said at a free point, without names. Raises NotPossible, Overtaken.

    Returns whether there were names in it.
    """
    return _keep_said(point, text=text, read=read, by=by)


def _keep_said(row: AgendaItem | FreePoint, *, text: str, read: str, by: User) -> bool:
    """Keep what was said of a row of the agenda; whether there were names in it."""
    _lock_open(row.meeting, by=by)

    # After the lock: what was read with the page may be older than the text.
    row.refresh_from_db(fields=["said"])
    if rules.mark_of(row.said) != read:
        raise Overtaken(CHANGED, field="text")

    # Of every case on the agenda: one is spoken of under another's point too.
    nameless = names.without_names(row.meeting, text)
    row.said = nameless
    row.save(update_fields=["said"])
    audit.record("write_minutes", row.meeting, by=by, item=str(row.pk))
    return nameless != text


@transaction.atomic
def write_remarks(meeting: Meeting, *, text: str, read: str, by: User) -> bool:
    """Keep what was said beside the cases, without names. Raises NotPossible, Overtaken.

    Returns whether there were names in it.
    """
    _lock_open(meeting, by=by)
    if rules.mark_of(meeting.remarks) != read:
        raise Overtaken(CHANGED, field="text")

    remarks = names.without_names(meeting, text)
    meeting.remarks = remarks
    meeting.save(update_fields=["remarks"])
    audit.record("write_minutes", meeting, by=by)
    return remarks != text


@transaction.atomic
def approve_minutes(meeting: Meeting, *, by: User) -> Document:
    """Approve the minutes: from here on they are a document of the journal that nobody changes.

    Raises NotPossible, PermissionDenied, Overtaken.
    """
    agenda.lock_meeting(meeting, by=by)
    # First: whoever is second finds no step to take, and writes no document.
    move(meeting, "approve", by=by)

    # For everybody: each reader's own view is taken out of this text when it is read.
    minutes = queries.minutes_of(meeting, approved_by=by)
    document = letters.draft(
        Document.Kind.MINUTES, minutes, TEMPLATE, recipient=RECIPIENT, meeting=meeting
    )
    JournalEntry.objects.create(
        what=JournalEntry.What.DOCUMENT, meeting=meeting, document=document, by=by
    )
    outbox.post("minutes.approved", meeting=str(meeting.pk))
    return document


def _lock_open(meeting: Meeting, *, by: User) -> None:
    """Hold the meeting's row, and refuse where its minutes are not to be written."""
    agenda.lock_meeting(meeting, by=by)
    if not rules.can_be_written(meeting):
        raise NotPossible(NOT_OPEN, field="text")
