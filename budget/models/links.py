"""The way up from the money's pages: addresses that the floors above know and fill in.

The books know neither cases nor an index of prices. A floor above registers at import where a
posting's text leads, and on which page of its own a kind of proposal is proposed and read.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from django.urls import reverse

if TYPE_CHECKING:
    from uuid import UUID

    from budget.models.proposals import Proposal
    from skolefleks.models import User


@dataclass(frozen=True)
class ProposalPages:
    """Where one kind of proposal has pages of its own: the names of the addresses.

    `label` is the button that leads to proposing one. `detail` takes the proposal's id.
    """

    label: str
    propose: str
    detail: str


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


# By their modules' names, as the settings name the proofs: the subjects lie above the proposals.
_APPROVALS = {
    "account": "budget.accounts.approval",
    "closing": "budget.closing.approval",
    "reopening": "budget.closing.approval",
    "return": "budget.returns.approval",
}


def approval_of(kind: str) -> Approval | None:
    """The subject that carries out proposals of `kind`; None for the proposals' own kinds."""
    path = _APPROVALS.get(kind)
    if path is None:
        return None
    return cast("Approval", import_module(path))


# Filled at import, by the models of the floors above, and only read after that.
_proposal_pages: dict[str, ProposalPages] = {}
_case_addresses: list[Callable[[str], str]] = []


def register_proposal_pages(kind: str, pages: ProposalPages) -> None:
    _proposal_pages[kind] = pages


def has_own_page(kind: str) -> bool:
    """Whether proposals of `kind` are shown and approved on a floor above."""
    return kind in _proposal_pages


def proposal_address(kind: str, pk: UUID) -> str:
    if has_own_page(kind):
        return reverse(_proposal_pages[kind].detail, args=[pk])
    return reverse("budget:proposal", args=[pk])


def proposal_starts() -> list[tuple[str, str]]:
    """The button and the address of what can be proposed on the floors above."""
    return [
        (pages.label, reverse(pages.propose)) for pages in _proposal_pages.values()
    ]


def register_case_address(address_of: Callable[[str], str]) -> None:
    """`address_of` is given a posting's text, and returns the address of its case, '' for none."""
    _case_addresses.append(address_of)


def case_address(text: str) -> str:
    """Where the case that a posting's text names is read; '' where it names none."""
    for address_of in _case_addresses:
        address = address_of(text)
        if address:
            return address
    return ""
