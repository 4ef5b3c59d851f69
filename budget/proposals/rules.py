"""Who may answer a proposal, and what its status looks like.

Money moves when both centres agree (docs/decisions/0013): one chief proposes, the chief of the
other centre answers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.lifecycle import ProposalStatus
from budget.models import centres_led_by
from skolefleks.statemachine import can

if TYPE_CHECKING:
    from budget.models import Proposal
    from skolefleks.models import User


TONES = {
    ProposalStatus.PROPOSED: "warning",
    ProposalStatus.APPROVED: "success",
    ProposalStatus.REJECTED: "error",
    ProposalStatus.WITHDRAWN: "neutral",
}


# A posting with such a proposal to correct it gets no other.
STANDING = (ProposalStatus.PROPOSED, ProposalStatus.APPROVED)


def tone_of(proposal: Proposal) -> str:
    """The tone of the proposal's status on a screen."""
    return TONES[ProposalStatus(proposal.status)]


def waits(proposal: Proposal) -> bool:
    """Whether nobody has answered the proposal yet, and it is not taken back."""
    return proposal.status == ProposalStatus.PROPOSED


def stands(proposal: Proposal) -> bool:
    """Whether the proposal waits or is approved."""
    return proposal.status in STANDING


def is_own(proposal: Proposal, user: User) -> bool:
    """Whether the person proposed it themselves."""
    return proposal.proposed_by_id == user.pk


def answering_centre(proposal: Proposal, user: User) -> str | None:
    """The centre that the person can answer for: one that they lead, and not the one that proposed.

    Nobody answers what they have proposed, whichever centres they lead (four eyes). None where
    there is no such centre.
    """
    if is_own(proposal, user):
        return None

    # Who leads both centres, for a time, answers as the other one, for what somebody else proposed.
    for centre in centres_led_by(user):
        if centre != proposal.proposed_centre:
            return centre
    return None


def may_answer(proposal: Proposal, user: User) -> bool:
    """Whether the person may approve or turn down the proposal, as it stands."""
    return answering_centre(proposal, user) is not None and can(
        proposal, "approve", user
    )


def leads_proposing_centre(proposal: Proposal, user: User) -> bool:
    """Whether the person is chief of the centre that proposed it, today."""
    return proposal.proposed_centre in centres_led_by(user)


def may_take_back(proposal: Proposal, user: User) -> bool:
    """Whether the person may withdraw the proposal: any chief of its centre, while it waits."""
    return waits(proposal) and leads_proposing_centre(proposal, user)
