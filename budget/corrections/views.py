"""One posting, and the correction of it that a centre chief proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse

from budget.books import rules as book_rules
from budget.models import Instalment, Posting, Proposal, links
from budget.models.posting_kinds import kind_named
from budget.proposals import actions as proposals
from budget.proposals import forms as proposal_forms
from budget.proposals import reversing
from budget.proposals import rules as proposal_rules
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P

if TYPE_CHECKING:
    from skolefleks.models import User


GRANT_DOES_NOT_FOLLOW = (
    "Linjen hører til en bevilling. Rettes den, er regnskabsbeviset rødt, "
    "til bevillingen og bøgerne igen siger det samme."
)


# What correcting the note of a return does to the plan.
PAYMENT_IS_PLANNED_NO_MORE = {
    "title": "Raten tages ud af planen igen",
    "text": "Den blev sat til udbetaling igen, da den kom tilbage. Nu regnes den for betalt.",
}


@form_page(P.POSTING_READ)
def posting(request: Request, pk: int) -> HttpResponse:
    """One line, with the act behind it; from here it is proposed to correct it."""
    rows = Posting.objects.select_related(
        "source", "district", "made_by", "reversed_by"
    )
    posting = get_object_or_404(rows, pk=pk)
    form = proposal_forms.ReasonForm(posted(request))

    if form.try_to(proposals.correct, posting, by=request.user):
        return redirect(form.outcome)
    return show_form(
        request, "budget/books/posting.html", form, _context(posting, request.user)
    )


def _context(posting: Posting, user: User) -> dict[str, Any]:
    kind = kind_named(posting.kind)
    related_proposals = _proposals_of(posting)
    is_corrected = any(
        proposal_rules.stands(proposal)
        for proposal in related_proposals
        if proposal.corrects_id == posting.pk
    )

    case_url = ""
    if book_rules.may_open_every_case(user):
        case_url = links.case_address(posting.text)

    run = None
    of_the_payment = Instalment.objects.filter(
        posting__in={posting.pk, posting.reverses_id}
    )
    instalment = of_the_payment.select_related("run").first()
    if instalment:
        run = instalment.run

    may_propose = may(user, P.POOL_ALLOCATE, at=EVERYWHERE)
    why_not = reversing.why_not(posting)

    # What is committed must be what a grant costs, and no grant is changed from here.
    grant_warning = ""
    if kind.used:
        grant_warning = GRANT_DOES_NOT_FOLLOW

    return {
        "trail": [
            ("Økonomi", reverse("budget:dashboard")),
            ("Posteringer", reverse("budget:postings")),
            (f"Nr. {posting.pk}", ""),
        ],
        "posting": posting,
        # A posting that nothing reverses has no such attribute.
        "reversed_by": getattr(posting, "reversed_by", None),
        "case_url": case_url,
        "proposals": related_proposals,
        "run": run,
        "may_correct": may_propose and not is_corrected and not why_not,
        "why_not": why_not,
        "plan_follows": _what_the_plan_does(posting),
        "grant_warning": grant_warning,
    }


def _what_the_plan_does(posting: Posting) -> Any:
    """What a correction of the posting does to the plan of payments; None where nothing."""
    if not kind_named(posting.kind).is_paid_in_run or posting.amount > 0:
        return None
    return PAYMENT_IS_PLANNED_NO_MORE


def _proposals_of(posting: Posting) -> list[Proposal]:
    """Those that the posting comes from, and those that correct it or what it reverses."""
    related = Proposal.objects.filter(
        Q(corrects=posting)
        | Q(pk=posting.reference)
        | Q(pk=posting.proposal_id)
        | Q(corrects=posting.reverses_id)
    )
    return list(related.select_related("proposed_by", "answered_by"))
