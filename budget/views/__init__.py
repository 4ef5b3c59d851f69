"""The money's pages, by noun."""

from budget.views.dashboard import dashboard
from budget.views.payments import (
    approve_payments,
    export_payments,
    mark_payments_paid,
    payment_accounts,
    payment_download,
    payment_receipt,
    payment_run,
    payment_runs,
    reject_payments,
)
from budget.views.postings import posting, postings
from budget.views.proof import proof
from budget.views.proposals import (
    approve_proposal,
    proposal,
    proposals,
    propose,
    take_back_proposal,
    turn_down_proposal,
)

__all__ = (
    "approve_payments",
    "approve_proposal",
    "dashboard",
    "export_payments",
    "mark_payments_paid",
    "payment_accounts",
    "payment_download",
    "payment_receipt",
    "payment_run",
    "payment_runs",
    "posting",
    "postings",
    "proof",
    "proposal",
    "proposals",
    "propose",
    "reject_payments",
    "take_back_proposal",
    "turn_down_proposal",
)
