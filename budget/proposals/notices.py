"""Who is told of a proposal: the chiefs who can answer it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.models import Proposal
from budget.proposals import rules
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say

if TYPE_CHECKING:
    from uuid import UUID


def tell_chiefs(proposal_id: UUID) -> None:
    """Nobody is told of a proposal that was answered or taken back meanwhile."""
    proposal = Proposal.objects.get(pk=proposal_id)
    people = []
    for chief in User.objects.holding(Role.CENTRE_CHIEF):
        if rules.may_answer(proposal, chief):
            people.append(chief)
    tell(
        people,
        number=f"Forslag: {proposal.get_kind_display()}",
        path=proposal.get_absolute_url(),
        text=say("forslag"),
        topic="proposals.proposed",
    )
