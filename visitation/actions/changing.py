"""What is done to a decision that the school knows of: always by a new word that leaves the old one readable."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction

import budget.actions
from applications.actions import lock
from budget.tariff import by_fiscal_year
from skolefleks import audit, outbox
from skolefleks.danish import kr
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move
from visitation.actions.deciding import annul, outcome_of, spend, write
from visitation.actions.grants import plan_payments, stop_payments, tell_list, years_counted
from visitation.actions.law import require_heard
from visitation.actions.recusals import require_not_recused
from visitation.actions.releasing import make_known
from visitation.lifecycle import DecisionStatus, GrantStatus
from visitation.models import Decision, Grant

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import User
    from visitation.actions.deciding import Terms


@transaction.atomic
def correct(decision: Decision, terms: Terms | None, *, grounds: str, by: User) -> Decision:
    """Put a released decision right by a new one, known to the school at once; None for `terms` takes the grant away.

    The old grant runs to the day before the new one begins, or is annulled where they begin together. Raises Recused,
    NotPossible, Overtaken, AlreadyGranted, Refusal above the ceiling, budget.actions' AlreadyPaid, NoPool, Overdrawn.
    """
    application = decision.application
    old = Grant.objects.filter(decision=decision).exclude(status=GrantStatus.ANNULLED).first()
    _require_correctable(decision, old, terms)
    years = {*(old.by_fiscal_year() if old else ()), *(_parts(terms) if terms else ())}
    budget.actions.lock_pools(years)
    lock(application)
    require(by, Permission.CASE_DECIDE, application)
    require_not_recused(by, application)
    outcome = outcome_of(decision.pupil_case, terms) if terms else Decision.Outcome.REJECTED
    require_heard(application, outcome)
    _stop(old, terms, grounds=grounds, by=by)
    new = write(decision.pupil_case, outcome, grounds=grounds, by=by, terms=terms, replaces=decision)
    if terms:
        spend(new, terms, by=by)
    audit.record("correct", new, by=by, replaces=str(decision.pk))
    make_known(new, application, by=by)
    tell_list(application)
    outbox.post("decisions.released", application=str(application.pk))
    return new


@transaction.atomic
def end_early(granted: Grant, *, on: date, grounds: str, by: User) -> dict[int, int]:
    """End a grant with `on` as its last day; the whole DKK given back to the pool, by fiscal year.

    Raises Recused, NotPossible, Overtaken, Refusal for a day outside the period, budget.actions.AlreadyPaid.
    """
    if not granted.starts_on <= on < granted.ends_on:
        raise Refusal("Vælg en dag inden for bevillingens periode.", field="ended_on")
    years = granted.by_fiscal_year()
    budget.actions.lock_pools(years)
    granted.refresh_from_db(fields=["later_tariffs"])  # an index may have been agreed on while we waited
    require_not_recused(by, granted.decision.application)
    move(granted, "end_early", by=by)
    granted.ended_on, granted.ended_grounds = on, grounds
    granted.save(update_fields=["ended_on", "ended_grounds"])
    if granted.decision.status != DecisionStatus.PROVISIONAL:  # also where a later decision followed it
        plan_payments(granted, granted.decision.application, by=by)
        tell_list(granted.decision.application)
    keep, counted = granted.by_fiscal_year(), years_counted(granted)
    return budget.actions.release(granted.pk, keep=keep, years=years, by=by, text=granted.subject, counted=counted)


def _require_correctable(decision: Decision, old: Grant | None, terms: Terms | None) -> None:
    if decision.status != DecisionStatus.RELEASED or decision.is_postponed:
        raise NotPossible
    if terms is None and old is None:
        raise NotPossible("Der er allerede givet afslag. Vælg en bevilling, eller lad afgørelsen stå.")
    if terms and terms.tariff > max(settings.TARIFF_CEILING, old.tariff if old else 0):
        ceiling = kr(settings.TARIFF_CEILING)
        raise Refusal(f"En rettelse kan ikke gå over {ceiling} Tag sagen op på et møde i stedet.", field="tariff")


def _stop(old: Grant | None, terms: Terms | None, *, grounds: str, by: User) -> None:
    """Let the old grant make room: run out the day before, or be as if it had not been."""
    if old is None or (terms and terms.starts_on > old.last_day):
        return
    if terms and terms.starts_on > old.starts_on:
        end_early(old, on=terms.starts_on - timedelta(days=1), grounds=grounds, by=by)
        return
    stop_payments(old, old.decision.application, by=by)
    annul(old, by=by)


def _parts(terms: Terms) -> set[int]:
    return set(by_fiscal_year(terms.tariff, terms.starts_on, terms.ends_on))
