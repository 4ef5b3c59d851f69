"""The life of an application. Status says where it is; what was decided stands on the decision, in visitation."""

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


S = Status


# fmt: off
LIFECYCLE = StateMachine(
    #          verb         button                 from                                   to            who
    Transition("apply",     "Lav en ansøgning",    (S.CHALLENGE,),                        S.DRAFT,      P.APPLICATION_WRITE),
    Transition("submit",    "Indsend ansøgning",   (S.DRAFT, S.SENT_BACK),                S.SUBMITTED,  P.APPLICATION_SUBMIT),
    Transition("withdraw",  "Træk tilbage",        (S.CHALLENGE, S.DRAFT, S.SUBMITTED, S.SENT_BACK),
                                                                                          S.WITHDRAWN,  P.APPLICATION_SUBMIT),
    Transition("send_back", "Bed om oplysninger",  (S.SUBMITTED,),                        S.SENT_BACK,  P.APPLICATION_SCREEN),
    Transition("close",     "Frigiv afgørelser",   (S.SUBMITTED,),                        S.CLOSED,     P.DECISION_RELEASE),
)


# fmt: on

# How a status is coloured on screen, always beside its word.
TONES = {
    S.CHALLENGE: "neutral",
    S.DRAFT: "neutral",
    S.SUBMITTED: "info",
    S.SENT_BACK: "warning",
    S.WITHDRAWN: "neutral",
    S.CLOSED: "success",
}


EDITABLE = (S.DRAFT, S.SENT_BACK)  # as an application; a challenge has a form of its own


AT_SCHOOL = (S.CHALLENGE, *EDITABLE)
