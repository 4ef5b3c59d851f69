"""Where the centre chiefs see the tariffs above the ceiling, and answer. No pupil is named here, nor any grounds."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from skolefleks.pages import act, page
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from skolefleks.refusals import NotPossible, Refusal
from visitation.ceiling import actions, queries
from visitation.ceiling import forms as ceiling_forms
from visitation.recusals import rules as recusal_rules

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from visitation.models import Decision


@page(P.CEILING_APPROVE)
def ceiling(request: Request) -> HttpResponse:
    """What waits for both centres, oldest first, and what each has said."""
    return _page(request)


@act(P.CEILING_APPROVE)
def answer_ceiling(request: Request, pk: UUID) -> HttpResponse:
    """One centre's answer; a refusal needs its reason."""
    decision = get_object_or_404(queries.ever_above_ceiling(request.user), pk=pk)
    if not _seen(request).filter(pk=pk).exists():
        return _no_longer(request, decision)
    form, agrees = (
        ceiling_forms.RefuseForm(request.POST, auto_id=_ids(pk)),
        request.POST.get("answer") == "agree",
    )
    if form.is_valid():
        try:
            reason = "" if agrees else form.cleaned_data["reason"]
            actions.answer_ceiling(decision, agrees=agrees, reason=reason, by=request.user)
            said = "godkendt" if agrees else "afvist"
            messages.success(
                request,
                f"Du har {said} taksten i {decision.application.number}. Udvalget får besked.",
            )
            return redirect("visitation:ceiling")
        except recusal_rules.Recused:
            raise
        except NotPossible:
            return _no_longer(request, decision)
        except Refusal as refusal:
            form.add_error(refusal.field if refusal.field in form.fields else None, str(refusal))
    return _page(request, wrong=(decision.pk, form))


def _seen(request: Request) -> QuerySet[Decision]:
    return queries.above_ceiling(request.user)


def _no_longer(request: Request, decision: Decision) -> HttpResponse:
    """The page stood open while the committee went on."""
    number = decision.application.number
    messages.info(
        request,
        f"Taksten i {number} venter ikke længere på svar: afgørelsen er fortrudt eller frigivet.",
    )
    return redirect("visitation:ceiling")


def _page(
    request: Request, *, wrong: tuple[UUID, ceiling_forms.RefuseForm] | None = None
) -> HttpResponse:
    rows = queries.ceiling_rows(_seen(request), request.user)
    forms = [
        (row, wrong[1] if wrong and wrong[0] == row.decision.pk else _empty(row.decision.pk))
        for row in rows
    ]
    return render(
        request,
        "visitation/ceiling/ceiling.html",
        {"rows": forms, "wrong": wrong},
        status=422 if wrong else 200,
    )


def _empty(pk: UUID) -> ceiling_forms.RefuseForm:
    return ceiling_forms.RefuseForm(auto_id=_ids(pk))


def _ids(pk: UUID) -> str:
    """Each row's form has ids of its own."""
    return f"id_%s_{pk}"
