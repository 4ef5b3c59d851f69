"""Who is told of a run that waits: the chiefs who can approve it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.lifecycle import RunStatus
from budget.models import PaymentRun
from budget.payments import rules
from skolefleks.models import Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say

if TYPE_CHECKING:
    from uuid import UUID


def tell_chiefs(run_id: UUID) -> None:
    """Nobody is told of a run that was answered meanwhile."""
    run = PaymentRun.objects.get(pk=run_id)
    if run.status != RunStatus.PROPOSED:
        return

    people = []
    for chief in User.objects.holding(Role.CENTRE_CHIEF):
        # As the act asks: another person, and another centre.
        if chief.pk != run.proposed_by_id and rules.approving_centre(run, chief):
            people.append(chief)
    tell(
        people,
        number=f"Udbetaling {run.number}",
        path=run.get_absolute_url(),
        text=say("udbetaling"),
        topic="payments.proposed",
    )
