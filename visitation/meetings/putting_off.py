"""A meeting that cannot go on is put off whole: another day, and its cases follow."""

from __future__ import annotations

from django.db import transaction
from django.utils import timezone

from applications.writing import actions as writing
from skolefleks import audit, outbox
from skolefleks.danish import moment
from skolefleks.models import User
from skolefleks.refusals import NotPossible, Refusal
from visitation.agenda import actions as agenda
from visitation.agenda import happenings
from visitation.agenda import queries as agenda_queries
from visitation.agenda import rules as agenda_rules
from visitation.lifecycle import MeetingStatus
from visitation.meetings import actions as meetings
from visitation.meetings import rules
from visitation.models import AgendaItem, FreePoint, Meeting


@transaction.atomic
def put_off(meeting: Meeting, slot: rules.Slot, *, by: User) -> Meeting:
    """End a meeting under way, and call its people and undecided cases to a new one.

    Who was called is called again, and the schools are told. Raises
    NotPossible unless it is under way, and Refusal where nothing waits.
    """
    # The applications first, ascending, as everywhere.
    for item in meeting.items.select_related("application").order_by("application"):
        writing.lock(item.application)
    agenda.lock_meeting(meeting, by=by)
    if meeting.status != MeetingStatus.UNDER_WAY:
        raise NotPossible("Mødet er ikke i gang. Ret i stedet tid og sted.")
    waiting = agenda_queries.undecided_items(meeting)
    if not waiting:
        raise Refusal("Alle sager er afgjort eller udsat. Slut mødet i stedet.")

    counting = happenings.counting_at(meeting)
    happenings.note(
        meeting,
        happenings.Kind.PUT_OFF,
        by=by,
        counting=counting,
        reason=moment(slot.starts_at),
    )
    meetings.close_meeting(meeting, later=[item.pk for item in waiting], by=by)

    new = Meeting.objects.create(
        starts_at=slot.starts_at,
        ends_at=slot.ends_at,
        place=slot.place,
        submit_by=slot.submit_by,
        planned_by=by,
        invited_at=timezone.now(),
    )
    # All of the committee: who is in it now, and not who was at the first call.
    meetings.seat_committee(new)
    _take_along(new, meeting, waiting, by=by)
    audit.record("put_off_meeting", meeting, by=by, to=str(new.pk))
    outbox.post("meeting.put_off", meeting=str(meeting.pk), to=str(new.pk))
    return new


def _take_along(
    new: Meeting, before: Meeting, waiting: list[AgendaItem], *, by: User
) -> None:
    """What waits follows in its order, and so do the free points that were not come to."""
    left = before.free_points.filter(events__isnull=True)
    for position, row in enumerate(agenda_rules.in_order(waiting, left)):
        if isinstance(row, FreePoint):
            FreePoint.objects.create(
                meeting=new,
                kind=row.kind,
                title=row.title,
                position=position,
                minutes=row.minutes,
                added_by=by,
            )
            continue
        AgendaItem.objects.create(
            meeting=new,
            application=row.application,
            amendment_id=row.amendment_id,
            position=position,
            minutes=row.minutes,
            added_by=by,
        )
        audit.record(
            "add_to_agenda",
            row.application,
            by=by,
            meeting=str(new.pk),
        )
