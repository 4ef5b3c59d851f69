"""Who comes: each answers for themself, and a substitute takes the seat of who does not."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from skolefleks import audit, outbox
from skolefleks.models import User
from skolefleks.models.people import COMMITTEE_ROLES, QUORUM_ROLES
from skolefleks.refusals import NotPossible, Refusal
from visitation.agenda import actions as agenda
from visitation.agenda import happenings
from visitation.lifecycle import MeetingStatus
from visitation.meetings import rules
from visitation.models import Attendance, Meeting

if TYPE_CHECKING:
    from django.db.models import QuerySet

State = Attendance.State
Kind = happenings.Kind


@transaction.atomic
def answer(
    meeting: Meeting, *, comes: bool, substitute: User | None = None, by: User
) -> None:
    """Say whether one comes, and who takes the seat if not.

    Raises NotPossible once the meeting is opened, or for who is not invited;
    Refusal where the substitute cannot be one.
    """
    agenda.hold_meeting(meeting)
    if not rules.can_be_changed(meeting):
        raise NotPossible("Mødet er åbnet eller aflyst, og svaret kan ikke ændres.")
    row = meeting.attendances.filter(user=by).first()
    if row is None:
        raise NotPossible("Du er ikke indkaldt til mødet.")
    if comes and substitute:
        raise Refusal(
            "Vælg kun en suppleant, når du melder afbud.", field="substitute"
        )

    row.state = State.COMING if comes else State.ABSENT
    row.save(update_fields=["state"])
    audit.record("answer_invitation", meeting, by=by, state=row.state)

    # Whoever was named before is let go first: a changed mind names somebody else.
    _let_go(meeting, by, but=substitute, by=by)
    if substitute:
        _seat(meeting, row, substitute, by=by)
    if not comes:
        outbox.post("meeting.apology", meeting=str(meeting.pk), person=by.pk)


@transaction.atomic
def name_substitute(
    meeting: Meeting, member: User, substitute: User, *, by: User
) -> None:
    """Give a member's seat to a substitute; while the meeting is on, from now on.

    Raises NotPossible once the meeting has ended, and Refusal where the one
    cannot stand in for the other.
    """
    agenda.lock_meeting(meeting, by=by)
    if not rules.can_note_attendance(meeting):
        raise NotPossible("Mødet er slut, og fremmødet kan ikke ændres.")
    row = meeting.attendances.filter(user=member).first()
    if row is None:
        raise Refusal("Vælg et medlem, der er indkaldt.", field="member")

    is_on = meeting.status == MeetingStatus.UNDER_WAY
    was_there = row.state == State.PRESENT
    if is_on and meeting.attendances.filter(stands_in_for=member).exists():
        raise Refusal("Medlemmet har allerede en suppleant.", field="member")
    row.state = State.ABSENT
    row.save(update_fields=["state"])
    if is_on and was_there:
        # The seat is filled in the same moment: how many count is said of who fills it.
        happenings.note(meeting, Kind.LEFT, by=by, person=member)

    _let_go(meeting, member, but=substitute, by=by)
    seat = _seat(meeting, row, substitute, by=by)
    if is_on:
        seat.state = State.PRESENT
        seat.save(update_fields=["state"])
        happenings.note(
            meeting,
            Kind.STOOD_IN,
            by=by,
            person=substitute,
            reason=member.name,
            counting=happenings.counting_at(meeting),
        )


def substitutes_for(meeting: Meeting) -> QuerySet[User]:
    """Who can take a seat: of the committee, with no seat of their own at the meeting."""
    rows = meeting.attendances.all()
    seated = rows.filter(counts=True) | rows.filter(stands_in_for__isnull=False)
    committee = User.objects.holding(*COMMITTEE_ROLES)
    return committee.exclude(pk__in=seated.values("user"))


def _seat(
    meeting: Meeting, row: Attendance, substitute: User, *, by: User
) -> Attendance:
    """Let `substitute` stand in for the member of `row`, and count as they would."""
    own = meeting.attendances.filter(user=substitute, stands_in_for=row.user).first()
    if own:
        return own
    if substitute.pk == row.user_id:
        raise Refusal("Man kan ikke være sin egen suppleant.", field="substitute")
    if not substitutes_for(meeting).filter(pk=substitute.pk).exists():
        raise Refusal(
            "Suppleanten skal være i udvalget og må ikke selv have en plads på mødet.",
            field="substitute",
        )

    stands_in = {"stands_in_for": row.user, "counts": row.counts}
    seat, _ = Attendance.objects.update_or_create(
        meeting=meeting, user=substitute, defaults=stands_in
    )
    audit.record("name_substitute", meeting, by=by, person=substitute.pk)
    outbox.post("meeting.substitute", meeting=str(meeting.pk), person=substitute.pk)
    return seat


def _let_go(meeting: Meeting, member: User, *, but: User | None, by: User) -> None:
    """The member's substitute, if there is one other than `but`, is none any more."""
    rows = meeting.attendances.filter(stands_in_for=member)
    for row in rows.exclude(user=but).select_related("user"):
        audit.record("drop_substitute", meeting, by=by, person=row.user_id)
        # Who holds no seat of their own was only here for the member's; the
        # secretary stays, and counts no more.
        if User.objects.holding(*QUORUM_ROLES).filter(pk=row.user_id).exists():
            row.delete()
            continue
        row.stands_in_for = None
        row.counts = False
        row.save(update_fields=["stands_in_for", "counts"])
