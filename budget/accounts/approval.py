"""What both chiefs agree to when they change an account string (`budget.models.approvals`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings

from budget.models.approvals import Details
from budget.payments import accounts

if TYPE_CHECKING:
    from budget.models import Proposal
    from skolefleks.models import User


def years(_proposal: Proposal) -> set[int]:
    """No pool is touched."""
    return set()


def carry_out(proposal: Proposal, *, by: User) -> None:
    """Let the payments go there from the next run on; runs keep what they took down."""
    for change in proposal.account_changes.select_related("school"):
        accounts.set_account(change.school, change.account, by=by)


def details(proposal: Proposal) -> Details:
    """From where to where, school by school."""
    common = settings.PAYMENT_ACCOUNT or "ingen"
    rows = []
    for change in proposal.account_changes.select_related("school"):
        rows.append((change.school, change.before or common, change.account or common))
    return Details(
        sentences=[
            "Ring til skolen på et nummer, du selv kender, før du godkender en ny kontostreng.",
            "Den gælder fra den næste kørsel, som viser, at kontostrengen er ny.",
        ],
        head=("Skole", "Nu", "Efter"),
        rows=rows,
        ends_in_amount=False,
    )
