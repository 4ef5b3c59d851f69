"""Writing down that a member disagrees with what was decided."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from skolefleks import audit
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Refusal
from visitation.agenda import actions as agenda
from visitation.agenda import happenings, names
from visitation.lifecycle import DecisionStatus
from visitation.minutes import rules as minutes_rules
from visitation.models import Participant
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from skolefleks.models import User
    from visitation.models import Decision

OVER = "Referatet er godkendt og kan ikke længere ændres."
UNDONE = "Afgørelsen er fortrudt, og der er ikke noget at være uenig i."
NOT_THERE = "Kun den, der deltog i afgørelsen, kan få sin uenighed ført til referat."


@transaction.atomic
def note_dissent(decision: Decision, *, member: User, text: str, by: User) -> bool:
    """Write down why `member` disagrees, with the pupils' initials instead of their names.

    What the member had written before is kept, and no longer stands. Returns
    whether there were names in it. Raises Recused, PermissionDenied for
    another's, NotPossible once the minutes are approved, and Refusal for who
    took no part.
    """
    application = decision.application
    # Both: the one who writes, and the one whose words they are.
    recusals.require_not_recused(by, application)
    recusals.require_not_recused(member, application)
    if member != by:
        require(by, Permission.MEETING_LEAD, at=EVERYWHERE)

    meeting = decision.meeting
    if meeting is None:
        raise NotPossible
    agenda.hold_meeting(meeting)
    if not minutes_rules.can_be_written(meeting):
        raise NotPossible(OVER)
    decision.refresh_from_db(fields=["status"])
    if decision.status == DecisionStatus.UNDONE:
        raise NotPossible(UNDONE)
    took_part = decision.participants.filter(part=Participant.Part.TOOK_PART)
    if not took_part.filter(user=member).exists():
        raise Refusal(NOT_THERE, field="member")

    nameless = names.without_names(meeting, text)
    happenings.note(
        meeting,
        happenings.Kind.DISSENT,
        by=by,
        person=member,
        decision=decision,
        reason=nameless,
    )
    audit.record("note_dissent", application, by=by, decision=str(decision.pk))
    return nameless != text
