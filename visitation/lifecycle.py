"""The lives of a decision and of a grant. What was decided stands on the decision; these say how far it has come."""

from django.db import models

from skolefleks.permissions import Permission as P
from skolefleks.statemachine import StateMachine, Transition


class DecisionStatus(models.TextChoices):
    PROVISIONAL = "provisional", "Truffet, ikke frigivet"
    RELEASED = "released", "Frigivet"
    UNDONE = "undone", "Fortrudt før frigivelse"


class GrantStatus(models.TextChoices):
    RUNNING = "running", "Løber"
    ENDED = "ended", "Afsluttet før tid"
    ANNULLED = "annulled", "Annulleret"


D, G = DecisionStatus, GrantStatus

# fmt: off
DECISION = StateMachine(
    #          verb          button                 from                 to             who
    Transition("release",    "Frigiv",              (D.PROVISIONAL,),    D.RELEASED,    P.DECISION_RELEASE),
    Transition("undo",       "Fortryd afgørelsen",  (D.PROVISIONAL,),    D.UNDONE,      P.CASE_DECIDE),
)

GRANT = StateMachine(
    #          verb          button                 from                 to             who
    Transition("annul",      "Annullér",            (G.RUNNING,),        G.ANNULLED,    P.CASE_DECIDE),
    Transition("end_early",  "Afslut før tid",      (G.RUNNING,),        G.ENDED,       P.CASE_DECIDE),
)
# fmt: on
