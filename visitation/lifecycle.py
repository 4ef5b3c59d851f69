"""The lives of a decision, a grant, a meeting, an effort with its own, and an evaluation.

What was decided stands on the decision; these say how far it has come.
"""

from __future__ import annotations

from django.db import models

from skolefleks.permissions import Permission as P
from skolefleks.statemachine import StateMachine, Transition


class DecisionStatus(models.TextChoices):
    PROVISIONAL = "provisional", "Truffet, ikke frigivet"
    RELEASED = "released", "Frigivet"
    UNDONE = "undone", "Fortrudt før frigivelse"
    REPLACED = "replaced", "Afløst af en ny afgørelse"


class GrantStatus(models.TextChoices):
    RUNNING = "running", "Løber"
    ENDED = "ended", "Afsluttet før tid"
    ANNULLED = "annulled", "Annulleret"


class MeetingStatus(models.TextChoices):
    PLANNED = "planned", "Planlagt"
    LOCKED = "locked", "Dagsorden låst"
    UNDER_WAY = "under_way", "I gang"
    HELD = "held", "Referat i udkast"
    APPROVED = "approved", "Referat godkendt"
    CANCELLED = "cancelled", "Aflyst"


class EffortStatus(models.TextChoices):
    AWAITING = "awaiting", "Venter på at begynde"
    RUNNING = "running", "Løber"
    ENDED = "ended", "Afsluttet"
    CANCELLED = "cancelled", "Annulleret"


class FollowUpStatus(models.TextChoices):
    PLANNED = "planned", "Planlagt"
    HELD = "held", "Holdt, resultat mangler"
    TOLD = "told", "Resultat givet"
    CANCELLED = "cancelled", "Bortfaldet"


class AmendmentStatus(models.TextChoices):
    DRAFT = "draft", "Skrives på skolen"
    WAITING = "waiting", "Venter på udvalget"
    DECIDED = "decided", "Afgjort"
    WITHDRAWN = "withdrawn", "Trukket tilbage"


class ScreenStatus(models.TextChoices):
    OPEN = "open", "Givet til eleven eller forældrene"
    CLOSED = "closed", "Lukket"


class ClosingStatus(models.TextChoices):
    AWAITED = "awaited", "Mangler"
    HANDED_IN = "handed_in", "Afleveret"
    CANCELLED = "cancelled", "Bortfaldet"


class WhereaboutsStatus(models.TextChoices):
    PLANNED = "planned", "Kommer"
    ASKED = "asked", "Spurgt"
    ANSWERED = "answered", "Besvaret"
    CANCELLED = "cancelled", "Bortfaldet"


class RoundStatus(models.TextChoices):
    OPEN = "open", "Sendt rundt"
    DECIDED = "decided", "Afgjort i skriftlig behandling"
    TO_MEETING = "to_meeting", "Behandles på et møde"
    RECALLED = "recalled", "Taget tilbage"
    LAPSED = "lapsed", "Bortfaldet"


class EvaluationStatus(models.TextChoices):
    WRITING = "writing", "Skrives"
    AWAITING = "awaiting", "Venter på den anden underskrift"
    FROZEN = "frozen", "Underskrevet og låst"


D, G, M = DecisionStatus, GrantStatus, MeetingStatus
E, F, A, S = EffortStatus, FollowUpStatus, AmendmentStatus, ScreenStatus
C, W, V = ClosingStatus, WhereaboutsStatus, EvaluationStatus
R = RoundStatus

# An effort that is not over.
LIVE = (E.AWAITING, E.RUNNING)

# A follow-up that somebody still has to do something about.
OPEN_FOLLOW_UPS = (F.PLANNED, F.HELD)

# An amendment that somebody still has to write or decide.
OPEN_AMENDMENTS = (A.DRAFT, A.WAITING)

# fmt: off
DECISION = StateMachine(
    #          verb       button                from              to          right
    Transition("release", "Frigiv",             (D.PROVISIONAL,), D.RELEASED, P.DECISION_RELEASE),
    Transition("undo",    "Fortryd afgørelsen", (D.PROVISIONAL,), D.UNDONE,   P.CASE_DECIDE),
    Transition("replace", "Ret afgørelsen",     (D.RELEASED,),    D.REPLACED, P.CASE_DECIDE),
)

GRANT = StateMachine(
    #          verb         button            from          to          right
    Transition("annul",     "Annullér",       (G.RUNNING,), G.ANNULLED, P.CASE_DECIDE),
    Transition("end_early", "Afslut før tid", (G.RUNNING,), G.ENDED,    P.CASE_DECIDE),
)

MEETING = StateMachine(
    #          verb       button                from                   to           right
    Transition("lock",    "Lås dagsordenen",    (M.PLANNED,),          M.LOCKED,    P.MEETING_LEAD),
    Transition("unlock",  "Lås dagsordenen op", (M.LOCKED,),           M.PLANNED,   P.MEETING_LEAD),
    Transition("open",    "Åbn mødet",          (M.LOCKED,),           M.UNDER_WAY, P.MEETING_LEAD),
    Transition("close",   "Slut mødet",         (M.UNDER_WAY,),        M.HELD,      P.MEETING_LEAD),
    Transition("reopen",  "Genåbn mødet",       (M.HELD,),             M.UNDER_WAY, P.MEETING_LEAD),
    Transition("approve", "Godkend referatet",  (M.HELD,),             M.APPROVED,  P.MINUTES_APPROVE),  # noqa: E501
    Transition("cancel",  "Aflys mødet",        (M.PLANNED, M.LOCKED), M.CANCELLED, P.MEETING_LEAD),
)

