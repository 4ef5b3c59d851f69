"""What the money's pages link to on this floor (`budget.models.links`), registered at import."""

from __future__ import annotations

import re

from django.urls import reverse

from budget.models import Proposal, links

_CASE_NUMBER = re.compile(r"SF-\d{4}-\d{4,}")


def case_address(text: str) -> str:
    """The case whose number is all of a posting's text: so this floor writes what it commits."""
    if _CASE_NUMBER.fullmatch(text) is None:
        return ""
    return reverse("case", args=[text])


links.register_case_address(case_address)
links.register_proposal_pages(
    Proposal.Kind.INDEX,
    links.ProposalPages(
        label="Prisregulering", propose="propose_index", detail="price_index"
    ),
)
