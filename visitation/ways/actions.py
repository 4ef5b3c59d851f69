"""Settling how a decision is made, and sending one round in writing.

Locks are taken in this order: the application, then the round.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.reading import ties
from skolefleks import audit, outbox
from skolefleks.models import User
from skolefleks.models.people import COMMITTEE_ROLES
from skolefleks.permissions import EVERYWHERE, may, require
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import follow, move
from visitation.models import (
    Attendance,
    Decision,
    Meeting,
    RoundAnswer,
    WrittenRound,
)
from visitation.recusals import actions as recusals
from visitation.ways import queries, rules

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date

    from applications.models import PupilCase
    from visitation.models import Amendment

Basis = rules.Basis
ANSWERED = "Du har allerede svaret."
OVER = "Den skriftlige behandling er slut. Genindlæs siden."


@dataclass(frozen=True)
class Settled:
    """How a decision is made: what it keeps of that, and who took part.

    `out` are those who are disqualified, by their ids, and why.
    """

    basis: Basis
    meeting: Meeting | None
    circular: WrittenRound | None
    ground: str
    reason: str
    counting: int | None
    took_part: Collection[int]
    out: dict[int, str]


def settle(
    pupil_case: PupilCase,
    what: rules.What,
    way: rules.Way | None,
    *,
    is_postponing: bool,
    by: User,
) -> Settled:
    """Settle how the pupil is decided now; what was sent round is over by that.

    Called by the act that decides, with the case's row held. Raises NotPossible, Refusal.
    """
    application = pupil_case.application
    committee = list(User.objects.holding(*COMMITTEE_ROLES))
    out = ties.disqualifications(application, committee)
    meeting = queries.meeting_under_way(application)
    circular = queries.open_round(pupil_case)

    # Whoever decides takes part; the secretary does so without counting.
    took_part = {by.pk}
    counting = None
    if meeting:
        there = _present_at(meeting, committee)
        took_part |= {row.user_id for row in there}
        counts = [row for row in there if row.counts and row.user_id not in out]
        counting = len(counts)

    facts = rules.Facts(
        what=what,
        counting=counting,
        round_state=queries.state_now(circular),
        is_chair=may(by, P.DECIDE_ALONE, at=EVERYWHERE),
        is_postponing=is_postponing,
        round_proposes_it=circular is None or circular.what == what,
    )
    basis = rules.basis_of(way, facts)

    if basis == Basis.WRITTEN and circular:
        took_part = _conclude(circular, by=by)
    elif circular:
        follow(circular, "lapse_round", by=by)
        circular = None
    ground, reason = _why_alone(basis, way)
    return Settled(
        basis=basis,
        meeting=meeting,
        circular=circular,
        ground=ground,
        reason=reason,
        counting=counting,
        # Who is disqualified may sit in the room, and takes no part.
        took_part=took_part - out.keys(),
        out=out,
    )


def _present_at(meeting: Meeting, committee: Collection[User]) -> list[Attendance]:
    """Those who are there; whoever has left the committee since the invitation is not."""
    present = meeting.attendances.filter(state=Attendance.State.PRESENT)
    return list(present.filter(user__in=committee))


def _conclude(circular: WrittenRound, *, by: User) -> set[int]:
    """Take the round's last step; the ids of those who agreed."""
    move(circular, "conclude_round", by=by)
    agreed = circular.answers.filter(agrees=True)
    return set(agreed.values_list("user", flat=True))


def _why_alone(basis: Basis, way: rules.Way | None) -> tuple[str, str]:
    """The chair's ground and reason; '' where the committee decided."""
    if basis != Basis.ALONE or way is None or way.ground is None:
        return "", ""
    return way.ground.value, way.reason


def end_round_of(amendment: Amendment, *, by: User) -> None:
    """Let what is sent round lapse: the school no longer asks for what it answers."""
    for circular in WrittenRound.objects.open().filter(amendment=amendment):
        follow(circular, "lapse_round", by=by)


# -- in writing ------------------------------------------------------------------------------------
@transaction.atomic
def send_round(
    pupil_case: PupilCase,
    *,
    what: rules.What,
    sent_form: str,
    proposal: list[list[str]],
    deadline: date,
    amendment: Amendment | None = None,
    by: User,
) -> WrittenRound:
    """Send a proposed decision round to the members; the chair agrees by sending it.

    Raises PermissionDenied, Recused, NotPossible, Overtaken.
    """
    application = pupil_case.application
    require(by, P.DECIDE_ALONE, at=EVERYWHERE)
    recusals.require_not_recused(by, application)
    if queries.meeting_under_way(application):
        raise NotPossible(rules.AT_MEETING, field="way")
    settled = Decision.objects.settled().filter(pupil_case=pupil_case)
    if what == rules.What.FIRST and settled.exists():
        raise Overtaken("Afgørelsen for eleven er allerede truffet. Genindlæs siden.")
    _end_last_round(pupil_case, by=by)
    rules.require_enough_members(len(queries.members_of(application)))

    now = timezone.now()
    circular = WrittenRound.objects.create(
        pupil_case=pupil_case,
        amendment=amendment,
        what=what,
        sent_form=sent_form,
        proposal=json.dumps(proposal, ensure_ascii=False),
        deadline=deadline,
        sent_by=by,
        sent_at=now,
    )
    RoundAnswer.objects.create(round=circular, user=by, agrees=True, answered_at=now)
    audit.record("send_round", circular, by=by, deadline=deadline.isoformat())
    outbox.post("round.sent", round=str(circular.pk))
    return circular


def _end_last_round(pupil_case: PupilCase, *, by: User) -> None:
    """A round whose deadline passed without enough answers gives way to a new one."""
    last = queries.open_round(pupil_case)
    if last is None:
        return
    if queries.state_now(last) != rules.RoundState.LAPSED:
        raise Overtaken("Sagen er allerede sendt rundt. Genindlæs siden.")
    follow(last, "lapse_round", by=by)


@transaction.atomic
def answer_round(
    circular: WrittenRound, *, agrees: bool, reason: str = "", by: User
) -> RoundAnswer:
    """Agree to what is proposed, or ask for a meeting, which ends the round. For good.

    Raises PermissionDenied, Recused, NotPossible, Overtaken, and Refusal for a meeting without
    a reason.
    """
    recusals.require_not_recused(by, circular.application)
    require(by, P.ROUND_ANSWER, at=EVERYWHERE)
    circular.refresh_from_db(fields=["status"])
    answers = list(circular.answers.all())
    members = queries.members_of(circular.application)
    state = queries.state_of(circular, answers, members)
    if any(answer.user_id == by.pk for answer in answers):
        raise Overtaken(ANSWERED)
    if not circular.is_open or state != rules.RoundState.WAITING:
        raise NotPossible(OVER)
    if not agrees and not reason.strip():
        raise Refusal("Skriv, hvorfor sagen skal på et møde.", field="reason")

    answer = RoundAnswer.objects.create(
        round=circular,
        user=by,
        agrees=agrees,
        reason=reason,
        answered_at=timezone.now(),
    )
    if agrees:
        audit.record("agree_in_writing", circular, by=by)
    else:
        move(circular, "ask_for_meeting", by=by)
    outbox.post("round.answered", round=str(circular.pk))
    return answer


@transaction.atomic
def recall_round(circular: WrittenRound, *, by: User) -> None:
    """Take back what was sent round. Raises PermissionDenied, Recused, NotPossible."""
    recusals.require_not_recused(by, circular.application)
    circular.refresh_from_db(fields=["status"])
    move(circular, "recall_round", by=by)
