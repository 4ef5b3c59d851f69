"""What the school, the writer and PPR are told of a case: what happened, and never of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.dialogue.notices import tell_followers
from applications.models import Application
from skolefleks.models import Role
from skolefleks.models.people import SCHOOL_ROLES
from visitation.models import Decision
from visitation.waiting import rules as waiting

if TYPE_CHECKING:
    from uuid import UUID

Outcome = Decision.Outcome

# What one outcome is called where all the pupils of a case have it.
ALL_THE_SAME = {
    Outcome.GRANTED: "Afgørelsen er frigivet: ansøgningen er bevilget",
    Outcome.PARTLY: "Afgørelsen er frigivet: ansøgningen er delvist bevilget",
    Outcome.REJECTED: "Afgørelsen er frigivet: ansøgningen har fået afslag",
    Outcome.POSTPONED: "Afgørelsen er udsat til et senere møde",
}

SOME_PUT_OFF = "Afgørelser er frigivet for nogle elever og udsat for andre"
SOME_REJECTED = "Afgørelserne er frigivet: bevilget for nogle elever, afslag for andre"
OF_EFFORT = "En afgørelse om indsatsen er frigivet"

# What it is called where it was not the first answer.
CORRECTED = "Udvalget har rettet en afgørelse i sagen"
ENDED = "En bevilling i sagen er afsluttet før tid"


def tell_of_request(application_id: UUID) -> None:
    """The committee asks for more: the school writes on."""
    text = "Udvalget beder om flere oplysninger"
    tell_followers(
        Application.objects.get(pk=application_id),
        text,
        topic="application.sent_back",
        acting=SCHOOL_ROLES,
    )


def tell_of_answer(application_id: UUID, why: str = "") -> None:
    """What the committee has answered, as it is known to the school now."""
    text = why
    if not why:
        decisions = Decision.objects.released()
        decisions = decisions.filter(pupil_case__application=application_id)
        rows = list(decisions.values_list("outcome", "waiting_place"))
        text = answer_in_words({outcome for outcome, _ in rows})
        if text == ALL_THE_SAME[Outcome.POSTPONED] and all(place for _, place in rows):
            text = waiting.NOTICE
    # The leader goes on with it: the effort begins, the parents are given their
    # letter. Who wrote it and PPR are to know.
    tell_followers(
        Application.objects.get(pk=application_id),
        text,
        topic="decisions.released",
        acting=(Role.SCHOOL_LEADER,),
    )


def answer_in_words(outcomes: set[str]) -> str:
    """One sentence for the outcomes that the school knows."""
    if len(outcomes) == 1:
        return ALL_THE_SAME.get(Outcome(min(outcomes)), OF_EFFORT)
    if Outcome.POSTPONED in outcomes:
        return SOME_PUT_OFF
    if Outcome.REJECTED in outcomes:
        return SOME_REJECTED
    if outcomes == {Outcome.GRANTED, Outcome.PARTLY}:
        return ALL_THE_SAME[Outcome.PARTLY]
    return OF_EFFORT
