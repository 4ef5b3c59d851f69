"""Who may decide how: at a meeting, in writing, or the chair alone.

This is the one place. A case on the agenda of the meeting under way is
decided there. Outside a meeting the members decide in writing, or the chair
alone where the municipality has settled that (the setting `chair_alone`), with a
reason. Nobody else decides anything.
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from typing import TYPE_CHECKING

from skolefleks.danish import kr
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.setup import trade
from visitation.models import Decision, WrittenRound

if TYPE_CHECKING:
    from collections.abc import Collection

Basis = Decision.Basis
Ground = Decision.Ground
What = WrittenRound.What

# What each ground can carry: only what was decided already has a slip in it.
DECISIONS_OF = {
    Ground.SLIP: (What.CORRECTION,),
    Ground.URGENT: tuple(What),
    Ground.MOVED: (What.MOVE,),
}

NO_WAY = (
    "Sagen er ikke på et møde, der er i gang. Afgør den på et møde, eller lad formanden"
    " sende den i skriftlig behandling."
)
AT_MEETING = "Sagen er på det møde, der er i gang, og afgøres der. Genindlæs siden."
NOT_AGREED = "Udvalget har ikke tilsluttet sig forslaget i skriftlig behandling."
ONLY_CHAIR = "Uden for et møde er det kun formanden, der kan afgøre alene."
ROUND_IS_OPEN = (
    "Sagen er i skriftlig behandling. Tag den tilbage, før du afgør den alene."
)
NOT_SETTLED = "Formanden må ikke afgøre det alene af den grund."
NO_REASON = "Skriv, hvorfor du afgør det alene."


@dataclass(frozen=True)
class Way:
    """How somebody says that they decide outside a meeting.

    `ground` and `reason` are those of the chair who decides alone.
    """

    basis: Basis
    ground: Ground | None = None
    reason: str = ""


class RoundState(enum.Enum):
    """How far a round in writing has come."""

    WAITING = "Venter på svar"
    AGREED = "Udvalget har tilsluttet sig"
    TO_MEETING = "Et medlem har bedt om et møde"
    LAPSED = "Fristen er gået uden nok svar"


@dataclass(frozen=True)
class Facts:
    """What the way depends on.

    `counting` is how many count for the quorum and are not disqualified, at the
    meeting under way that has the case on its agenda; None without such a
    meeting. `round_state` is None where nothing is sent round.
    """

    what: What
    counting: int | None = None
    round_state: RoundState | None = None
    is_chair: bool = False
    is_postponing: bool = False
    # Whether what is sent round proposes this kind of decision, and no other.
    round_proposes_it: bool = True


def basis_of(way: Way | None, facts: Facts) -> Basis:
    """On what basis it is decided.

    Raises NotPossible, and Refusal at the field, where on none.
    """
    if facts.counting is not None:
        if way is not None:
            raise NotPossible(AT_MEETING)
        # To put a case off is all that a meeting of too few can do.
        if not facts.is_postponing:
            require_quorum(facts.counting)
        return Basis.MEETING

    if way is None:
        raise NotPossible(NO_WAY, field="way")
    if way.basis == Basis.WRITTEN:
        is_agreed = facts.round_state == RoundState.AGREED
        # What was agreed to is one decision, and carries no other.
        if not is_agreed or not facts.round_proposes_it:
            raise NotPossible(NOT_AGREED)
        return Basis.WRITTEN
    _require_alone(way, facts)
    return Basis.ALONE


def _require_alone(way: Way, facts: Facts) -> None:
    if not facts.is_chair:
        raise NotPossible(ONLY_CHAIR, field="way")
    if facts.round_state in {RoundState.WAITING, RoundState.AGREED}:
        raise NotPossible(ROUND_IS_OPEN, field="way")
    if way.ground not in grounds_alone(facts.what):
        raise NotPossible(NOT_SETTLED, field="way")
    if not way.reason.strip():
        raise Refusal(NO_REASON, field="way_reason")


def grounds_alone(what: What) -> list[Ground]:
    """Why the chair may decide it alone, as the municipality has settled."""
    return [
        ground
        for ground, decisions in DECISIONS_OF.items()
        if ground in trade.now().chair_alone and what in decisions
    ]


def require_quorum(count: int) -> None:
    """Raise NotPossible where too few are there who count in the case."""
    if count < trade.now().quorum:
        raise NotPossible(
            f"Udvalget er ikke beslutningsdygtigt i sagen: {count} er til stede og ikke inhabile,"
            f" og det kræver {trade.now().quorum}."
            " Udsæt sagen til et senere møde."
        )


# -- in writing ------------------------------------------------------------------------------------
def state_of(
    *,
    agreed: Collection[int],
    asked_for_meeting: bool,
    members: Collection[int],
    is_past: bool,
) -> RoundState:
    """How far a round has come.

    `members` are the ids of those who count and are not disqualified, as of
    now, and `agreed` of those who agree. It is agreed to when all have
    answered, or the deadline has passed and they are a quorum: until then
    each may ask for a meeting.
    """
    if asked_for_meeting:
        return RoundState.TO_MEETING

    agreeing = set(agreed) & set(members)
    is_over = is_past or agreeing == set(members)
    if is_over and len(agreeing) >= trade.now().quorum:
        return RoundState.AGREED
    if is_past:
        return RoundState.LAPSED
    return RoundState.WAITING


def require_enough_members(count: int) -> None:
    """Raise NotPossible where those who may judge are no quorum."""
    if count < trade.now().quorum:
        raise NotPossible(
            f"Kun {count} i udvalget tæller med og er ikke inhabile i sagen,"
            f" og det kræver {trade.now().quorum}."
        )


# -- what the next meeting is told -----------------------------------------------------------------
def told_in_words(decision: Decision) -> str:
    """What was decided outside a meeting: who, what and how, without a name."""
    pupil_case = decision.pupil_case
    who = "Beskyttet" if pupil_case.is_protected else pupil_case.initials
    what = decision.get_outcome_display().lower()
    grant = getattr(decision, "grant", None)
    if grant is not None:
        what = f"{what} {kr(grant.tariff)} pr. år"
    return f"{who}: {what}, {decision.how_decided}"
