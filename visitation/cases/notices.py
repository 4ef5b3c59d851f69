"""What the school, the writer and PPR are told of a case: what happened, and never of whom."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.dialogue.notices import tell_followers
from applications.models import Application
from skolefleks.models import Role
from skolefleks.models.people import SCHOOL_ROLES
from skolefleks.notices.sentences import say
from visitation.models import Decision

if TYPE_CHECKING:
    from uuid import UUID

Outcome = Decision.Outcome

# The sentence (visitation.sentences) where all the pupils of a case have it.
ALL_THE_SAME = {
    Outcome.GRANTED: "svar-bevilget",
    Outcome.PARTLY: "svar-delvist",
    Outcome.REJECTED: "svar-afslag",
    Outcome.POSTPONED: "svar-udsat",
}

SOME_PUT_OFF = "svar-nogle-udsat"
SOME_REJECTED = "svar-nogle-afslag"
OF_EFFORT = "svar-indsats"
WAITING = "svar-venteliste"

# What it is called where it was not the first answer.
CORRECTED = "svar-rettet"
ENDED = "bevilling-sluttet"


def tell_of_request(application_id: UUID) -> None:
    """The committee asks for more: the school writes on."""
    tell_followers(
        Application.objects.get(pk=application_id),
        say("flere-oplysninger"),
        topic="application.sent_back",
        acting=SCHOOL_ROLES,
    )


def tell_of_answer(application_id: UUID, why: str = "") -> None:
    """What the committee has answered, as it is known to the school now."""
    key = why
    if not why:
        decisions = Decision.objects.released()
        decisions = decisions.filter(pupil_case__application=application_id)
        rows = list(decisions.values_list("outcome", "waiting_place"))
        key = key_of({outcome for outcome, _ in rows})
        if key == ALL_THE_SAME[Outcome.POSTPONED] and all(place for _, place in rows):
            key = WAITING
    # The leader goes on with it: the effort begins, the parents are given their
    # letter. Who wrote it and PPR are to know.
    tell_followers(
        Application.objects.get(pk=application_id),
        say(key),
        topic="decisions.released",
        acting=(Role.SCHOOL_LEADER,),
    )


def key_of(outcomes: set[str]) -> str:
    """The key of the sentence for the outcomes that the school knows."""
    if len(outcomes) == 1:
        return ALL_THE_SAME.get(Outcome(min(outcomes)), OF_EFFORT)
    if Outcome.POSTPONED in outcomes:
        return SOME_PUT_OFF
    if Outcome.REJECTED in outcomes:
        return SOME_REJECTED
    if outcomes == {Outcome.GRANTED, Outcome.PARTLY}:
        return ALL_THE_SAME[Outcome.PARTLY]
    return OF_EFFORT
