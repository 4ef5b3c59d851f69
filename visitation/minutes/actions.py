"""The minutes: what was said, case by case, written during and after the meeting, and approved for good."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from applications.reading.summary import unnamed
from skolefleks import audit, outbox
from skolefleks.refusals import NotPossible, Overtaken
from skolefleks.statemachine import move
from visitation.agenda import actions as agenda
from visitation.letters import actions as letters
from visitation.lifecycle import MeetingStatus
from visitation.minutes import queries
from visitation.models import AgendaItem, Document, JournalEntry, Meeting
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from skolefleks.models import User


TEMPLATE = "minutes"


RECIPIENT = "Kvalitetsudvalget"


WRITTEN = "Teksten er ændret af en anden i mellemtiden. Begge står her: ret din til, og gem igen."


@transaction.atomic
def write_said(item: AgendaItem, text: str, *, read: str, by: User) -> None:
    """What was said of one case, on top of the text that was `read`; for the pupils' names their initials are kept.

    Raises Recused, NotPossible, Overtaken.
    """
    recusals.require_not_recused(by, item.application)
    _lock_open(item.meeting, by=by)
    item.refresh_from_db(fields=["said"])
    if queries.reading_of(item.said) != read:
        raise Overtaken(WRITTEN)
    item.said = unnamed(queries.called(item.application.pupil_cases.all()))(text)
    item.save(update_fields=["said"])
    audit.record("write_minutes", item.meeting, by=by, item=str(item.pk))


@transaction.atomic
def write_remarks(meeting: Meeting, text: str, *, read: str, by: User) -> None:
    """What was said beside the cases. Raises NotPossible, Overtaken."""
    _lock_open(meeting, by=by)
    if queries.reading_of(meeting.remarks) != read:
        raise Overtaken(WRITTEN)
    meeting.remarks = text
    meeting.save(update_fields=["remarks"])
    audit.record("write_minutes", meeting, by=by)


@transaction.atomic
def approve_minutes(meeting: Meeting, *, by: User) -> Document:
    """Say that it was so. From here on the minutes are a document that nobody changes, and a line of the journal."""
    agenda.lock_meeting(meeting, by=by)
    move(meeting, "approve", by=by)
    told = queries.minutes_of(meeting, approved_by=by)
    document = letters.draft(
        Document.Kind.MINUTES, told, TEMPLATE, recipient=RECIPIENT, meeting=meeting
    )
    JournalEntry.objects.create(
        what=JournalEntry.What.DOCUMENT, meeting=meeting, document=document, by=by
    )
    outbox.post("minutes.approved", meeting=str(meeting.pk))
    return document


def _lock_open(meeting: Meeting, *, by: User) -> None:
    agenda.lock_meeting(meeting, by=by)
    if meeting.status not in (MeetingStatus.UNDER_WAY, MeetingStatus.HELD):
        raise NotPossible("Referatet skrives, mens mødet er i gang, og indtil det er godkendt.")
