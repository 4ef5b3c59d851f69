"""What of the money waits for a person."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from budget.lifecycle import RunStatus
from budget.models import PaymentRun, Proposal, centres_led_by
from budget.payments import rules as payment_rules

if TYPE_CHECKING:
    from skolefleks.models import User


def waiting_for(user: User) -> list[tuple[str, str]]:
    """(sentence, address) of what a chief can answer now; nothing for the others. Two queries."""
    centres = centres_led_by(user)
    if not centres:
        return []

    waiting = []
    count = Proposal.objects.waiting_for(centres, user).count()
    if count:
        text = f"{count} forslag venter på dit svar"
        waiting.append((text, reverse("budget:proposals")))

    for run in PaymentRun.objects.filter(status=RunStatus.PROPOSED):
        is_own = run.proposed_by_id == user.pk
        if not is_own and payment_rules.approving_centre(run, user):
            text = f"Kørsel {run.number} venter på din godkendelse"
            waiting.append((text, run.get_absolute_url()))
    return waiting
