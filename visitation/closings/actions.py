"""Writing the closing report, and asking and answering where the pupil is afterwards."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import follow, move
from visitation.closings import queries, rules
from visitation.efforts.actions import require_allowed
from visitation.efforts.following import summarise
from visitation.lifecycle import ClosingStatus, WhereaboutsStatus
from visitation.models import (
    ClosingGoal,
    ClosingReport,
    Effort,
    Exam,
    Now,
    Whereabouts,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    from skolefleks.models import User

    Verdicts = Mapping[tuple[int, str], ClosingGoal.Verdict]


# -- the closing report --
@transaction.atomic
def write_closing(
    closing: ClosingReport,
    *,
    worked: str,
    not_worked: str,
    what_now: str,
    now: str,
    exam: str,
    verdicts: Verdicts,
    by: User,
) -> None:
    """Keep the school's draft; `verdicts` by the goal's number and the voice.

    Raises NotPossible once it is handed in, or falls away.
    """
    _require_awaited(closing, P.EFFORT_WRITE, by=by)
    closing.worked = worked
    closing.not_worked = not_worked
    closing.what_now = what_now
    closing.now = now
    closing.exam = exam
    closing.written_by = by
    closing.written_at = timezone.now()
    closing.save()

    # As they stand at the end: earlier versions have been
    # replaced for a reason.
    goals = {goal.number: goal for goal in closing.effort.goals.current()}
    for (number, voice), verdict in verdicts.items():
        ClosingGoal.objects.update_or_create(
            closing=closing,
            goal=goals[number],
            voice=voice,
            defaults={"verdict": verdict},
        )
    audit.record("write_closing", closing, by=by)


@transaction.atomic
def hand_in_closing(closing: ClosingReport, *, by: User, **fields: object) -> None:
    """Hand the report in: PPR and the committee are told, and nobody changes it any more.

    Raises NotPossible as `write_closing` does, Refusal while it
    leaves out what it must say.
    """
    # Written first: what is refused is taken back with it, and
    # stays on the page.
    write_closing(closing, by=by, **fields)  # type: ignore[arg-type]
    if not closing.worked.strip():
        raise Refusal("Skriv, hvad der virkede.", field="worked")
    if not closing.not_worked.strip():
        raise Refusal("Skriv, hvad der ikke virkede.", field="not_worked")
    if not closing.now:
        raise Refusal("Vælg, hvor eleven er nu.", field="now")
    if not closing.exam and asks_for_exam(closing.effort, closing):
        raise Refusal("Vælg, hvordan det gik med afgangsprøven.", field="exam")

    # After the fields: the database lets nobody change them
    # from here on.
    move(closing, "hand_in_closing", by=by, now=closing.now)
    summarise(closing.effort)
    outbox.post("effort.closed", effort=str(closing.effort.pk))


def asks_for_exam(effort: Effort, thing: ClosingReport | Whereabouts) -> bool:
    """Whether the pupil has come to the exam on the day that `thing` is about."""
    # Half a year later a pupil may have come to it who had not
    # at the end.
    day = effort.ends_on
    if isinstance(thing, Whereabouts):
        day = thing.ask_on
    return rules.asks_for_exam(effort.pupil_case.grade, effort.starts_on, day)


# -- where the pupil is afterwards --
def ask_for_whereabouts() -> int:
    """Ask for all whose day has come, each by itself and once; how many there were."""
    count = 0
    for key in queries.questions_to_ask():
        count += _ask(key)
    return count


@transaction.atomic
def _ask(key: UUID) -> int:
    """The step and the message are one: whatever restarts, each is asked for once."""
    question = Whereabouts.objects.select_for_update().get(pk=key)
    # Another clock may have been here first.
    if question.status != WhereaboutsStatus.PLANNED:
        return 0
    follow(question, "ask_whereabouts", by=None)
    outbox.post("effort.whereabouts", whereabouts=str(question.pk))
    return 1


@transaction.atomic
def answer_whereabouts(
    question: Whereabouts, *, now: Now, exam: Exam | str, note: str, by: User
) -> None:
    """Say where the pupil is. Raises NotPossible before it is asked, or once it is answered."""
    effort = question.effort
    require_allowed(effort, right_to_answer(effort), by=by)
    question.refresh_from_db(fields=["status"])
    if question.status != WhereaboutsStatus.ASKED:
        raise NotPossible
    if not exam and asks_for_exam(effort, question):
        raise Refusal("Vælg, hvordan det gik med afgangsprøven.", field="exam")

    # The answer before the status: the database knows no
    # answered question without one.
    question.now = now
    question.exam = exam
    question.note = note
    question.answered_by = by
    question.answered_at = timezone.now()
    question.save()
    follow(question, "answer_whereabouts", by=by, now=now)
    summarise(effort)


def right_to_answer(effort: Effort) -> P:
    """Who is asked, by what is known last of where the pupil is."""
    closing = queries.closing_of(effort)
    return rules.who_answers(closing, queries.questions_of(effort))


def _require_awaited(closing: ClosingReport, right: P, *, by: User) -> None:
    require_allowed(closing.effort, right, by=by)
    closing.refresh_from_db(fields=["status"])
    if closing.status != ClosingStatus.AWAITED:
        raise NotPossible("Slutrapporten er afleveret og kan ikke ændres.")
