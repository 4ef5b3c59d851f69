"""What the centre chiefs write to a quarter and sign: every version stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.figures import actions as figure_actions
from budget.models import Proposal, QuarterlyReport, QuarterlyText
from budget.proposals import actions as proposals
from budget.quarterly import queries, report, rules
from skolefleks import audit
from skolefleks.permissions import EVERYWHERE, Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal

if TYPE_CHECKING:
    from collections.abc import Mapping

    from skolefleks.models import User


@transaction.atomic
def write_quarter(
    *, year: int, quarter: int, version: int, texts: Mapping[str, str], by: User
) -> QuarterlyText:
    """Write a new version of a quarter's texts after `version` (0: nothing is written yet).

    Raises PermissionDenied, and Overtaken when somebody else wrote a version first.
    """
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    # The first version has no row before it that could be locked.
    figure_actions.lock_figures()

    latest = QuarterlyText.objects.filter(year=year, quarter=quarter).first()
    latest_version = 0
    old_texts = dict.fromkeys(texts, "")
    if latest:
        latest_version = latest.version
        old_texts = {name: getattr(latest, name) for name in texts}
    if version != latest_version:
        raise Overtaken(
            "En anden har skrevet i mellemtiden. Begge tekster står her: ret din til, og gem igen."
        )

    text = QuarterlyText.objects.create(
        year=year,
        quarter=quarter,
        version=version + 1,
        made_by=by,
        **texts,
    )

    changed_fields = [name for name in texts if texts[name] != old_texts[name]]
    audit.record(
        "write_quarter", text, by=by, version=text.version, fields=changed_fields
    )
    return text


@transaction.atomic
def propose_signing(quarter: rules.Quarter, *, reason: str, by: User) -> Proposal:
    """Ask the other centre to sign a quarter as it stands now: figures and words are taken down.

    `reason` says why there is another version where one is signed already. Raises Refusal,
    NotPossible, PermissionDenied.
    """
    require(by, Permission.FIGURES_WRITE, at=EVERYWHERE)
    # A text that is being written, or another proposal, is waited for.
    figure_actions.lock_figures()

    rules.require_over(quarter)
    reports = queries.reports_of(quarter)
    if reports.waiting().exists():
        raise NotPossible(
            "Der ligger allerede en version til godkendelse. Besvar den først."
        )
    text = queries.latest_text(quarter)
    if text is None:
        raise Refusal(
            "Skriv teksten til kvartalet først. Tal og ord godkendes sammen."
        )
    signed = reports.signed().first()
    version = 1
    if signed:
        version = signed.version + 1
        if not reason:
            raise Refusal("Skriv, hvorfor der er en ny version.", field="reason")

    proposal = proposals.propose_other(
        Proposal.Kind.QUARTER,
        f"{quarter.name}, version {version}",
        reason=reason or "Kvartalet er slut.",
        by=by,
    )
    new_report = QuarterlyReport.objects.create(
        proposal=proposal,
        year=quarter.year,
        quarter=quarter.number,
        version=version,
        text=text,
        content=report.content(quarter, text),
        public=report.public_content(quarter, text),
    )
    audit.record("propose", new_report, by=by, version=version)
    return proposal