# An effort follows its grants: but for the first, its steps are nobody's to take.
EFFORT = StateMachine(
    #          verb             button                 from           to           right
    Transition("confirm_begun", "Bekræft begyndelsen", (E.AWAITING,), E.RUNNING,   P.EFFORT_WRITE),
    Transition("end_effort",    "Slut",                LIVE,          E.ENDED,     None),
    Transition("resume_effort", "Løb videre",          (E.ENDED,),    E.RUNNING,   None),
    Transition("await_effort",  "Vent igen",           (E.ENDED,),    E.AWAITING,  None),
    Transition("cancel_effort", "Annullér",            (*LIVE, E.ENDED), E.CANCELLED, None),
)

FOLLOW_UP = StateMachine(
    #          verb                button               from             to           right
    Transition("hold_follow_up",   "Skriv samtalen",    (F.PLANNED,),    F.HELD,      P.EFFORT_WRITE),  # noqa: E501
    Transition("settle_follow_up", "Giv resultatet",    (F.HELD,),       F.TOLD,      P.EFFORT_LEAD),  # noqa: E501
    Transition("cancel_follow_up", "Lad den bortfalde", OPEN_FOLLOW_UPS, F.CANCELLED, None),
)

# A newer follow-up takes the place of what was asked before it: `lapse` is nobody's to do.
AMENDMENT = StateMachine(
    #          verb                 button                from             to           right
    Transition("send_amendment",     "Send til udvalget", (A.DRAFT,),      A.WAITING,   P.EFFORT_LEAD),  # noqa: E501
    Transition("withdraw_amendment", "Træk tilbage",      OPEN_AMENDMENTS, A.WITHDRAWN, P.EFFORT_LEAD),  # noqa: E501
    Transition("decide_amendment",   "Afgør",             (A.WAITING,),    A.DECIDED,   P.CASE_DECIDE),  # noqa: E501
    Transition("lapse_amendment",    "Lad det bortfalde", OPEN_AMENDMENTS, A.WITHDRAWN, None),
)

# The last answer closes it, or a stop, or its time: each is a step that follows.
SCREEN = StateMachine(
    #          verb            button           from       to        right
    Transition("close_screen", "Luk skærmen",   (S.OPEN,), S.CLOSED, None),
)

CLOSING = StateMachine(
    #          verb              button                 from          to           right
    Transition("hand_in_closing", "Aflever slutrapport", (C.AWAITED,), C.HANDED_IN, P.EFFORT_LEAD),
    Transition("cancel_closing",  "Lad den bortfalde",   (C.AWAITED,), C.CANCELLED, None),
)

# Who answers is the school, or PPR where the pupil has moved: the act asks for the right.
WHEREABOUTS = StateMachine(
    #          verb                   button               from                  to           right
    Transition("ask_whereabouts",    "Spørg",              (W.PLANNED,),         W.ASKED,     None),
    Transition("answer_whereabouts", "Svar",               (W.ASKED,),           W.ANSWERED,  None),
    Transition("cancel_whereabouts", "Lad det bortfalde",  (W.PLANNED, W.ASKED), W.CANCELLED, None),
)

# What is decided at a meeting meanwhile, or was never agreed to, lapses.
ROUND = StateMachine(
    #          verb               button            from       to            right
    Transition("conclude_round",  "Træf afgørelsen", (R.OPEN,), R.DECIDED,    P.CASE_DECIDE),
    Transition("ask_for_meeting", "Bed om et møde",  (R.OPEN,), R.TO_MEETING, P.ROUND_ANSWER),
    Transition("recall_round",    "Tag tilbage",     (R.OPEN,), R.RECALLED,   P.DECIDE_ALONE),
    Transition("lapse_round",     "Lad den bortfalde", (R.OPEN,), R.LAPSED,   None),
)

EVALUATION = StateMachine(
    #          verb                   button                   from           to          right
    Transition("sign_evaluation",     "Underskriv",            (V.WRITING, V.AWAITING), V.AWAITING, P.EVALUATION_SIGN),  # noqa: E501
    Transition("freeze_evaluation",   "Underskriv og lås",    (V.AWAITING,), V.FROZEN,   P.EVALUATION_SIGN),  # noqa: E501
    Transition("take_back_signature", "Tag underskriften tilbage", (V.AWAITING,), V.WRITING, P.EVALUATION_SIGN),  # noqa: E501
    Transition("reopen_evaluation",   "Skriv en ny version",   (V.FROZEN,),   V.WRITING,  P.EVALUATION_WRITE),  # noqa: E501
)
# fmt: on

# What the school was told, at least once.
KNOWN = (D.RELEASED, D.REPLACED)

# A case on the agenda of such a meeting is to be taken up there.
UPCOMING = (M.PLANNED, M.LOCKED, M.UNDER_WAY)
