"""The members are told of what is sent round, and the chair when it is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import Application
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from visitation.models import WrittenRound
from visitation.ways import queries, rules

if TYPE_CHECKING:
    from uuid import UUID


def tell_members(round_id: UUID) -> None:
    """Those who may answer and have not, while it is open."""
    written = _round(round_id)
    if not written.is_open:
        return
    answered = set(written.answers.values_list("user", flat=True))
    members = queries.members_of(written.application)
    tell(
        [member for member in members if member.pk not in answered],
        number=written.application.number,
        path=written.get_absolute_url(),
        text="En sag er sendt til dig i skriftlig behandling",
        topic="round.sent",
    )


def tell_chair(round_id: UUID) -> None:
    """Once nobody is waited for: all have agreed, or one asks for a meeting."""
    written = _round(round_id)
    members = queries.members_of(written.application)
    state = queries.state_of(written, written.answers.all(), members)
    if state == rules.RoundState.WAITING:
        return

    text = "Udvalget har tilsluttet sig i skriftlig behandling"
    if state == rules.RoundState.TO_MEETING:
        text = "Et medlem har bedt om et møde om en sag i skriftlig behandling"
    people = []
    for person in User.objects.holding(Role.COMMITTEE_CHAIR, Role.COMMITTEE_SECRETARY):
        reviewable = Application.objects.reviewable_by(person)
        if reviewable.filter(pk=written.application.pk).exists():
            people.append(person)
    tell(
        people,
        number=written.application.number,
        path=written.get_absolute_url(),
        text=text,
        topic="round.answered",
    )


def _round(round_id: UUID) -> WrittenRound:
    rounds = WrittenRound.objects.select_related("pupil_case__application")
    return rounds.get(pk=round_id)
