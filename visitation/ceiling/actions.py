"""What the centre chiefs say to a tariff above the ceiling: each for their own centre, both before it is released."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.utils import timezone

from applications.models import Application
from applications.writing import actions as writing
from budget.models import centres_led_by
from skolefleks import audit, outbox
from skolefleks.models import Centre
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from visitation.models import CeilingAnswer, Decision
from visitation.recusals import rules as recusal_rules

if TYPE_CHECKING:
    from skolefleks.models import User


@transaction.atomic
def answer_ceiling(
    decision: Decision, *, agrees: bool, reason: str = "", by: User
) -> CeilingAnswer:
    """Agree to a tariff above the ceiling for one's own centre, or refuse it with a reason: said once, and for good.

    Raises PermissionDenied where `by` leads no centre or both, Recused, NotPossible, Overtaken, Refusal without a reason.
    """
    writing.lock(decision.application)
    centre = _centre(by)
    if not Application.objects.untied_to(by).filter(pk=decision.application.pk).exists():
        raise recusal_rules.Recused
    if not Decision.objects.above_ceiling().filter(pk=decision.pk).exists():
        raise NotPossible
    if decision.ceiling_answers.filter(centre=centre).exists():
        raise Overtaken("Jeres center har allerede svaret.")
    if not agrees and not reason.strip():
        raise Refusal(
            "Skriv, hvorfor taksten ikke kan godkendes, så udvalget kan arbejde videre.",
            field="reason",
        )
    answer = CeilingAnswer.objects.create(
        decision=decision,
        centre=centre,
        agrees=agrees,
        reason=reason,
        answered_by=by,
        answered_at=timezone.now(),
    )
    audit.record("agree_ceiling" if agrees else "refuse_ceiling", decision, by=by, centre=centre)
    outbox.post("ceiling.answered", decision=str(decision.pk))
    return answer


def _centre(user: User) -> Centre:
    """The one centre that the person speaks for: nobody is both."""
    require(user, Permission.CEILING_APPROVE, at=EVERYWHERE)
    centres = centres_led_by(user)
    if len(centres) != 1:
        raise PermissionDenied(Permission.CEILING_APPROVE.value)
    return Centre(centres[0])
