"""The life of an application.

Status says where it is; what was decided stands on the decision, in visitation.
"""

from __future__ import annotations

from django.db import models

from skolefleks.permissions import Permission as P
from skolefleks.statemachine import StateMachine, Transition


class Status(models.TextChoices):
    CHALLENGE = "challenge", "Udfordring"
    DRAFT = "draft", "Kladde"
    SUBMITTED = "submitted", "Hos udvalget"
    SENT_BACK = "sent_back", "Mangler oplysninger"
    WITHDRAWN = "withdrawn", "Trukket tilbage"
    CLOSED = "closed", "Behandlet"


class Answer(models.TextChoices):
    """What came of a case, all its pupils together, as the school was told it."""

    GRANTED = "granted", "Bevilget"
    PARTLY = "partly", "Delvist bevilget"
    # Some pupils were granted, and others not.
    MIXED = "mixed", "Bevilget og afslag"
    REJECTED = "rejected", "Afslag"
    POSTPONED = "postponed", "Udsat"
    STOPPED = "stopped", "Stoppet"


S = Status

# Until its decisions are released, whoever has it.
WITHDRAWABLE = (S.CHALLENGE, S.DRAFT, S.SUBMITTED, S.SENT_BACK)


# fmt: off
LIFECYCLE = StateMachine(
    #          verb         button                 from                      to
    # right
    Transition("apply",     "Lav en ansøgning",    (S.CHALLENGE,),           S.DRAFT,      P.APPLICATION_WRITE),  # noqa: E501
    Transition("submit",    "Indsend ansøgning",   (S.DRAFT, S.SENT_BACK),   S.SUBMITTED,  P.APPLICATION_SUBMIT),  # noqa: E501
    Transition("withdraw",  "Træk tilbage",        WITHDRAWABLE,             S.WITHDRAWN,  P.APPLICATION_SUBMIT),  # noqa: E501
    Transition("send_back", "Bed om oplysninger",  (S.SUBMITTED,),           S.SENT_BACK,  P.APPLICATION_SCREEN),  # noqa: E501
    Transition("close",     "Frigiv afgørelser",   (S.SUBMITTED,),           S.CLOSED,     P.DECISION_RELEASE),  # noqa: E501
)
# fmt: on

# How a status is coloured on screen, always beside its word.
TONES = {
    S.CHALLENGE: "neutral",
    S.DRAFT: "neutral",
    S.SUBMITTED: "info",
    S.SENT_BACK: "warning",
    S.WITHDRAWN: "neutral",
    S.CLOSED: "neutral",
}

ANSWER_TONES = {
    Answer.GRANTED: "success",
    Answer.PARTLY: "success",
    Answer.MIXED: "info",
    Answer.REJECTED: "error",
    Answer.POSTPONED: "warning",
    Answer.STOPPED: "neutral",
}


# As an application; a challenge has a form of its own.
# A paper is opened by a machine before anybody but the one who laid it on may see it.
class PaperStatus(models.TextChoices):
    WAITING = "waiting", "Undersøges"
    READY = "ready", "Klar"
    REFUSED = "refused", "Afvist"


# fmt: off
PAPER_LIFECYCLE = StateMachine(
    #          verb            button     from                      to
    # who
    Transition("clear_paper",  "Klar",    (PaperStatus.WAITING,),   PaperStatus.READY,    None),
    Transition("refuse_paper", "Afvist",  (PaperStatus.WAITING,),   PaperStatus.REFUSED,  None),
)
# fmt: on


# From the one who wrote an application to the one who answers for it.
class HandOverStatus(models.TextChoices):
    WAITING = "waiting", "Venter på underskrift"
    SIGNED = "signed", "Underskrevet og indsendt"
    RETURNED = "returned", "Givet tilbage"
    TAKEN_BACK = "taken_back", "Taget tilbage"


H = HandOverStatus

# fmt: off
HAND_OVER = StateMachine(
    #          verb             button               from           to
    # right
    Transition("sign",          "Indsend ansøgning", (H.WAITING,),  H.SIGNED,      P.APPLICATION_SUBMIT),  # noqa: E501
    Transition("hand_back",     "Giv tilbage",       (H.WAITING,),  H.RETURNED,    P.APPLICATION_SUBMIT),  # noqa: E501
    Transition("take_it_back",  "Tag den tilbage",   (H.WAITING,),  H.TAKEN_BACK,  P.APPLICATION_WRITE),  # noqa: E501
)
# fmt: on


EDITABLE = (S.DRAFT, S.SENT_BACK)

# The school has it.
AT_SCHOOL = (S.CHALLENGE, *EDITABLE)
