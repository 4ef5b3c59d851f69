"""The demo's efforts that are over: their closing reports, and where the pupils are since."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.danish import today
from skolefleks.permissions import Permission as P
from visitation.closings import actions, queries
from visitation.lifecycle import ClosingStatus, WhereaboutsStatus
from visitation.models import Exam, Now

if TYPE_CHECKING:
    from skolefleks.models import User
    from visitation.models import Effort

# Opdigtede, as all of the demo.
WORKED = (
    "Den faste voksne om morgenen. Eleven vidste, hvem der tog imod, og kom ind i klassen.",
    "De korte aftaler med faste pauser, og at far og mor fik en besked hver fredag.",
    "At PPR var med i klassen hver anden uge, så de voksne gjorde det samme.",
)
NOT_WORKED = (
    "Gruppearbejde i de store hold. Det blev for uroligt, og eleven gik hjem.",
    "Skemaet med klistermærker: eleven sagde fra efter to uger.",
    "De første uger, hvor tiltagene lå for mange forskellige steder på skolen.",
)
WHAT_NOW = (
    "Klasselæreren holder øje, og vi taler med forældrene en gang om måneden.",
    "Eleven beholder den faste aftale om morgenen. Den betaler skolen selv.",
)
# Some stay in their class with support, some without, and one of four does not.
AT_THE_END = (Now.SUPPORTED, Now.ORDINARY, Now.SUPPORTED, Now.SPECIAL)
AFTERWARDS = (Now.ORDINARY, Now.ORDINARY, Now.SUPPORTED, Now.DAY_TREATMENT)

# By the number of the effort: one whose goal was reached, and one
# whose foster family has moved away.
SPECIAL = {3: (Now.ORDINARY, Now.ORDINARY), 30: (Now.MOVED, Now.ORDINARY)}


def close(effort: Effort, number: int, *, by: User) -> None:
    """Hand in the report; one of seven schools comes to it late."""
    closing = queries.closing_of(effort)
    if closing is None or closing.status != ClosingStatus.AWAITED:
        return
    if number % 7 == 6 and closing.due_on >= today():
        return

    now = AT_THE_END[number % len(AT_THE_END)]
    if number in SPECIAL:
        now, _ = SPECIAL[number]
    # It goes on at another school.
    if hasattr(effort, "moved_to"):
        now = Now.MOVED
    verdicts = {}
    for row in queries.verdicts_to_write(closing):
        for voice, verdict in row.verdicts:
            verdicts[row.goal.number, voice.value] = verdict
    actions.hand_in_closing(
        closing,
        worked=WORKED[number % len(WORKED)],
        not_worked=NOT_WORKED[number % len(NOT_WORKED)],
        what_now=WHAT_NOW[number % len(WHAT_NOW)],
        now=now,
        exam=_exam(actions.asks_for_exam(effort, closing)),
        verdicts=verdicts,
        by=by,
    )


def answer(effort: Effort, number: int, *, by: User, ppr: User) -> None:
    """Say where the pupil is, as far as the clock has asked: PPR of one who moved away."""
    if actions.right_to_answer(effort) == P.PPR_LINE_WRITE:
        by = ppr
    now = AFTERWARDS[number % len(AFTERWARDS)]
    if number in SPECIAL:
        _, now = SPECIAL[number]
    for question in effort.whereabouts.filter(status=WhereaboutsStatus.ASKED):
        question.effort = effort
        actions.answer_whereabouts(
            question,
            now=now,
            exam=_exam(actions.asks_for_exam(effort, question)),
            note="",
            by=by,
        )


def _exam(is_asked_for: bool) -> str:
    # Who has come to the exam has taken a part of it.
    if is_asked_for:
        return Exam.PARTIAL
    return ""
