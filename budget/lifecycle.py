"""The lives of what the books wait for: one table each.

What was agreed stands on the thing itself.
"""

from __future__ import annotations

from django.db import models

from skolefleks.permissions import Permission as P
from skolefleks.statemachine import StateMachine, Transition


class ProposalStatus(models.TextChoices):
    PROPOSED = "proposed", "Venter på godkendelse"
    APPROVED = "approved", "Godkendt og bogført"
    REJECTED = "rejected", "Afvist"
    WITHDRAWN = "withdrawn", "Trukket tilbage"


class RunStatus(models.TextChoices):
    PROPOSED = "proposed", "Foreslået"
    APPROVED = "approved", "Godkendt"
    REJECTED = "rejected", "Afvist"
    EXPORTED = "exported", "Sendt til økonomisystemet"
    PAYING = "paying", "Bogføres"
    PAID = "paid", "Betalt"
    RETURNED = "returned", "Kommet tilbage"


class InstalmentStatus(models.TextChoices):
    PLANNED = "planned", "Planlagt"
    CANCELLED = "cancelled", "Standset"
    PAID = "paid", "Betalt"
    RETURNED = "returned", "Ikke betalt"


class DifferenceStatus(models.TextChoices):
    OPEN = "open", "Åben"
    SETTLED = "settled", "Afklaret"
    RESOLVED = "resolved", "Løst af en senere fil"


A, R, N = ProposalStatus, RunStatus, InstalmentStatus
D = DifferenceStatus


# fmt: off
PROPOSAL = StateMachine(
    #          verb          button                 from            to             who
    Transition("approve",    "Godkend",             (A.PROPOSED,),  A.APPROVED,    P.POOL_ALLOCATE),
    Transition("turn_down",  "Afvis",               (A.PROPOSED,),  A.REJECTED,    P.POOL_ALLOCATE),
    Transition("take_back",  "Træk tilbage",        (A.PROPOSED,),  A.WITHDRAWN,   P.POOL_ALLOCATE),
)


# A run is proposed by a chief or by the clock. Approving it takes another chief than the one who
# proposed it, of the other centre (`not_by`; the clock is nobody). Until it is sent it can be taken
# apart again.
NOT_SENT = (R.PROPOSED, R.APPROVED)
# What both chiefs agree came back, all of it, ends the run.
SENT = (R.EXPORTED, R.PAID)
PAY = P.PAYMENT_MAKE
RUN = StateMachine(
    #          verb         button                         from           to          who
    Transition("approve",   "Godkend kørslen",             (R.PROPOSED,), R.APPROVED, PAY,
               not_by="proposed_by_id"),
    Transition("reject",    "Afvis kørslen",               NOT_SENT,      R.REJECTED, PAY),
    Transition("export",    "Dan fil til økonomisystemet", (R.APPROVED,), R.EXPORTED, PAY),
    Transition("mark_paid", "Markér som betalt",           (R.EXPORTED,), R.PAYING,   PAY),
    Transition("finish",    "Alle rater er bogført",       (R.PAYING,),   R.PAID,     None),
    Transition("come_back", "Hele kørslen er kommet tilbage", SENT,       R.RETURNED, None),
    Transition("stand",     "Er betalt alligevel",         (R.RETURNED,), R.PAID,     None),
)


# An instalment takes no step by itself. It follows the grant that is cut short, the index of prices
# that both chiefs agreed on, the run that is marked as paid, whether or not the chief who marked it
# still is one, and what the bank did not pay. What is owed is divided where a run cannot bear it.
INSTALMENT = StateMachine(
    #          verb          button                 from             to             who
    Transition("cancel",     "Stands",              (N.PLANNED,),    N.CANCELLED,   None),
    Transition("reprice",    "Omregn til ny takst", (N.PLANNED,),    N.CANCELLED,   None),
    Transition("pay",        "Bogfør som betalt",   (N.PLANNED,),    N.PAID,        None),
    Transition("bounce",     "Kom ikke frem",       (N.PLANNED,),    N.RETURNED,    None),
    Transition("divide",     "Del i to",            (N.PLANNED,),    N.CANCELLED,   None),
)


# Where the finance system differs: a person says why, or what it books later puts it right.
DIFFERENCE = StateMachine(
    #          verb          button                 from             to             who
    Transition("settle",     "Afklar",              (D.OPEN,),       D.SETTLED,     PAY),
    Transition("resolve",    "Løst af senere fil",  (D.OPEN,),       D.RESOLVED,    None),
)
# fmt: on
