"""What the money's pages link to on this floor (`budget.models.links`), registered at import."""

from __future__ import annotations

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from budget.models import Proposal, links
from skolefleks.numbers import is_case_number
from visitation.models.grants import Grant


def case_address(text: str) -> str:
    """The case whose number is all of a posting's text: so this floor writes what it commits."""
    if not is_case_number(text):
        return ""
    return reverse("case", args=[text])


def known_at() -> Subquery:
    """When the decision that gave the grant was released; NULL while it is provisional."""
    grants = Grant.objects.filter(pk=OuterRef("reference"))
    return Subquery(grants.values("decision__released_at"))


links.register_case_address(case_address)
links.register_release(known_at)
links.register_proposal_pages(
    Proposal.Kind.INDEX,
    links.ProposalPages(
        label="Prisregulering", propose="propose_index", detail="price_index"
    ),
)
