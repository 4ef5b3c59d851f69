"""The index of prices: tried on every grant, proposed by one chief, approved by the other."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.proposals import forms as proposal_forms
from budget.proposals import queries as proposal_queries
from budget.proposals import rules as proposal_rules
from skolefleks.pages import NOT_DONE, act, form_page, page, posted, show_form
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from visitation.models import PriceIndex
from visitation.prices import actions, forms, queries


@form_page(P.POOL_ALLOCATE)
def propose_index(request: Request) -> HttpResponse:
    """Try a percentage and a day (`procent`, `fra` in the address) on each grant, and propose them.

    Nothing is stored while they are only tried.
    """
    typed = posted(request) or request.GET
    form = forms.IndexForm()
    if "procent" in typed or "fra" in typed:
        form = forms.IndexForm(typed)
    reason_form = proposal_forms.ReasonForm(posted(request))

    # Read before the act is tried: a refusal at one of the fields leaves the preview beneath it.
    terms = None
    if form.is_valid():
        terms = form.arguments()

    if reason_form.is_valid():
        reason = reason_form.cleaned_data["reason"]
        if form.try_to(actions.propose_index, reason=reason, by=request.user):
            return redirect(form.outcome)

    preview = None
    if terms:
        preview = queries.preview(**terms)
    context = {
        "trail": trail("Prisregulering"),
        "reason_form": reason_form,
        "preview": preview,
        "may_open_cases": may(request.user, P.CASE_READ, at=EVERYWHERE),
    }
    response = show_form(
        request, "visitation/prices/propose_index.html", form, context
    )
    if reason_form.errors:
        response.status_code = NOT_DONE
    return response


@page(P.POSTING_READ)
def price_index(request: Request, pk: UUID) -> HttpResponse:
    """One index: while it waits, what it would do as the grants stand now; after, what it did."""
    index = find_index(pk)
    proposal = index.proposal

    is_new = False
    preview = None
    versions = []
    if proposal_rules.waits(proposal):
        is_new = proposal_rules.is_own(proposal, request.user)
        preview = queries.preview(index.percent, index.from_on)
    else:
        versions = queries.versions_of(index)

    context = {
        "trail": trail(proposal.get_kind_display()),
        "index": index,
        "proposal": proposal,
        "tone": proposal_rules.tone_of(proposal),
        "is_new": is_new,
        "preview": preview,
        "versions": versions,
        "may_open_cases": may(request.user, P.CASE_READ, at=EVERYWHERE),
        "may_answer": proposal_rules.may_answer(proposal, request.user),
        "may_take_back": proposal_rules.may_take_back(proposal, request.user),
        "signers": proposal_queries.signers(proposal, request.user),
        "form": proposal_forms.ReasonForm(),
    }
    return render(request, "visitation/prices/price_index.html", context)


@act(P.POOL_ALLOCATE)
def approve_index(request: Request, pk: UUID) -> HttpResponse:
    """Approve what the page showed (`seen`)."""
    index = find_index(pk)
    # Not `attempt`: how many grants have their tariff is known only when it is done.
    try:
        preview = actions.approve_index(
            index, fingerprint=request.POST.get("seen", ""), by=request.user
        )
    except Refusal as refusal:
        messages.error(request, str(refusal))
        return redirect(index)

    if preview is None:
        messages.success(request, proposal_rules.SIGNED)
        return redirect(index)
    count = len(preview.lines)
    sentence = f"{count} bevillinger har fået deres nye takst."
    if count == 1:
        sentence = "1 bevilling har fået sin nye takst."
    messages.success(request, f"Prisreguleringen er godkendt. {sentence}")
    return redirect(index)


def find_index(pk: UUID) -> PriceIndex:
    """The index with its proposal and who proposed and answered; else 404."""
    indexes = PriceIndex.objects.select_related(
        "proposal__proposed_by", "proposal__answered_by"
    )
    return get_object_or_404(indexes, pk=pk)


def trail(here: str) -> list[tuple[str, str]]:
    """The way to the page `here` among the proposals."""
    return [
        ("Økonomi", reverse("budget:dashboard")),
        ("Forslag", reverse("budget:proposals")),
        (here, ""),
    ]
