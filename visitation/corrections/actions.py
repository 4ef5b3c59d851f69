"""Correcting a decision that the school knows of, and ending a grant before its time.

Always by a new decision or a new day that leaves the old ones readable.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.books import actions as books
from budget.books import claims
from budget.tariff import less
from skolefleks import audit, outbox
from skolefleks.permissions import Permission as P
from skolefleks.permissions import require
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import move
from visitation.corrections import rules
from visitation.decisions import actions as decisions
from visitation.decisions import queries as decision_queries
from visitation.decisions import rules as decision_rules
from visitation.law import actions as law
from visitation.models import Decision, Effort, Grant
from visitation.recusals import actions as recusals
from visitation.releases import actions as releases
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from skolefleks.models import User

MOVED = "Indsatsen er flyttet til en anden skole. Ret afgørelsen der."


@transaction.atomic
def correct(
    decision: Decision,
    terms: decision_rules.Terms | None,
    *,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
) -> Decision:
    """Put a released decision right by a new one, which the school knows of at once.

    None for `terms` takes the grant away. The old grant runs to the day
    before the new one begins, or is annulled where they begin together or
    the effort had not begun before (`Terms.begins_late`).
    What is paid of the old grant beyond what it costs now is carried to
    the new one; the rest the school owes. Raises Recused, NotPossible,
    Overtaken, NotHeard, AlreadyGranted, Refusal above the ceiling, and
    the books' NoPool and Overdrawn.
    """
    application = decision.application
    old = decision_queries.known_grant(decision.pupil_case)
    # The pools of both grants at once, ascending; then the case's row.
    books.lock_pools(_years(old, terms))
    require(by, P.CASE_DECIDE, at=application)
    recusals.require_not_recused(by, application)
    # Somebody may have corrected it while we waited for the locks.
    decision.refresh_from_db(fields=["status"])
    rules.require_correctable(decision, old, terms)
    decision_rules.require_past_reason(terms, application, old=old)
    _require_here(old)

    # The old grant first: its money may be needed, and its days are.
    _make_room(old, terms, grounds=grounds, by=by)
    ended = [old] if old else []
    paid_before = carry_from(ended, terms, by=by)

    outcome = Decision.Outcome.REJECTED
    deviation = None
    weight = decision.weight
    if terms:
        outcome = decision_rules.outcome_of(terms, decision.pupil_case, old=old)
        deviation = terms.deviation
        weight = terms.weight or decision.weight
    law.require_heard(application, outcome)

    new_decision = decisions.write(
        decision.pupil_case,
        outcome,
        grounds=grounds,
        deviation=deviation,
        weight=weight,
        replaces=decision,
        what=ways_rules.What.CORRECTION,
        way=way,
        by=by,
    )
    if terms:
        _grant_anew(new_decision, terms, paid_before, by=by)
    audit.record("correct", new_decision, by=by, replaces=str(decision.pk))

    releases.make_known(new_decision, application, by=by)
    decisions.note_answer(application)
    outbox.post("decision.corrected", application=str(application.pk))
    return new_decision


def _grant_anew(
    decision: Decision,
    terms: decision_rules.Terms,
    paid_before: Sequence[dict[int, int]],
    *,
    by: User,
) -> None:
    grant = decisions.create_grant(decision, terms, by=by)
    for amounts in paid_before:
        claims.carry_to(grant, amounts, by=by)


@transaction.atomic
def end_early(
    grant: Grant,
    *,
    on: date,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
) -> dict[int, int]:
    """End a grant with `on` as its last day; the whole DKK given back, by fiscal year.

    It is a decision like any other, in the place of the one that the school
    knows. What is paid beyond the day the school owes: it is set off in the
    next run. Raises Recused, NotPossible, Overtaken, NotHeard, Refusal for a
    day outside the period.
    """
    pupil_case = grant.decision.pupil_case
    application = pupil_case.application
    require(by, P.CASE_DECIDE, at=application)
    amounts = cut_short(grant, on=on, grounds=grounds, by=by)
    # It takes from the party what was given: the same hearing as before
    # any decision.
    law.require_heard(application, Decision.Outcome.STOPPED)

    before = decision_queries.known_decision(pupil_case)
    decision = decisions.write(
        pupil_case,
        Decision.Outcome.STOPPED,
        grounds=grounds,
        replaces=before,
        what=ways_rules.What.ENDING,
        way=way,
        by=by,
    )
    audit.record("end_grant", decision, by=by, grant=str(grant.pk))
    releases.make_known(decision, application, ended=grant, by=by)
    outbox.post("grant.ended", application=str(application.pk))
    return amounts


def cut_short(grant: Grant, *, on: date, grounds: str, by: User) -> dict[int, int]:
    """End a grant without telling the school: a correction tells of the old and the new at once.

    Returns and raises what `end_early` does.
    """
    application = grant.decision.application
    if not rules.can_end_on(grant, on):
        raise Refusal("Vælg en dag inden for bevillingens periode.", field="ended_on")

    years = grant.by_fiscal_year()
    books.lock_pools(years)
    # A price index may have been agreed on while we waited for the pools.
    grant.refresh_from_db(fields=["later_tariffs"])
    recusals.require_not_recused(by, application)
    rules.require_known(grant.decision)

    move(grant, "end_early", by=by)
    grant.ended_on = on
    grant.ended_grounds = grounds
    grant.save(update_fields=["ended_on", "ended_grounds"])

    # The payments first: what is on its way is not given back.
    decisions.plan_payments(grant, application, by=by)
    decisions.note_answer(application)
    return books.release(
        grant.pk,
        keep=grant.by_fiscal_year(),
        years=years,
        by=by,
        text=grant.subject,
        counted=decision_queries.years_counted(grant),
    )


def _require_here(old: Grant | None) -> None:
    """Raise NotPossible where the effort goes on at another school."""
    if old is None or old.effort_id is None:
        return
    if Effort.objects.filter(moved_from=old.effort_id).exists():
        raise NotPossible(MOVED)


def _make_room(
    old: Grant | None,
    terms: decision_rules.Terms | None,
    *,
    grounds: str,
    by: User,
) -> None:
    """Let the old grant run out the day before the new one, or be as if it had not been."""
    if old is None:
        return

    last_day = None
    if terms:
        last_day = decision_rules.last_day_kept(old, terms)

    if last_day is None:
        # The payments first: what is on its way is not given back.
        decisions.stop_payments(old, old.decision.application, by=by)
        decisions.annul(old, by=by)
    elif last_day < old.last_day:
        cut_short(old, on=last_day, grounds=grounds, by=by)


def carry_from(
    ended: Sequence[Grant], terms: decision_rules.Terms | None, *, by: User
) -> list[dict[int, int]]:
    """Take what is paid of the grants that ended, for the one that follows to begin with.

    Whole DKK by fiscal year of each, in all at most what `terms` cost;
    `claims.carry_to` gives them to it, one by one. What is more than
    that, the school owes.
    """
    if terms is None:
        return []

    # Before the new grant is committed: what is carried leaves room for
    # it in the pool.
    left = terms.by_fiscal_year()
    carried = []
    for old in ended:
        amounts = claims.carry_from(old.pk, left, by=by, text=old.subject)
        if not amounts:
            continue
        left = less(left, amounts)
        carried.append(amounts)
        # Planned anew: what is carried is not owed any more.
        decisions.plan_what_is_left(old, old.decision.application, by=by)
    return carried


def _years(old: Grant | None, terms: decision_rules.Terms | None) -> set[int]:
    """The fiscal years whose pools a correction touches."""
    years: set[int] = set()
    if old:
        years |= set(old.by_fiscal_year())
    if terms:
        years |= set(terms.by_fiscal_year())
    return years
