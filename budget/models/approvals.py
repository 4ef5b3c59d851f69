"""Who carries out a proposal that another subject keeps, and what its page shows.

The proposals lie beneath these subjects and know them by the names of their modules alone, as the
settings name the proofs.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

if TYPE_CHECKING:
    from budget.models.proposals import Proposal
    from skolefleks.models import User


@dataclass(frozen=True)
class Details:
    """What the page of a proposal shows of it: sentences, facts, and a table with its head.

    As a rule the last cell of a row is an amount, whole DKK.
    """

    sentences: Collection[str] = ()
    facts: Collection[tuple[str, str]] = ()
    head: Collection[str] = ()
    rows: Collection[tuple[object, ...]] = ()
    ends_in_amount: bool = True


class Approval(Protocol):
    """The module of a subject that says what a proposal of its kind is, and carries it out."""

    def years(self, proposal: Proposal) -> Collection[int]:
        """The fiscal years whose pools it touches, to be locked before anything else."""

    def carry_out(self, proposal: Proposal, *, by: User) -> None:
        """Do what both chiefs agree to, in the transaction of the answer."""

    def details(self, proposal: Proposal) -> Details: ...


_APPROVALS = {
    "account": "budget.accounts.approval",
    "closing": "budget.closing.approval",
    "reopening": "budget.closing.approval",
    "return": "budget.returns.approval",
    "quarter": "budget.quarterly.approval",
}


def approval_of(kind: str) -> Approval | None:
    """The subject that carries out proposals of `kind`; None for the proposals' own kinds."""
    path = _APPROVALS.get(kind)
    if path is None:
        return None
    return cast("Approval", import_module(path))
