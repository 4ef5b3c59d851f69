"""The page where the chair lets an effort move with its pupil."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect

from skolefleks import audit
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, posted, show_form
from skolefleks.permissions import EVERYWHERE, Request, require
from skolefleks.permissions import Permission as P
from skolefleks.refusals import Refusal
from visitation.amendments import queries as amendment_queries
from visitation.efforts.pages import find_effort, url_of
from visitation.moves import actions, forms, queries, rules

if TYPE_CHECKING:
    from visitation.models import Effort


@form_page(P.DECIDE_ALONE)
def move(request: Request, number: str, pk: UUID) -> HttpResponse:
    """Move an effort to another school; unconfirmed, show how the money is divided."""
    effort = find_effort(request, number, pk)
    require(request.user, P.DECIDE_ALONE, at=EVERYWHERE)
    if not effort.is_live:
        messages.info(request, "Indsatsen er slut og kan ikke flyttes.")
        return redirect("efforts:money", number, pk)

    form = forms.MoveForm(posted(request), effort=effort)
    divisions: list[queries.Division] = []
    if form.is_valid():
        divisions = _divided(form, effort)
        is_confirmed = "confirmed" in request.POST and divisions
        if is_confirmed and form.try_to(
            actions.move_to_school, effort, by=request.user
        ):
            return _moved(request, effort, form)

    audit.log_access(AccessEntry.Kind.VIEW, number, by=request.user)
    context = {
        "effort": effort,
        "application": effort.application,
        "divisions": divisions,
        "new_school": form.cleaned_data.get("school") if form.is_bound else None,
        "may_confirm": bool(divisions) and not form.errors,
        "back_url": url_of("efforts:money", effort),
    }
    return show_form(request, "visitation/moves/move.html", form, context)


def _divided(form: forms.MoveForm, effort: Effort) -> list[queries.Division]:
    """How the money would be divided; none where the move cannot be, which the form says."""
    grants = amendment_queries.grants_of(effort)
    last_day = form.cleaned_data["last_day"]
    try:
        rules.require_move(effort, form.cleaned_data["school"], last_day, grants)
    except Refusal as refusal:
        form.add_error(refusal.field, str(refusal))
        return []
    return queries.divisions(grants, last_day)


def _moved(request: Request, effort: Effort, form: forms.MoveForm) -> HttpResponse:
    school = form.cleaned_data["school"]
    messages.success(
        request,
        f"Indsatsen flytter til {school}. Begge skoler og PPR får besked med det samme.",
    )
    # The effort there: the old one ends by itself.
    effort.refresh_from_db()
    return redirect(effort.moved_to)
