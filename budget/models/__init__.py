"""The pool's books and the figures they are held against.

They know districts and people; no pupil, application or decision.
"""

from budget.models.accounts import AccountChange
from budget.models.books import FundingSource, Pool, Posting, Standing
from budget.models.closing import YearClosing
from budget.models.figures import (
    DayTreatmentFigure,
    DayTreatmentProvider,
    DayTreatmentTotal,
    FigureImport,
    QuarterlyText,
    Target,
)
from budget.models.payments import Instalment, PaymentRun, SchoolAccount
from budget.models.proofs import BookProof
from budget.models.proposals import (
    Proposal,
    ProposalConsent,
    ProposalLine,
    centres_led_by,
)
from budget.models.quarterly import QuarterlyReport
from budget.models.reconciliation import (
    BookedImport,
    BookedLine,
    ColumnProfile,
    Difference,
)
from budget.models.returns import PaymentReturn, ReturnLine

__all__ = (
    "AccountChange",
    "BookProof",
    "BookedImport",
    "BookedLine",
    "ColumnProfile",
    "DayTreatmentFigure",
    "DayTreatmentProvider",
    "DayTreatmentTotal",
    "Difference",
    "FigureImport",
    "FundingSource",
    "Instalment",
    "PaymentReturn",
    "PaymentRun",
    "Pool",
    "Posting",
    "Proposal",
    "ProposalConsent",
    "ProposalLine",
    "QuarterlyReport",
    "QuarterlyText",
    "ReturnLine",
    "SchoolAccount",
    "Standing",
    "Target",
    "YearClosing",
    "centres_led_by",
)
