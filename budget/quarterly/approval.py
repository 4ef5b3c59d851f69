"""What both chiefs agree to when they sign a quarter's follow-up (`budget.models.approvals`)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from budget.models.approvals import Details
from skolefleks import audit

if TYPE_CHECKING:
    from budget.models import Proposal
    from skolefleks.models import User


def years(_: Proposal) -> set[int]:
    """No pool is touched: its figures were taken down when it was proposed."""
    return set()


def carry_out(proposal: Proposal, *, by: User) -> None:
    """The version is signed as it was proposed; nothing of it is reckoned again."""
    report = proposal.quarterly_report
    audit.record("sign", report, by=by, version=report.version)


def details(proposal: Proposal) -> Details:
    """The figures and the words that are signed."""
    report = proposal.quarterly_report
    content = report.content
    rows = [(label, amount) for label, amount, _ in content["pool"]]
    rows += [(row[0], f"{row[1]} elever, {row[3]}") for row in content["districts"]]
    sentences = [
        f"{content['counted_on']}. Tal og tekst ligger fast, når I alle har godkendt.",
    ]
    if report.version > 1:
        sentences.append(
            f"Den tager pladsen efter version {report.version - 1}, som stadig kan læses."
        )
    return Details(
        sentences=sentences,
        facts=content["texts"],
        head=("Tal", "Som de lå fast ved forslaget"),
        rows=rows,
        ends_in_amount=False,
    )
