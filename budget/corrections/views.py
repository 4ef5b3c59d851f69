"""One posting, and the correction of it that a centre chief proposes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.books import views as books_views
from budget.lifecycle import ProposalStatus
from budget.models import Instalment, Posting, Proposal
from budget.proposals import actions as proposal_actions
from budget.proposals import forms as proposal_forms
from skolefleks.pages import form_page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from skolefleks.models import User


FOLLOWS = {
    True: {
        "title": "Raten sættes til udbetaling igen",
        "text": "Beløbet er igen disponeret til skolen og kommer med i den næste kørsel. Skal skolen ikke have det, skal "
        "udvalget afslutte bevillingen før tid.",
    },
    False: {
        "title": "Raten tages ud af planen igen",
        "text": "Den blev sat til udbetaling igen, da udbetalingen blev rettet. Nu regnes den for betalt.",
    },
}


@form_page(P.POSTING_READ)
def posting(request: Request, pk: int) -> HttpResponse:
    """One line, with the act behind it; from here it is proposed to correct it."""
    found = get_object_or_404(
        Posting.objects.select_related("source", "district", "made_by", "reversed_by"), pk=pk
    )
    form = proposal_forms.ReasonForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(
                proposal_actions.correct(found, reason=form.cleaned_data["reason"], by=request.user)
            )
        except Refusal as refusal:
            form.add_error(None, str(refusal))
    return render(
        request,
        "budget/books/posting.html",
        _one(found, form, request.user),
        status=422 if form.errors else 200,
    )


def _one(found: Posting, form: proposal_forms.ReasonForm, user: User) -> dict[str, Any]:
    named_by = (
        Q(corrects=found)
        | Q(pk=found.reference)
        | Q(pk=found.proposal_id)
        | Q(corrects=found.reverses_id)
    )
    proposals = Proposal.objects.filter(named_by)
    instalment = (
        Instalment.objects.filter(posting__in={found.pk, found.reverses_id})
        .select_related("run")
        .first()
    )
    named = list(proposals.select_related("proposed_by", "answered_by"))
    standing = (ProposalStatus.PROPOSED, ProposalStatus.APPROVED)
    is_asked = any(row.corrects_id == found.pk and row.status in standing for row in named)
    return {
        "trail": [
            ("Økonomi", reverse("budget:dashboard")),
            ("Posteringer", reverse("budget:postings")),
            (f"Nr. {found.pk}", ""),
        ],
        "posting": found,
        "reversed_by": getattr(found, "reversed_by", None),
        "case_url": books_views.case_address(found, sees_cases=books_views.sees_cases(user)),
        "proposals": named,
        "run": instalment.run if instalment else None,
        "may_correct": may(user, P.POOL_ALLOCATE, at=EVERYWHERE) and not is_asked,
        "follows": FOLLOWS[found.amount > 0] if found.kind == Posting.Kind.PAYMENT else None,
        "moves_a_grant": found.kind in (Posting.Kind.COMMITMENT, Posting.Kind.RELEASE),
        "form": form,
    }
