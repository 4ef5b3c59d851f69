"""The only way to the money: every act that writes a posting, by noun. The database refuses what they would not do."""

from budget.actions import payments
from budget.actions.payments import plan
from budget.actions.posting import (
    AlreadyPaid,
    FrameEmpty,
    NoPool,
    Overdrawn,
    allocate,
    commit,
    lock_pools,
    pay,
    release,
)
from budget.actions.proposals import (
    AlreadyCorrected,
    FrameYear,
    TakesBothCentres,
    approve,
    can_answer,
    correct,
    propose_allocation,
    propose_opening,
    propose_transfer,
    take_back,
    turn_down,
    year_to_open,
)

__all__ = (
    "AlreadyCorrected",
    "AlreadyPaid",
    "FrameEmpty",
    "FrameYear",
    "NoPool",
    "Overdrawn",
    "TakesBothCentres",
    "allocate",
    "approve",
    "can_answer",
    "commit",
    "correct",
    "lock_pools",
    "pay",
    "payments",
    "plan",
    "propose_allocation",
    "propose_opening",
    "propose_transfer",
    "release",
    "take_back",
    "turn_down",
    "year_to_open",
)
