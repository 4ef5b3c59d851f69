"""The members are told of what is sent round, and the chair when it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import Application
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from visitation.models import WrittenRound
from visitation.ways import queries, rules

if TYPE_CHECKING:
    from uuid import UUID


def tell_members(round_id: UUID) -> None:
    """Those who may answer and have not, while it is open."""
    circular = _round(round_id)
    if not circular.is_open:
        return
    answered = set(circular.answers.values_list("user", flat=True))
    members = queries.members_of(circular.application)
    tell(
        [member for member in members if member.pk not in answered],
        number=circular.application.number,
        path=circular.get_absolute_url(),
        text=say("skriftlig"),
        topic="round.sent",
    )


def tell_chair(round_id: UUID) -> None:
    """Once nobody is waited for: all have agreed, or one asks for a meeting."""
    circular = _round(round_id)
    members = queries.members_of(circular.application)
    state = queries.state_of(circular, circular.answers.all(), members)
    if state == rules.RoundState.WAITING:
        return

    text = say("skriftlig-tilsluttet")
    if state == rules.RoundState.TO_MEETING:
        text = say("skriftlig-moede")
    people = []
    for person in User.objects.holding(Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY):
        reviewable = Application.objects.reviewable_by(person)
        if reviewable.filter(pk=circular.application.pk).exists():
            people.append(person)
    tell(
        people,
        number=circular.application.number,
        path=circular.get_absolute_url(),
        text=text,
        topic="round.answered",
    )


def _round(round_id: UUID) -> WrittenRound:
    rounds = WrittenRound.objects.select_related("pupil_case__application")
    return rounds.get(pk=round_id)
