"""What of a run can come back, and what chiefs have said came back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.lifecycle import InstalmentStatus, ProposalStatus
from budget.models import ReturnLine
from budget.returns import rules

if TYPE_CHECKING:
    from budget.models import Instalment, PaymentRun, Proposal


def can_come_back(run: PaymentRun) -> list[Instalment]:
    """The lines of the run that are with the bank or paid, by school."""
    of_the_file = run.instalments.filter(
        status__in=(InstalmentStatus.PLANNED, InstalmentStatus.PAID)
    )
    # Two reversals deep, as a rule all there are.
    joined = of_the_file.select_related("posting__reversed_by__reversed_by", "school")
    return [row for row in joined.order_by("payee", "pk") if rules.can_come_back(row)]


def is_any_waiting(instalments: list[Instalment]) -> bool:
    """Whether a proposal that one of them came back waits for its answer."""
    lines = ReturnLine.objects.filter(
        instalment__in=instalments,
        payment_return__proposal__status=ProposalStatus.PROPOSED,
    )
    return lines.exists()


def lines_of(proposal: Proposal) -> list[Instalment]:
    """The instalments that a proposal says came back."""
    lines = proposal.payment_return.lines.select_related("instalment")
    return [line.instalment for line in lines]
