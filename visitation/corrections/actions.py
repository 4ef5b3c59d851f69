"""What is done to a decision that the school knows of: always by a new word that leaves the old one readable."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

from budget.books import actions as books
from budget.tariff import by_fiscal_year
from skolefleks import audit, outbox
from skolefleks.calendar import ONE_DAY
from skolefleks.danish import day, kr
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Overtaken, Refusal
from skolefleks.statemachine import move
from visitation.decisions import actions as decisions
from visitation.decisions.grants import (
    plan_payments,
    stop_payments,
    tell_list,
    years_counted,
)
from visitation.law import actions as law
from visitation.lifecycle import KNOWN, DecisionStatus, GrantStatus
from visitation.models import Decision, Grant
from visitation.recusals import actions as recusals
from visitation.releases import actions as releases

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import User


@transaction.atomic
def correct(
    decision: Decision, terms: decisions.Terms | None, *, grounds: str, by: User
) -> Decision:
    """Put a released decision right by a new one, known to the school at once; None for `terms` takes the grant away.

    The old grant runs to the day before the new one begins, or is annulled where they begin together. Raises Recused,
    NotPossible, Overtaken, AlreadyGranted, Refusal above the ceiling, budget.actions' AlreadyPaid, NoPool, Overdrawn.
    """
    application = decision.application
    old = Grant.objects.standing().filter(decision=decision).first()
    years = {*(old.by_fiscal_year() if old else ()), *(_parts(terms) if terms else ())}
    books.lock_pools(years)
    require(by, Permission.CASE_DECIDE, at=application)
    recusals.require_not_recused(by, application)
    decision.refresh_from_db(fields=["status"])
    _require_correctable(decision, old, terms)
    _stop(old, terms, grounds=grounds, by=by)
    outcome = (
        decisions.outcome_of(decision.pupil_case, terms, since=_since(old, terms))
        if terms
        else Decision.Outcome.REJECTED
    )
    law.require_heard(application, outcome)
    weight = decision.weight
    new = decisions.write(
        decision.pupil_case,
        outcome,
        grounds=grounds,
        by=by,
        terms=terms,
        weight=weight,
        replaces=decision,
    )
    if terms:
        decisions.spend(new, terms, by=by)
    audit.record("correct", new, by=by, replaces=str(decision.pk))
    releases.make_known(new, application, by=by)
    tell_list(application)
    outbox.post("decisions.released", application=str(application.pk))
    return new


@transaction.atomic
def end_early(granted: Grant, *, on: date, grounds: str, by: User) -> dict[int, int]:
    """End a grant with `on` as its last day; the whole DKK given back to the pool, by fiscal year.

    Raises Recused, NotPossible, Overtaken, Refusal for a day outside the period, budget.actions.AlreadyPaid.
    """
    given = _end(granted, on=on, grounds=grounds, by=by)
    outbox.post("decisions.released", application=str(granted.decision.application.pk))
    return given


def _end(granted: Grant, *, on: date, grounds: str, by: User) -> dict[int, int]:
    if not granted.starts_on <= on < granted.ends_on:
        raise Refusal("Vælg en dag inden for bevillingens periode.", field="ended_on")
    years = granted.by_fiscal_year()
    books.lock_pools(years)
    granted.refresh_from_db(
        fields=["later_tariffs"]
    )  # an index may have been agreed on while we waited
    recusals.require_not_recused(by, granted.decision.application)
    if granted.decision.status not in KNOWN:
        raise NotPossible("Afgørelsen er ikke frigivet. Fortryd den i stedet.")
    move(granted, "end_early", by=by)
    granted.ended_on, granted.ended_grounds = on, grounds
    granted.save(update_fields=["ended_on", "ended_grounds"])
    plan_payments(granted, granted.decision.application, by=by)
    tell_list(granted.decision.application)
    keep, counted = granted.by_fiscal_year(), years_counted(granted)
    return books.release(
        granted.pk, keep=keep, years=years, by=by, text=granted.subject, counted=counted
    )


def _require_correctable(
    decision: Decision, old: Grant | None, terms: decisions.Terms | None
) -> None:
    if decision.status == DecisionStatus.REPLACED:
        raise Overtaken
    if decision.status != DecisionStatus.RELEASED or decision.is_postponed:
        raise NotPossible
    if terms is None and old is None:
        raise NotPossible(
            "Der er allerede givet afslag. Vælg en bevilling, eller lad afgørelsen stå."
        )
    if old and old.ended_on and (terms is None or terms.starts_on <= old.ended_on):
        ended = day(old.ended_on)
        raise Refusal(
            f"Bevillingen er afsluttet {ended}. En ny kan tidligst begynde dagen efter.",
            field="starts_on",
        )
    if terms and terms.tariff > settings.TARIFF_CEILING and not _is_within(terms, old):
        ceiling = kr(settings.TARIFF_CEILING)
        raise Refusal(
            f"En rettelse kan ikke føre ud over {ceiling} Skolen må søge igen, så begge centerchefer kan godkende det.",
            field="tariff",
        )


def _is_within(terms: decisions.Terms, old: Grant | None) -> bool:
    """Whether the new terms ask for nothing that the old grant did not have: neither a higher tariff nor other days."""
    if old is None:
        return False
    return (
        terms.tariff <= old.tariff
        and old.starts_on <= terms.starts_on
        and terms.ends_on <= old.ends_on
    )


def _stop(old: Grant | None, terms: decisions.Terms | None, *, grounds: str, by: User) -> None:
    """Let the old grant make room: run out the day before, or be as if it had not been."""
    if old is None or (terms and terms.starts_on > old.last_day):
        return
    if terms and terms.starts_on > old.starts_on:
        _end(old, on=terms.starts_on - ONE_DAY, grounds=grounds, by=by)
        return
    stop_payments(old, old.decision.application, by=by)
    decisions.annul(old, by=by)


def _since(old: Grant | None, terms: decisions.Terms) -> date | None:
    """The first day of the old grant, where it runs right up to the new one."""
    goes_on = (
        old and old.status != GrantStatus.ANNULLED and old.last_day + ONE_DAY == terms.starts_on
    )
    return old.starts_on if old and goes_on else None


def _parts(terms: decisions.Terms) -> set[int]:
    return set(by_fiscal_year(terms.tariff, terms.starts_on, terms.ends_on))
