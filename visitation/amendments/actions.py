"""The committee's answer to an amendment: a new decision, its money moved in the same transaction.

The school is told at once. The decision before stays readable, and its grant
runs until the day before the new one, or until the day on which the effort is
stopped.

Locks are taken in this order: the pools by fiscal year, the application, the
effort, the amendment.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from budget.books import actions as books
from budget.books import claims
from skolefleks import outbox
from skolefleks.calendar import ONE_DAY
from skolefleks.permissions import Permission as P
from skolefleks.permissions import require
from skolefleks.refusals import NotPossible, Overtaken
from skolefleks.statemachine import move
from visitation.amendments import queries, rules
from visitation.corrections import actions as corrections
from visitation.decisions import actions as decisions
from visitation.decisions import queries as decision_queries
from visitation.law import actions as law
from visitation.models import (
    Amendment,
    Decision,
    Effort,
)
from visitation.recusals import actions as recusals
from visitation.recusals.rules import Recused
from visitation.releases import actions as releases
from visitation.ways import queries as ways
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from skolefleks.models import User
    from visitation.decisions.rules import Terms
    from visitation.models import Grant

Outcome = Decision.Outcome


@transaction.atomic
def regrant(
    amendment: Amendment,
    outcome: Outcome,
    terms: Terms,
    *,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
) -> Decision:
    """Step an effort down, extend it, or change its tariff and conditions, from a day on.

    All tariffs of the row are committed at once. What is paid of the old
    grants beyond what they cost now is carried to the new one; the rest the
    school owes. Raises Recused, NotPossible, Overtaken, NotHeard,
    AlreadyGranted, Refusal for terms that do something else, and the books'
    ClosedYear, NoPool and Overdrawn.
    """
    # Both the years that are spent in and those that give back.
    years = set(terms.by_fiscal_year())
    years |= queries.years_of(amendment.effort)
    grants = _hold(amendment, outcome, years, by=by)
    rules.require_terms(outcome, terms, grants)

    # First the old ones: their money may be needed, and their days are.
    ended = end_before(grants, terms.starts_on, grounds=grounds, by=by)
    paid_before = corrections.carry_from(ended, terms, by=by)
    decision = _write(
        amendment,
        outcome,
        grounds=grounds,
        deviation=terms.deviation,
        weight=terms.weight,
        way=way,
        by=by,
    )
    grant = decisions.create_grant(decision, terms, by=by)
    for amounts in paid_before:
        claims.carry_to(grant, amounts, by=by)
    return _conclude(amendment, decision, by=by)


@transaction.atomic
def stop(
    amendment: Amendment,
    *,
    last_day: date,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
) -> Decision:
    """End an effort's grants on a day; the rest of the money is free the same moment.

    What is paid beyond it the school owes, and the next runs set it off: it
    is free when it is back. Raises what `regrant` does.
    """
    years = queries.years_of(amendment.effort)
    grants = _hold(amendment, Outcome.STOPPED, years, by=by)
    rules.require_stop(last_day, grants)

    end_before(grants, last_day + ONE_DAY, grounds=grounds, by=by)
    decision = _write(amendment, Outcome.STOPPED, grounds=grounds, way=way, by=by)
    return _conclude(amendment, decision, by=by)


@transaction.atomic
def leave_unchanged(
    amendment: Amendment,
    *,
    grounds: str,
    way: ways_rules.Way | None = None,
    by: User,
) -> Decision:
    """Answer no: what is granted stays as it is.

    Raises Recused, NotPossible, Overtaken, NotHeard.
    """
    _hold(amendment, Outcome.UNCHANGED, set(), by=by)
    decision = _write(amendment, Outcome.UNCHANGED, grounds=grounds, way=way, by=by)
    return _conclude(amendment, decision, by=by)


# -- what they have in common ----------------------------------------------------------------------
def _hold(
    amendment: Amendment, outcome: Outcome, years: set[int], *, by: User
) -> Sequence[Grant]:
    """Hold all that the decision touches, and raise what stands in its way; the effort's grants."""
    books.lock_pools(years)
    application = amendment.application
    require(by, P.CASE_DECIDE, at=application)
    recusals.require_not_recused(by, application)

    effort = Effort.objects.select_for_update(of=("self",)).get(pk=amendment.effort_id)
    # An effort carries grants of several cases: who is out of one of them is out of all of it.
    if not Effort.objects.visible_to(by).filter(pk=effort.pk).exists():
        raise Recused

    rows = Amendment.objects.select_for_update(of=("self",))
    amendment.refresh_from_db(fields=["status"], from_queryset=rows)
    if not amendment.is_waiting:
        raise Overtaken(
            "Udvalget har den ikke længere. Genindlæs siden, og se hvorfor."
        )
    law.require_heard(application, outcome)

    grants = queries.grants_of(effort)
    # An effort whose grants were all annulled meanwhile has nothing to change.
    rules.last_day_of(grants)
    return grants


def end_before(
    grants: Sequence[Grant], first_day: date, *, grounds: str, by: User
) -> list[Grant]:
    """Let no grant run on `first_day` or later: cut short what has begun, annul what has not.

    Returns those that it ended.
    """
    ended = []
    for grant in grants:
        if grant.last_day < first_day:
            continue
        ended.append(grant)
        if grant.starts_on >= first_day:
            # The payments first: what is on its way is not given back.
            decisions.stop_payments(grant, grant.decision.application, by=by)
            decisions.annul(grant, by=by)
        else:
            corrections.cut_short(
                grant, on=first_day - ONE_DAY, grounds=grounds, by=by
            )
    return ended


def _write(
    amendment: Amendment,
    outcome: Outcome,
    *,
    grounds: str,
    way: ways_rules.Way | None,
    by: User,
    deviation: str | None = None,
    weight: int | None = None,
) -> Decision:
    """The new decision, in the place of the one that the school knows.

    Raises NotPossible where what was agreed to in writing answers another thing.
    """
    circular = ways.open_round(amendment.pupil_case)
    is_written = way is not None and way.basis == Decision.Basis.WRITTEN
    if is_written and circular and circular.amendment_id != amendment.pk:
        raise NotPossible(ways_rules.NOT_AGREED)
    before = decision_queries.known_decision(amendment.pupil_case)
    if weight is None and before:
        weight = before.weight
    return decisions.write(
        amendment.pupil_case,
        outcome,
        grounds=grounds,
        deviation=deviation,
        weight=weight,
        replaces=before,
        what=ways_rules.What.AMENDMENT,
        way=way,
        by=by,
    )


def _conclude(amendment: Amendment, decision: Decision, *, by: User) -> Decision:
    """Make the decision known: letters, payments and the effort follow it. School and PPR hear."""
    application = amendment.application
    releases.make_known(decision, application, by=by)
    decisions.note_answer(application)

    # The decision before the status: the database knows no decided amendment without it.
    amendment.decision = decision
    amendment.save(update_fields=["decision"])
    move(amendment, "decide_amendment", by=by, outcome=decision.outcome)
    outbox.post("amendment.decided", amendment=str(amendment.pk))
    return decision
