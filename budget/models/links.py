"""The way up from the money's pages: addresses that the floors above know and fill in.

The books know neither cases nor an index of prices. A floor above registers at import where a
posting's text leads, on which page of its own a kind of proposal is proposed and read, and from
when on what a posting is for may be known.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import F
from django.urls import reverse

if TYPE_CHECKING:
    from uuid import UUID

    from django.db.models.expressions import Combinable


@dataclass(frozen=True)
class ProposalPages:
    """Where one kind of proposal has pages of its own: the names of the addresses.

    `label` is the button that leads to proposing one. `detail` takes the proposal's id.
    """

    label: str
    propose: str
    detail: str


# Filled at import, by the models of the floors above, and only read after that.
_proposal_pages: dict[str, ProposalPages] = {}
_case_addresses: list[Callable[[str], str]] = []
_releases: list[Callable[[], Combinable]] = []


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


def register_release(known_at: Callable[[], Combinable]) -> None:
    """`known_at` gives when a posting's `reference` was released, for a query of postings."""
    _releases.append(known_at)


def known_at() -> Combinable:
    """When what a posting is for was released, NULL while it is not; for a query of postings."""
    for release in _releases:
        return release()
    return F("made_at")
