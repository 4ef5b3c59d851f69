"""The committee's meetings: planned, moved, invited to, led from step to step, and called off."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import alphabet, audit, outbox
from skolefleks.models import User
from skolefleks.models.people import COMMITTEE_ROLES, QUORUM_ROLES
from skolefleks.permissions import EVERYWHERE, Permission, may, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move
from visitation.agenda import actions as agenda
from visitation.agenda import free_points, happenings, names
from visitation.agenda import queries as agenda_queries
from visitation.lifecycle import MeetingStatus
from visitation.meetings import rules
from visitation.models import AgendaItem, Attendance, Decision, Meeting

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping
    from uuid import UUID

Kind = happenings.Kind


class NotAllSettled(Refusal):
    """Cases on the agenda (`items`) are neither decided, postponed nor left for later."""

    def __init__(self, items: list[AgendaItem]) -> None:
        self.items = items
        super().__init__(
            "Mødet kan ikke slutte endnu: mindst én sag på dagsordenen er hverken afgjort eller "
            "udsat. Afgør den, eller sæt kryds ved, at den venter til et senere møde."
        )


@transaction.atomic
def plan(
    slots: Iterable[rules.Slot], *, points: Collection[str] = (), by: User
) -> list[Meeting]:
    """Plan one meeting or a year of them. Nobody is invited by that.

    `points` are the kinds of the usual free points that each has.
    """
    require(by, Permission.MEETING_LEAD, at=EVERYWHERE)
    # One insert for a year of meetings; each still has its own line of the trail.
    planned = []
    for slot in slots:
        planned.append(
            Meeting(
                starts_at=slot.starts_at,
                ends_at=slot.ends_at,
                place=slot.place,
                submit_by=slot.submit_by,
                planned_by=by,
            )
        )

    meetings = Meeting.objects.bulk_create(planned)
    free_points.add_usual(meetings, points, by=by)
    for meeting in meetings:
        audit.record("plan_meeting", meeting, by=by)
    return meetings


@transaction.atomic
def change(meeting: Meeting, slot: rules.Slot, *, revision: int, by: User) -> None:
    """Give the meeting another time, place or last day for cases.

    Those invited are told of time and place. Raises Overtaken, and NotPossible
    once it has been opened.
    """
    agenda.lock_meeting(meeting, by=by)
    # The revision after the lock: before it somebody else could still change the
    # plan.
    agenda.require_revision(meeting, revision)
    if not rules.can_be_changed(meeting):
        raise NotPossible(
            "Mødet er åbnet eller aflyst, og tid og sted kan ikke ændres."
        )

    fields = []
    for name in ("starts_at", "ends_at", "place", "submit_by"):
        if getattr(meeting, name) != getattr(slot, name):
            setattr(meeting, name, getattr(slot, name))
            fields.append(name)
    # Nobody is told of a change that is none.
    if not fields:
        return

    meeting.save(update_fields=fields)
    agenda.outdate_forms(meeting)
    audit.record("change_meeting", meeting, by=by, fields=fields)
    # No mail holds the last day for cases: the schools' pages do.
    if meeting.invited_at and fields != ["submit_by"]:
        outbox.post("meeting.changed", meeting=str(meeting.pk))


@transaction.atomic
def invite(meeting: Meeting, *, by: User) -> list[Attendance]:
    """Invite everybody in the committee who is not invited yet.

    The first time the schools of the agenda are told too. Raises NotPossible
    once the meeting has been opened, and Refusal where all are invited.
    """
    agenda.lock_meeting(meeting, by=by)
    if not rules.can_be_changed(meeting):
        raise NotPossible("Mødet er åbnet eller aflyst, og ingen kan indkaldes.")

    new = seat_committee(meeting)
    if not new:
        raise Refusal("Alle i udvalget er indkaldt.")

    # The schools hear once: a new member is no news to them.
    is_first = meeting.invited_at is None
    if is_first:
        Meeting.objects.filter(pk=meeting.pk).update(invited_at=timezone.now())

    # Ids alone: the trail and the outbox hold no names.
    people = [row.user_id for row in new]
    audit.record("invite_committee", meeting, by=by, people=people)
    outbox.post(
        "meeting.invited", meeting=str(meeting.pk), people=people, schools=is_first
    )
    return new


def seat_committee(meeting: Meeting) -> list[Attendance]:
    """Give a seat to everybody in the committee today who has none; returns the new ones."""
    counting = set(User.objects.holding(*QUORUM_ROLES).values_list("pk", flat=True))
    seated = meeting.attendances.values("user")
    others = User.objects.holding(*COMMITTEE_ROLES).exclude(pk__in=seated)
    new = [
        Attendance(meeting=meeting, user=user, counts=user.pk in counting)
        for user in others.order_by(alphabet.by("name"))
    ]
    return Attendance.objects.bulk_create(new)


@transaction.atomic
def note_attendance(
    meeting: Meeting, states: Mapping[int, Attendance.State], *, by: User
) -> None:
    """Note who is there and who is not, by id of the person.

    Raises NotPossible once the meeting has ended.
    """
    agenda.lock_meeting(meeting, by=by)
    if not rules.can_note_attendance(meeting):
        raise NotPossible("Mødet er slut, og fremmødet kan ikke ændres.")

    rows = list(meeting.attendances.filter(user__in=states))
    changed = [row for row in rows if row.state != states[row.user_id]]
    for row in rows:
        row.state = states[row.user_id]
    _require_one_in_a_seat(meeting, states)
    # One statement for all, so that no screen sees half of the attendance.
    Attendance.objects.bulk_update(rows, ["state"])

    noted = {str(row.user_id): row.state for row in rows}
    audit.record("note_attendance", meeting, by=by, states=noted)
    # Before the meeting is opened nobody comes or goes.
    if meeting.status == MeetingStatus.UNDER_WAY:
        _note_who_came_and_went(meeting, changed, by=by)


def _require_one_in_a_seat(
    meeting: Meeting, states: Mapping[int, Attendance.State]
) -> None:
    """Raise NotPossible where a member would be there together with their substitute."""
    present = Attendance.State.PRESENT
    seats = meeting.attendances.filter(stands_in_for__isnull=False)
    for seat in seats.select_related("user", "stands_in_for"):
        state = states.get(seat.user_id, seat.state)
        member = seat.stands_in_for
        if member and present == state == states.get(member.pk):
            raise NotPossible(
                f"{member.name} og suppleanten {seat.user.name} kan ikke begge være "
                "til stede på samme plads."
            )


def _note_who_came_and_went(
    meeting: Meeting, changed: Iterable[Attendance], *, by: User
) -> None:
    counting = happenings.counting_at(meeting)
    for row in changed:
        kind = Kind.LEFT
        if row.state == Attendance.State.PRESENT:
            kind = Kind.ARRIVED
        happenings.note(meeting, kind, by=by, person_id=row.user_id, counting=counting)


@transaction.atomic
def lock_agenda(meeting: Meeting, *, by: User) -> None:
    """Lock the agenda. Raises NotPossible where it is empty."""
    agenda.lock_meeting(meeting, by=by)
    # A locked agenda is what the members prepare by: an empty one helps nobody.
    if not meeting.items.exists():
        raise NotPossible("Dagsordenen er tom. Sæt mindst én sag på, før I låser den.")
    move(meeting, "lock", by=by)
    agenda.outdate_forms(meeting)
    if meeting.invited_at:
        outbox.post("meeting.locked", meeting=str(meeting.pk))


@transaction.atomic
def unlock_agenda(meeting: Meeting, *, by: User) -> None:
    """Let the agenda be changed again."""
    agenda.lock_meeting(meeting, by=by)
    move(meeting, "unlock", by=by)
    agenda.outdate_forms(meeting)


@transaction.atomic
def open_meeting(meeting: Meeting, *, by: User) -> None:
    """Begin the meeting.

    Raises NotPossible until everybody invited is noted as present or absent,
    and while another meeting is under way.
    """
    agenda.lock_meeting(meeting, by=by)
    # The quorum is counted from what is noted here, so nobody may be left open.
    states = list(meeting.attendances.values_list("state", flat=True))
    if not states or Attendance.State.INVITED in states:
        raise NotPossible(
            "Skriv først for alle indkaldte, om de er til stede eller har meldt afbud."
        )
    _require_none_under_way()

    move(meeting, "open", by=by)
    Meeting.objects.filter(pk=meeting.pk).update(opened_at=timezone.now())
    # What was decided since the last meeting, and not at one.
    Decision.objects.to_be_told().update(told_at=meeting)
    counting = happenings.counting_at(meeting)
    happenings.note(meeting, Kind.OPENED, by=by, counting=counting)
    agenda.outdate_forms(meeting)


@transaction.atomic
def close_meeting(meeting: Meeting, *, later: Collection[UUID] = (), by: User) -> None:
    """End the meeting.

    `later` are the agenda items left for a later meeting; their cases are in
    the queue again. Raises NotAllSettled where another case is neither decided
    nor postponed.
    """
    agenda.lock_meeting(meeting, by=by)
    # Read under the lock: a decision made meanwhile is counted.
    undecided = agenda_queries.undecided_items(meeting)
    not_left = [item for item in undecided if item.pk not in later]
    if not_left:
        raise NotAllSettled(not_left)

    # The trail keeps which cases were left, since the agenda itself says nothing
    # of it.
    move(meeting, "close", by=by, left=[str(item.pk) for item in undecided])
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=timezone.now())
    happenings.note(meeting, Kind.CLOSED, by=by)
    agenda.outdate_forms(meeting)


@transaction.atomic
def reopen_meeting(meeting: Meeting, *, reason: str, by: User) -> None:
    """Go on with a meeting that was ended, while its minutes are a draft.

    Raises NotPossible while another meeting is under way, and Refusal without
    a reason.
    """
    agenda.lock_meeting(meeting, by=by)
    if not reason.strip():
        raise Refusal("Skriv, hvorfor mødet genåbnes.", field="reason")
    _require_none_under_way()

    move(meeting, "reopen", by=by)
    Meeting.objects.filter(pk=meeting.pk).update(closed_at=None)
    # It stands in the minutes, where no pupil is named.
    reason = names.without_names(meeting, reason)
    happenings.note(meeting, Kind.REOPENED, by=by, reason=reason)
    agenda.outdate_forms(meeting)


@transaction.atomic
def cancel_meeting(meeting: Meeting, *, by: User) -> None:
    """Call the meeting off: its cases are in the queue again, and those invited are told."""
    agenda.lock_meeting(meeting, by=by)
    move(meeting, "cancel", by=by)
    agenda.outdate_forms(meeting)
    # Where nobody was invited, nobody has to hear that it is off.
    if meeting.invited_at:
        outbox.post("meeting.cancelled", meeting=str(meeting.pk))


def _require_none_under_way() -> None:
    """The room, and what a decision is tied to, know one meeting at a time."""
    if Meeting.objects.filter(status=MeetingStatus.UNDER_WAY).exists():
        raise NotPossible("Et andet møde er i gang. Slut det, før I åbner dette.")


@transaction.atomic
def pass_on_meetings(person: User, *, to: User, by: User) -> int:
    """Let `to` lead the coming meetings that `person` called, if they may; how many."""
    require(by, Permission.PEOPLE_LOOK_AFTER, at=EVERYWHERE)
    if not may(to, Permission.MEETING_LEAD, at=EVERYWHERE):
        return 0
    coming = list(Meeting.objects.upcoming().filter(planned_by=person))
    Meeting.objects.filter(pk__in=[one.pk for one in coming]).update(planned_by=to)
    audit.record_each("pass_on_meeting", coming, by=by)
    return len(coming)
