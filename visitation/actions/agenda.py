"""What is taken up at a meeting, in what order, and which case is at hand."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.db.models import F, Max

from applications.actions import lock
from applications.lifecycle import Status
from skolefleks import audit
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Refusal
from visitation.actions.recusals import require_not_recused
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import AgendaItem, Meeting

if TYPE_CHECKING:
    from applications.models import Application
    from skolefleks.models import User


@transaction.atomic
def add_to_agenda(meeting: Meeting, application: Application, *, by: User, minutes: int | None = None) -> AgendaItem:
    """Put a case last on the agenda. Raises Recused, NotPossible, Refusal where it is on an upcoming agenda already."""
    lock(application)
    require_not_recused(by, application)
    lock_meeting(meeting, by=by)
    if application.status != Status.SUBMITTED:
        raise NotPossible
    if meeting.status != MeetingStatus.PLANNED:
        raise NotPossible("Dagsordenen er låst. Lås den op, før I ændrer den.")
    if AgendaItem.objects.filter(application=application, meeting__status__in=UPCOMING).exists():
        raise Refusal("Sagen er allerede på dagsordenen for et kommende møde.")
    last = meeting.items.aggregate(last=Max("position"))["last"]
    item = AgendaItem.objects.create(
        meeting=meeting,
        application=application,
        position=0 if last is None else last + 1,
        minutes=minutes or settings.AGENDA_MINUTES,
        added_by=by,
    )
    _changed(meeting)
    audit.record("add_to_agenda", application, by=by, meeting=str(meeting.pk))
    return item


@transaction.atomic
def take_up(item: AgendaItem, *, by: User) -> None:
    """Make `item` the case at hand of its meeting, for everybody who follows. Raises NotPossible unless under way."""
    meeting = item.meeting
    lock_meeting(meeting, by=by)
    if meeting.status != MeetingStatus.UNDER_WAY:
        raise NotPossible("Mødet er ikke i gang.")
    Meeting.objects.filter(pk=meeting.pk).update(at_item=item)
    _changed(meeting)
    audit.record("take_up", item.application, by=by, meeting=str(meeting.pk))


def lock_meeting(meeting: Meeting, *, by: User) -> None:
    """Hold the row until the transaction ends, and read where it stands now. Raises PermissionDenied."""
    require(by, Permission.MEETING_LEAD)
    meeting.refresh_from_db(from_queryset=Meeting.objects.select_for_update(no_key=True))


def _changed(meeting: Meeting) -> None:
    Meeting.objects.filter(pk=meeting.pk).update(revision=F("revision") + 1)
