"""Where the centre chiefs see the tariffs above the ceiling, and answer."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import NOT_DONE, act, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from visitation.ceiling import actions, forms, queries

if TYPE_CHECKING:
    from visitation.models import Decision


@page(P.CEILING_APPROVE)
def ceiling(request: Request) -> HttpResponse:
    """What waits for both centres, oldest first, and what each has answered."""
    return _page(request)


@act(P.CEILING_APPROVE)
def answer_ceiling(request: Request, pk: UUID) -> HttpResponse:
    """One centre's answer; a refusal needs its reason."""
    decision = get_object_or_404(queries.ever_above_ceiling(request.user), pk=pk)
    # Asked before the form: what is over needs no reason any more.
    if not queries.is_waiting(decision, request.user):
        return _no_longer(request, decision)

    form = forms.AnswerForm(pk, request.POST)
    if form.try_to(actions.answer_ceiling, decision, by=request.user):
        verdict = "afvist"
        if form.agrees:
            verdict = "godkendt"
        number = decision.application.number
        messages.success(
            request, f"Du har {verdict} taksten i {number}. Udvalget får besked."
        )
        return redirect("visitation:ceiling")

    # The committee may have gone on while the act waited for the case.
    if not queries.is_waiting(decision, request.user):
        return _no_longer(request, decision)
    return _page(request, wrong=form)


def _no_longer(request: Request, decision: Decision) -> HttpResponse:
    """The page stood open while the committee went on."""
    number = decision.application.number
    messages.info(
        request,
        f"Taksten i {number} venter ikke længere på svar: afgørelsen er fortrudt eller frigivet.",
    )
    return redirect("visitation:ceiling")


def _page(
    request: Request,
    *,
    wrong: forms.AnswerForm | None = None,
) -> HttpResponse:
    """All rows, each with its form; `wrong` is the one that was sent and is not done."""
    rows = []
    for row in queries.ceiling_rows(queries.above_ceiling(request.user), request.user):
        form = forms.AnswerForm(row.decision.pk)
        if wrong and wrong.decision == row.decision.pk:
            form = wrong
        rows.append((row, form))

    # A line for each case whose tariff and reason the chief reads.
    numbers = [row.decision.application.number for row, _ in rows]
    audit.log_accesses(AccessEntry.Kind.VIEW, numbers, by=request.user)

    status = 200
    if wrong:
        status = NOT_DONE
    return render(
        request, "visitation/ceiling/ceiling.html", {"rows": rows}, status=status
    )
