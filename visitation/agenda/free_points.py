"""The free points of an agenda: put on, taken off, and taken up at the meeting.

No case is touched by them. Texts are kept without the names of the pupils on
the agenda, as everything that is written at a meeting.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from skolefleks import audit
from skolefleks.refusals import NotPossible, Refusal
from visitation.agenda import actions as agenda
from visitation.agenda import happenings, names, rules
from visitation.lifecycle import MeetingStatus
from visitation.models import FreePoint, Meeting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from skolefleks.models import User

Kind = FreePoint.Kind


def add_usual(
    meetings: Iterable[Meeting], kinds: Collection[str], *, by: User
) -> None:
    """Give new meetings, which nobody else knows of yet, their usual points."""
    usual = [kind for kind in rules.USUAL_POINTS if kind in kinds]
    points = []
    for meeting in meetings:
        for position, kind in enumerate(usual):
            points.append(
                FreePoint(
                    meeting=meeting,
                    kind=kind,
                    position=position,
                    minutes=rules.USUAL_FREE_MINUTES,
                    added_by=by,
                )
            )
    FreePoint.objects.bulk_create(points)


@transaction.atomic
def add_point(
    meeting: Meeting, *, kind: str, title: str, minutes: int, by: User
) -> FreePoint:
    """Put a free point on the agenda, and tell the schools of new times.

    Only one of its own has a title. Raises NotPossible where the agenda is
    locked, and Refusal where a usual point is on it already.
    """
    agenda.lock_meeting(meeting, by=by)
    agenda.require_open(meeting)
    if kind == Kind.OWN:
        title = names.without_names(meeting, title)
    else:
        title = ""
        if meeting.free_points.filter(kind=kind).exists():
            raise Refusal("Det punkt er allerede på dagsordenen.", field="kind")

    before = agenda.times(meeting)
    point = FreePoint.objects.create(
        meeting=meeting,
        kind=kind,
        title=title,
        minutes=minutes,
        position=agenda.place_for_next(meeting),
        added_by=by,
    )
    agenda.outdate_forms(meeting)
    audit.record("add_point", meeting, by=by, point=str(point.pk), kind=kind)
    agenda.tell_of_new_times(meeting, before)
    return point


@transaction.atomic
def remove_point(point: FreePoint, *, revision: int, by: User) -> None:
    """Take a free point off the agenda. Raises Overtaken, NotPossible."""
    meeting = point.meeting
    agenda.lock_meeting(meeting, by=by)
    agenda.require_revision(meeting, revision)
    agenda.require_open(meeting)

    before = agenda.times(meeting)
    # Deleted, the point has no key any more.
    key = str(point.pk)
    point.delete()
    agenda.outdate_forms(meeting)
    audit.record("remove_point", meeting, by=by, point=key, kind=point.kind)
    agenda.tell_of_new_times(meeting, before)


@transaction.atomic
def take_up_point(point: FreePoint, *, by: User) -> None:
    """Go on to a free point, for everybody who follows the meeting.

    Raises NotPossible unless the meeting is under way.
    """
    meeting = point.meeting
    agenda.lock_meeting(meeting, by=by)
    if meeting.status != MeetingStatus.UNDER_WAY:
        raise NotPossible("Mødet er ikke i gang.")

    Meeting.objects.filter(pk=meeting.pk).update(at_item=None, at_point=point)
    agenda.outdate_forms(meeting)
    counting = happenings.counting_at(meeting)
    happenings.note(
        meeting, happenings.Kind.TAKEN_UP, by=by, point=point, counting=counting
    )
    audit.record("take_up_point", meeting, by=by, point=str(point.pk))
