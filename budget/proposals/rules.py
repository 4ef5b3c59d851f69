"""Who may answer a proposal, and what its status looks like.

Money moves when its owners agree (docs/decisions/0013, 0039): one chief
proposes, and the chief of each centre whose money is in it answers; there are
two at least.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.lifecycle import ProposalStatus
from budget.models import FundingSource, centres_led_by
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


SIGNED = "Du har godkendt for dit center. Intet er bogført, før de andre også har."


# Centres that sign whatever takes more than one: never one alone.
LEAST_CENTRES = 2


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


def concerned(proposal: Proposal) -> set[str]:
    """The centres whose money is in it: of its lines' frames, or all that own a frame."""
    lines = proposal.lines.select_related("source")
    centres = {line.source.centre_id for line in lines}
    if centres:
        return centres
    return FundingSource.objects.owners()


def signed(proposal: Proposal) -> set[str]:
    """The centres that have agreed, the one that proposed among them."""
    consents = {consent.centre for consent in proposal.consents.all()}
    return {proposal.proposed_centre} | consents


def lacks(centres: set[str], agreed: set[str]) -> bool:
    """Whether somebody has still to sign what concerns `centres`: all of them do, and two at least.

    The one rule of how many sign, for money and for what is answered for
    together.
    """
    return bool(centres - agreed) or len(agreed) < LEAST_CENTRES


def signs(centre: str, centres: set[str], agreed: set[str]) -> bool:
    """Whether the signature of `centre` is one that is still lacking."""
    if centre in agreed:
        return False
    # Money of one centre alone: any other is the second pair of eyes.
    return centre in centres or len(centres | agreed) < LEAST_CENTRES


def answering_centre(proposal: Proposal, user: User) -> str | None:
    """The centre that the person can answer for: one that they lead, and that has yet to sign.

    Nobody answers what they have proposed or signed, whichever centres they
    lead (four eyes). None where there is no such centre.
    """
    signers = [consent.by_id for consent in proposal.consents.all()]
    if is_own(proposal, user) or user.pk in signers:
        return None

    # Who leads several centres, for a time, answers as one of them.
    centres = concerned(proposal)
    agreed = signed(proposal)
    for centre in centres_led_by(user):
        if signs(centre, centres, agreed):
            return centre
    return None


def answers_last(proposal: Proposal, centre: str) -> bool:
    """Whether nobody else has to sign once `centre` has."""
    return not lacks(concerned(proposal), signed(proposal) | {centre})


def still_to_sign(proposal: Proposal) -> list[str]:
    """The centres that have yet to answer; none where any other one may."""
    return sorted(concerned(proposal) - signed(proposal))


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
