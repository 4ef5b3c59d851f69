"""What the centre chiefs answer to a tariff above the ceiling, before it is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from applications.models import Application
from applications.writing import actions as writing
from budget.models import FundingSource
from skolefleks import audit, outbox
from skolefleks.permissions import EVERYWHERE, require
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from visitation.agenda import happenings
from visitation.ceiling import rules
from visitation.models import CeilingAnswer, Decision
from visitation.recusals import rules as recusal_rules

if TYPE_CHECKING:
    from skolefleks.models import User


@transaction.atomic
def answer_ceiling(
    decision: Decision,
    *,
    agrees: bool,
    reason: str = "",
    by: User,
) -> CeilingAnswer:
    """Agree to a tariff above the ceiling for one's own centre, or refuse it, for good.

    Raises PermissionDenied where `by` leads no centre or several, Recused,
    NotPossible, Overtaken, and Refusal where it is refused without a
    reason.
    """
    # The case's row first: it may be undone, released or closed to the
    # chief at this moment.
    writing.lock(decision.application)
    require(by, P.CEILING_APPROVE, at=EVERYWHERE)
    centre = rules.centre_of(by)
    if centre is None:
        raise PermissionDenied(P.CEILING_APPROVE.value)

    # A chief is not of the committee, so the case is not `reviewable` to
    # them but only untied.
    if (
        not Application.objects.untied_to(by)
        .filter(pk=decision.application.pk)
        .exists()
    ):
        raise recusal_rules.Recused
    if not Decision.objects.above_ceiling().filter(pk=decision.pk).exists():
        raise NotPossible
    answers = CeilingAnswer.objects.filter(decision=decision)
    if not rules.may_answer(centre, answers, FundingSource.objects.owners()):
        raise Overtaken("Jeres center har allerede svaret.")
    if not agrees and not reason.strip():
        raise Refusal(
            "Skriv, hvorfor taksten ikke kan godkendes, så udvalget kan arbejde videre.",
            field="reason",
        )

    # Append-only: the database lets nobody change an answer.
    answer = CeilingAnswer.objects.create(
        decision=decision,
        centre=centre,
        agrees=agrees,
        reason=reason,
        answered_by=by,
        answered_at=timezone.now(),
    )

    verb = "refuse_ceiling"
    if agrees:
        verb = "agree_ceiling"
    audit.record(verb, decision, by=by, centre=centre)
    if decision.meeting and not agrees:
        kind = happenings.Kind.CEILING_REFUSED
        happenings.note(decision.meeting, kind, by=by, decision=decision)
    outbox.post("ceiling.answered", decision=str(decision.pk))
    return answer
