"""Changing where a school's money goes: one chief proposes it, the other agrees.

Whoever redirects a payment has the money: so nobody does it alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.lifecycle import ProposalStatus
from budget.models import AccountChange, Proposal, SchoolAccount
from budget.proposals import actions as proposals
from skolefleks import audit
from skolefleks.refusals import NotPossible, Refusal

if TYPE_CHECKING:
    from collections.abc import Sequence

    from skolefleks.models import School, User


@transaction.atomic
def propose_accounts(
    accounts: Sequence[tuple[School, str]], *, reason: str, by: User
) -> Proposal:
    """Propose each school's new account string (nothing: the common one), all of them or none.

    Raises Refusal where nothing is another, NotPossible where one waits already, PermissionDenied.
    """
    if not accounts:
        raise Refusal("Ingen kontostreng er ændret.")
    schools = [school for school, _ in accounts]
    waiting = AccountChange.objects.filter(
        school__in=schools, proposal__status=ProposalStatus.PROPOSED
    )
    if waiting.exists():
        raise NotPossible(
            "Der ligger allerede et forslag om en af kontostrengene. Besvar det først."
        )

    text = f"Kontostrenge for {len(schools)} skoler"
    if len(schools) == 1:
        text = f"Kontostreng for {schools[0]}"
    proposal = proposals.propose_other(
        Proposal.Kind.ACCOUNT, text, reason=reason, by=by
    )

    # Kept with the change: the other chief sees both, and so does whoever asks in a year.
    rows = SchoolAccount.objects.filter(school__in=schools)
    before = {row.school_id: row.account for row in rows}
    changes = AccountChange.objects.bulk_create(
        AccountChange(
            proposal=proposal,
            school=school,
            before=before.get(school.pk, ""),
            account=account,
        )
        for school, account in accounts
    )
    audit.record_each("propose", changes, by=by)
    return proposal
