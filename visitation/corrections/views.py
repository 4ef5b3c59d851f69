"""Correcting a decision and ending a grant: what it would change, and then, confirmed, the act."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect

from skolefleks import audit
from skolefleks.danish import day, kr
from skolefleks.models import AccessEntry
from skolefleks.pages import form_page, show_form
from skolefleks.permissions import Permission as P
from skolefleks.permissions import Request
from visitation.corrections import forms, queries
from visitation.decisions import forms as decision_forms
from visitation.decisions import queries as decision_queries
from visitation.decisions import terms_form
from visitation.letters import trial
from visitation.models import Decision
from visitation.pages import find
from visitation.ways import pages as ways_pages
from visitation.ways import queries as ways
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from collections.abc import Sequence

    from applications.models import PupilCase
    from skolefleks.forms import Form
    from visitation.models import Grant


@form_page(P.CASE_DECIDE)
def correct_decision(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """Correct a released decision by a new one; unconfirmed, show what it would change."""
    pupil_case = find.reviewable_pupil(request, number, pupil)
    correctable = Decision.objects.released().exclude(
        outcome=Decision.Outcome.POSTPONED
    )
    decision = get_object_or_404(correctable, pupil_case=pupil_case)
    decision.pupil_case = pupil_case
    old = decision_queries.known_grant(pupil_case)

    standing = ways.standing_of(pupil_case, ways_rules.What.CORRECTION, request.user)
    data = ways_pages.form_data(request, standing)
    # A rejection is corrected from what the school applied for.
    if old:
        form = forms.CorrectionForm.of_grant(data, decision, old)
    else:
        form = forms.CorrectionForm.of_wish(data, pupil_case)
    ways_pages.offer(form, request, standing)

    changes: Sequence[decision_queries.YearChange] = []
    if form.is_valid():
        # Before the act: afterwards the old grant is another.
        changes = _correction_changes(old, form)
        subject = pupil_case if form.is_sent_round else decision
        if is_confirmed(request) and form.try_to(form.act(), subject, by=request.user):
            if form.is_sent_round:
                return _after_sending(request, form.outcome)
            receipt = f"Afgørelsen for {pupil_case} er rettet.{_receipt(changes)}"
            messages.success(request, f"{receipt} Skolen får besked.")
            return redirect("letters", number)

    stops = decision_queries.what_stops(changes)
    terms = terms_form.terms_so_far(data or form.initial)
    context = {
        "standing": standing,
        "decision": decision,
        "old": old,
        "late_begin": queries.late_begin_of(old),
        "changes": changes,
        "letters": _letters_to_be(request, form, pupil_case, decision),
        "owed": decision_queries.sentences_of(changes),
        "stops": stops,
        "figures": decision_queries.figures(terms, pupil_case, old=old),
    }
    return _page(
        request, "visitation/corrections/correct.html", pupil_case, form, context
    )


@form_page(P.CASE_DECIDE)
def end_grant(request: Request, number: str, pupil: UUID) -> HttpResponse:
    """End a running grant before its time; unconfirmed, show what it would give back."""
    pupil_case = find.reviewable_pupil(request, number, pupil)
    grant = decision_queries.grant_to_end(pupil_case)
    if grant is None:
        raise Http404

    standing = ways.standing_of(pupil_case, ways_rules.What.ENDING, request.user)
    form = forms.EndForm(ways_pages.form_data(request, standing), grant=grant)
    ways_pages.offer(form, request, standing)
    changes: Sequence[decision_queries.YearChange] = []
    if form.is_valid():
        last_day = form.cleaned_data["ended_on"]
        # Before the act, which changes the grant.
        changes = decision_queries.ending(grant, last_day)
        subject = pupil_case if form.is_sent_round else grant
        if is_confirmed(request) and form.try_to(form.act(), subject, by=request.user):
            if form.is_sent_round:
                return _after_sending(request, form.outcome)
            receipt = f"Bevillingen til {pupil_case} slutter {day(last_day)}.{_receipt(changes)}"
            messages.success(request, f"{receipt} Skolen får besked.")
            return redirect(pupil_case.application)

    context = {
        "standing": standing,
        "grant": grant,
        "changes": changes,
        "letters": _letters_to_be(request, form, pupil_case, grant),
        "owed": decision_queries.sentences_of(changes),
        "stops": decision_queries.what_stops(changes),
    }
    return _page(
        request, "visitation/corrections/end_grant.html", pupil_case, form, context
    )


def is_confirmed(request: Request) -> bool:
    """Whether the person has seen what it changes, and pressed the button beneath."""
    return "confirmed" in request.POST


def _after_sending(request: Request, circular: Any) -> HttpResponse:
    messages.success(request, ways_pages.receipt_of(circular))
    return redirect(circular)


def _letters_to_be(
    request: Request,
    form: forms.CorrectionForm | forms.EndForm,
    pupil_case: PupilCase,
    subject: Decision | Grant,
) -> list[trial.LetterToBe]:
    """What school and parents would read; nothing of what is only sent round."""
    if not form.is_valid() or form.is_sent_round:
        return []
    return trial.letters_of(
        pupil_case.application,
        form.act(),
        subject,
        by=request.user,
        **form.arguments(),
    )


def _correction_changes(
    old: Grant | None, form: decision_forms.DecisionForm
) -> list[decision_queries.YearChange]:
    """What the typed correction would change by year; nothing where nothing is granted at all."""
    terms = form.terms()
    if terms:
        return decision_queries.correction(old, terms)
    if old:
        return decision_queries.ending(old, None)
    return []


def _page(
    request: Request,
    template: str,
    pupil_case: PupilCase,
    form: Form,
    context: dict[str, Any],
) -> HttpResponse:
    application = pupil_case.application
    audit.log_access(AccessEntry.Kind.VIEW, application.number, by=request.user)
    context |= {
        "pupil_case": pupil_case,
        "application": application,
        "may_confirm": form.is_bound and not form.errors,
    }
    return show_form(request, template, form, context)


def _receipt(changes: Sequence[decision_queries.YearChange]) -> str:
    """What comes back or is taken, year by year: sentences to put behind another."""
    receipt = ""
    for change in changes:
        # An amount ends in "kr.", which may end the sentence too.
        freed = -change.difference - change.held_more
        if freed > 0:
            receipt += f" I {change.year} bliver {kr(freed)} fri."
        elif change.difference > 0:
            receipt += (
                f" I {change.year} disponeres yderligere {kr(change.difference)}"
            )
        if change.owed:
            receipt += f" Skolen skylder {kr(change.owed)} for {change.year}."
    return receipt
