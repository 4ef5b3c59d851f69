"""The pool's books and the figures they are held against: districts and people; no pupil, application or decision."""

from budget.models.books import FundingSource, Pool, Posting, Standing
from budget.models.figures import DayTreatmentFigure, DayTreatmentProvider, DayTreatmentTotal, Target

__all__ = (
    "DayTreatmentFigure",
    "DayTreatmentProvider",
    "DayTreatmentTotal",
    "FundingSource",
    "Pool",
    "Posting",
    "Standing",
    "Target",
)
