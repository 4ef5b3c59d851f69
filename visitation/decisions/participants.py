"""Who takes part in a decision, and whether they are enough: from the meeting under way, else who decides alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from applications.reading import queries as reading_queries
from skolefleks.models import User
from skolefleks.models.people import COMMITTEE_ROLES
from skolefleks.refusals import NotPossible
from visitation.lifecycle import MeetingStatus
from visitation.models import Attendance, Decision, Meeting, Participant

if TYPE_CHECKING:
    from applications.models import Application


def meeting_on(application: Application) -> Meeting | None:
    """The meeting under way that has the case on its agenda."""
    return Meeting.objects.filter(
        status=MeetingStatus.UNDER_WAY, items__application=application
    ).first()


def note_participants(decision: Decision) -> None:
    """Write down who took part and who was out. Raises NotPossible where too few are left at the meeting."""
    committee = list(User.objects.holding(*COMMITTEE_ROLES))
    out = reading_queries.disqualified(decision.application, committee)
    present = {decision.decided_by_id: False}
    if decision.meeting:
        held = {person.pk for person in committee}
        present |= {
            user: counts for user, counts in _present(decision.meeting).items() if user in held
        }
        _require_quorum(sum(counts for user, counts in present.items() if user not in out))
    parts = [(user, Participant.Part.TOOK_PART, "") for user in sorted(present) if user not in out]
    parts += [(user, Participant.Part.OUT, why) for user, why in sorted(out.items())]
    Participant.objects.bulk_create(
        Participant(decision=decision, user_id=user, part=part, why=why)
        for user, part, why in parts
    )


def _present(meeting: Meeting) -> dict[int, bool]:
    """Who is there, and whether they count towards the quorum."""
    return dict(
        meeting.attendances.filter(state=Attendance.State.PRESENT).values_list("user", "counts")
    )


def _require_quorum(left: int) -> None:
    if left < settings.QUORUM:
        raise NotPossible(
            f"Udvalget er ikke beslutningsdygtigt i sagen: {left} er til stede og ikke inhabile, og det kræver"
            f" {settings.QUORUM}. Udsæt sagen, eller skriv flere på som til stede."
        )
