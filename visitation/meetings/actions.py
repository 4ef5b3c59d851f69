"""The committee's meetings: planned, moved, invited to, led from step to step, and called off."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.models import User
from skolefleks.models.people import COMMITTEE_ROLES, QUORUM_ROLES
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move
from visitation.agenda import actions as agenda
from visitation.agenda import queries as agenda_queries
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import AgendaItem, Attendance, Meeting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from datetime import datetime
    from uuid import UUID


NOT_HELD = (MeetingStatus.PLANNED, MeetingStatus.LOCKED)


class NotAllSettled(Refusal):
    """Cases on the agenda (`items`) are neither decided, postponed nor left for a later meeting."""

    def __init__(self, items: list[AgendaItem]) -> None:
        self.items = items
        super().__init__(
            "Mødet kan ikke slutte endnu: mindst én sag på dagsordenen er hverken afgjort eller udsat. Afgør den,"
            " eller sæt kryds ved, at den venter til et senere møde."
        )


@dataclass(frozen=True)
class Slot:
    """When a meeting is, and where."""

    starts_at: datetime
    ends_at: datetime
    place: str


@transaction.atomic
def plan(slots: Iterable[Slot], *, by: User) -> list[Meeting]:
    """Plan one meeting or a year of them. Nobody is invited by that."""
    require(by, Permission.MEETING_LEAD, at=EVERYWHERE)
    meetings = Meeting.objects.bulk_create(
        Meeting(
            starts_at=slot.starts_at,
            ends_at=slot.ends_at,
            place=slot.place,
            planned_by=by,
        )
        for slot in slots
    )
    for meeting in meetings:
        audit.record("plan_meeting", meeting, by=by)
    return meetings


@transaction.atomic
def change(meeting: Meeting, slot: Slot, *, revision: int, by: User) -> None:
    """Another time or place; those invited are told. Raises Overtaken, NotPossible once it has been opened."""
    agenda.lock_meeting(meeting, by=by)
    agenda.require_revision(meeting, revision)
    if meeting.status not in NOT_HELD:
        raise NotPossible(
            "Mødet er åbnet eller aflyst, og tid og sted kan ikke ændres."
        )
    fields = [
        name
        for name in ("starts_at", "ends_at", "place")
        if getattr(meeting, name) != getattr(slot, name)
    ]
    if not fields:
        return
    for name in fields:
        setattr(meeting, name, getattr(slot, name))
    meeting.save(update_fields=fields)
    agenda.changed(meeting)
    audit.record("change_meeting", meeting, by=by, fields=fields)
    if meeting.invited_at:
        outbox.post("meeting.changed", meeting=str(meeting.pk))


@transaction.atomic
def invite(meeting: Meeting, *, by: User) -> list[Attendance]:
    """Invite everybody in the committee who is not invited yet; the first time the schools of the agenda are told too.

    Raises NotPossible once it has been opened, Refusal where all are invited.
    """
    agenda.lock_meeting(meeting, by=by)
    if meeting.status not in NOT_HELD:
        raise NotPossible("Mødet er åbnet eller aflyst, og ingen kan indkaldes.")
    counting = set(User.objects.holding(*QUORUM_ROLES).values_list("pk", flat=True))
    known = set(meeting.attendances.values_list("user", flat=True))
    new = [
        Attendance(meeting=meeting, user=user, counts=user.pk in counting)
        for user in User.objects.holding(*COMMITTEE_ROLES)
        .exclude(pk__in=known)
        .order_by("name")
    ]
    if not new:
        raise Refusal("Alle i udvalget er indkaldt.")
    Attendance.objects.bulk_create(new)
    is_first = meeting.invited_at is None
    if is_first:
        Meeting.objects.filter(pk=meeting.pk).update(invited_at=timezone.now())
    audit.record(
        "invite_committee", meeting, by=by, people=[row.user_id for row in new]
    )
    people = [row.user_id for row in new]
    outbox.post(
        "meeting.invited", meeting=str(meeting.pk), people=people, schools=is_first
    )
    return new


@transaction.atomic
def note_attendance(
    meeting: Meeting, states: Mapping[int, Attendance.State], *, by: User
) -> None:
    """Who is there and who is not, by id of the person. Raises NotPossible once the meeting has ended."""
    agenda.lock_meeting(meeting, by=by)
    if meeting.status not in UPCOMING:
        raise NotPossible("Mødet er slut, og fremmødet kan ikke ændres.")
    rows = list(meeting.attendances.filter(user__in=states))
    for row in rows:
        row.state = states[row.user_id]
    Attendance.objects.bulk_update(rows, ["state"])
    audit.record(
        "note_attendance",
        meeting,
        by=by,
        states={str(row.user_id): row.state for row in rows},
    )


@transaction.atomic
def lock_agenda(meeting: Meeting, *, by: User) -> None:
    """Raises NotPossible where the agenda is empty."""
    agenda.lock_meeting(meeting, by=by)
    if not meeting.items.exists():
        raise NotPossible("Dagsordenen er tom. Sæt mindst én sag på, før I låser den.")
    move(meeting, "lock", by=by)
    agenda.changed(meeting)


@transaction.atomic
def unlock_agenda(meeting: Meeting, *, by: User) -> None:
    agenda.lock_meeting(meeting, by=by)
    move(meeting, "unlock", by=by)
    agenda.changed(meeting)


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: User) -> None:
    """Begin. Raises NotPossible until everybody invited is noted as present or absent, and while another is under way."""
    agenda.lock_meeting(meeting, by=by)
    states = list(meeting.attendances.values_list("state", flat=True))
    if not states or Attendance.State.INVITED in states:
        raise NotPossible(
            "Skriv først for alle indkaldte, om de er til stede eller har meldt afbud."
        )
    if Meeting.objects.filter(status=MeetingStatus.UNDER_WAY).exists():
        raise NotPossible("Et andet møde er i gang. Slut det, før I åbner dette.")
    move(meeting, "open", by=by)
    Meeting.objects.filter(pk=meeting.pk).update(opened_at=timezone.now())
    agenda.changed(meeting)


@transaction.atomic
def close_meeting(meeting: Meeting, *, later: Collection[UUID] = (), by: User) -> None:
    """End it. `later` are the agenda items left for a later meeting; their cases are in the queue again.

    Raises NotAllSettled where another case is neither decided nor postponed.
    """
    agenda.lock_meeting(meeting, by=by)
    left = agenda_queries.undecided_items(meeting)
    if missing := [item for item in left if item.pk not in later]:
        raise NotAllSettled(missing)
    move(meeting, "close", by=by, left=[str(item.pk) for item in left])
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=timezone.now())
    agenda.changed(meeting)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: User) -> None:
    """Call it off: its cases are in the queue again, and those invited are told."""
    agenda.lock_meeting(meeting, by=by)
    move(meeting, "cancel", by=by)
    agenda.changed(meeting)
    if meeting.invited_at:
        outbox.post("meeting.cancelled", meeting=str(meeting.pk))
