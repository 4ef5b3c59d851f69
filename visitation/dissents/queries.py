"""Whose dissent can be written down, and what was."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.models import User
from skolefleks.permissions import EVERYWHERE, Permission, may
from visitation.dissents import rules
from visitation.minutes import rules as minutes_rules
from visitation.models import Decision, MeetingEvent, Participant

if TYPE_CHECKING:
    from uuid import UUID

    from visitation.models import Meeting


def people_of(decision: Decision, user: User) -> list[User]:
    """Whose dissent `user` may write: one's own; who leads meetings everybody's who took part."""
    took_part = decision.participants.filter(part=Participant.Part.TOOK_PART)
    people = User.objects.filter(pk__in=took_part.values("user"))
    if not may(user, Permission.MEETING_LEAD, at=EVERYWHERE):
        people = people.filter(pk=user.pk)
    return list(people.order_by("name"))


def open_pupils(meeting: Meeting, user: User) -> set[UUID]:
    """The pupils at whose decisions there `user` may write a dissent. Takes one query."""
    if not minutes_rules.can_be_written(meeting):
        return set()
    decisions = Decision.objects.standing().filter(meeting=meeting)
    if not may(user, Permission.MEETING_LEAD, at=EVERYWHERE):
        decisions = decisions.filter(
            participants__user=user, participants__part=Participant.Part.TOOK_PART
        )
    return set(decisions.values_list("pupil_case", flat=True))


def of_decisions(meeting: Meeting) -> rules.Dissents:
    """What was written at the meeting's decisions. Takes one query."""
    events = meeting.events.filter(kind=MeetingEvent.Kind.DISSENT)
    return rules.standing(events.select_related("person"))
