"""The index of prices: tried on every grant as often as one likes, proposed by one chief, approved by the other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse

from budget.proposals import forms as proposal_forms
from budget.proposals import rules as proposal_rules
from skolefleks.pages import act, form_page, page
from skolefleks.permissions import EVERYWHERE, Request, may
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from visitation.models import PriceIndex
from visitation.prices import actions, forms, queries


@form_page(P.POOL_ALLOCATE)
def propose_index(request: Request) -> HttpResponse:
    """The percentage and the day stand in the address (`procent`, `fra`); under them what would happen to each grant."""
    sent = request.POST if request.method == "POST" else request.GET
    form = forms.IndexForm(sent if "procent" in sent or "fra" in sent else None)
    reason = proposal_forms.ReasonForm(
        request.POST if request.method == "POST" else None
    )
    terms = (
        (form.cleaned_data["procent"], form.cleaned_data["fra"])
        if form.is_valid()
        else None
    )
    if request.method == "POST" and terms and reason.is_valid():
        try:
            return redirect(
                actions.propose_index(
                    *terms, reason=reason.cleaned_data["reason"], by=request.user
                )
            )
        except Refusal as refusal:
            form.add_error(
                refusal.field if refusal.field in form.fields else None, str(refusal)
            )
    context = {
        "trail": _trail("Prisregulering"),
        "form": form,
        "reason": reason,
        "preview": queries.preview(*terms) if terms else None,
        "numbers_open": _reads_cases(request),
    }
    return render(
        request,
        "visitation/prices/propose_index.html",
        context,
        status=422 if form.errors or reason.errors else 200,
    )


@page(P.POSTING_READ)
def price_index(request: Request, pk: UUID) -> HttpResponse:
    """One index: while it waits, what it would do as the grants stand now; approved, what it did."""
    found = _found(pk)
    proposal = found.proposal
    waits = proposal_rules.waits(proposal)
    context = {
        "trail": _trail(proposal.get_kind_display()),
        "index": found,
        "proposal": proposal,
        "tone": proposal_rules.tone_of(proposal),
        "is_new": waits and proposal_rules.is_own(proposal, request.user),
        "preview": queries.preview(found.percent, found.from_on) if waits else None,
        "versions": [] if waits else queries.done(found),
        "numbers_open": _reads_cases(request),
        "may_answer": proposal_rules.may_answer(proposal, request.user),
        "may_take_back": proposal_rules.may_take_back(proposal, request.user),
        "form": proposal_forms.ReasonForm(),
    }
    return render(request, "visitation/prices/price_index.html", context)


@act(P.POOL_ALLOCATE)
def approve_index(request: Request, pk: UUID) -> HttpResponse:
    found = _found(pk)
    try:
        did: queries.Preview = actions.approve_index(
            found, seen=request.POST.get("seen", ""), by=request.user
        )
        count = len(did.lines)
        said = (
            "1 bevilling har fået sin nye takst."
            if count == 1
            else f"{count} bevillinger har fået deres nye takst."
        )
        messages.success(request, f"Prisreguleringen er godkendt. {said}")
    except Refusal as refusal:
        messages.error(request, str(refusal))
    return redirect(found)


def _found(pk: UUID) -> PriceIndex:
    joined = PriceIndex.objects.select_related(
        "proposal__proposed_by", "proposal__answered_by"
    )
    return get_object_or_404(joined, pk=pk)


def _reads_cases(request: Request) -> bool:
    return may(request.user, P.CASE_READ, at=EVERYWHERE)


def _trail(title: str) -> list[tuple[str, Any]]:
    return [
        ("Økonomi", reverse("budget:dashboard")),
        ("Forslag", reverse("budget:proposals")),
        (title, ""),
    ]
