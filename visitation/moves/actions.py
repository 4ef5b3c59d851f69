"""A pupil changes school while the effort runs: the effort goes along, and the money with it.

It ends at the one school and begins at the other the next day.
The money is divided by days: what is granted of the days to
come is released and granted anew to the new school, by a
decision of its own, in the same transaction. What the old
school was paid beyond its last day, it owes.

Locks are taken in this order: the pools by fiscal year, the
application, the effort.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from applications.writing import moving
from budget.books import actions as books
from skolefleks import audit, outbox
from skolefleks.calendar import ONE_DAY
from skolefleks.permissions import EVERYWHERE, require
from skolefleks.permissions import Permission as P
from skolefleks.refusals import NotPossible, Refusal
from skolefleks.statemachine import follow
from visitation.amendments import actions as amendments
from visitation.amendments import queries as amendment_queries
from visitation.amendments import rules as amendment_rules
from visitation.decisions import actions as decisions
from visitation.decisions import queries as decision_queries
from visitation.efforts import carrying, following
from visitation.law import actions as law
from visitation.letters import actions as letters
from visitation.letters import leaving
from visitation.models import Classification, Decision, Effort
from visitation.moves import rules
from visitation.recusals import actions as recusals
from visitation.recusals.rules import Recused
from visitation.releases import actions as releases
from visitation.ways import rules as ways_rules

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from applications.models import Application, PupilCase
    from skolefleks.models import School, User
    from visitation.decisions.rules import Terms
    from visitation.models import Grant


@transaction.atomic
def move_to_school(
    effort: Effort, *, school: School, last_day: date, grounds: str, by: User
) -> Effort:
    """Let the effort end at its school on `last_day`, and go on at `school`; the effort there.

    Raises Recused, NotPossible once it is over, Overtaken where
    it is moved already, NotHeard, Refusal for the school or the
    day, and the books' ClosedYear, NoPool and Overdrawn.
    """
    grants = _hold(effort, by=by)
    rules.require_move(effort, school, last_day, grants)
    there = Effort.objects.live().filter(pupil=effort.pupil_id, school=school)
    if there.exists():
        raise Refusal(
            "Eleven har allerede en indsats, der løber på den skole.", field="school"
        )
    # Before the act, which changes the grants.
    terms = rules.terms_from(grants, last_day + ONE_DAY)
    old_case = grants[-1].decision.pupil_case

    # What was asked of the committee was asked by the old
    # school.
    for amendment in effort.amendments.open():
        follow(amendment, "lapse_amendment", by=by)
    amendments.end_before(grants, last_day + ONE_DAY, grounds=grounds, by=by)

    new_case = moving.copy_case(old_case, school=school, by=by)
    _copy_classification(old_case.application, new_case.application)
    successor = _grant_anew(effort, new_case, terms, grounds=grounds, by=by)

    decisions.note_effort(old_case.application)
    decisions.note_effort(new_case.application)
    letter = leaving.LeavingLetter(
        amendment_queries.grants_of(effort)[-1],
        school=school,
        last_day=last_day,
        grounds=grounds,
    )
    letters.write_leaving_letter(letter, by=by)
    for pupil_case in {grant.decision.pupil_case for grant in grants}:
        following.follow_grants(pupil_case, by=by)
    audit.record("move_effort", effort, by=by, to=str(successor.pk))
    outbox.post("effort.moved", effort=str(successor.pk))
    return successor


def _hold(effort: Effort, *, by: User) -> Sequence[Grant]:
    """Hold all that the move touches, and raise what stands in its way; the effort's grants."""
    books.lock_pools(amendment_queries.years_of(effort))
    application = effort.application
    require(by, P.DECIDE_ALONE, at=EVERYWHERE)
    recusals.require_not_recused(by, application)

    rows = Effort.objects.select_for_update(of=("self",))
    effort.refresh_from_db(fields=["status"], from_queryset=rows)
    # An effort carries grants of several cases: who is out of
    # one is out of all of it.
    if not Effort.objects.visible_to(by).filter(pk=effort.pk).exists():
        raise Recused
    if not effort.is_live:
        raise NotPossible("Indsatsen er slut og kan ikke flyttes.")
    law.require_heard(application, Decision.Outcome.MOVED)

    grants = amendment_queries.grants_of(effort)
    amendment_rules.last_day_of(grants)
    return grants


def _grant_anew(
    effort: Effort,
    new_case: PupilCase,
    terms: Sequence[Terms],
    *,
    grounds: str,
    by: User,
) -> Effort:
    """Grant the days to come at the new school; its effort is there before it is made known."""
    successor = None
    for row in terms:
        decision = decisions.write(
            new_case,
            Decision.Outcome.MOVED,
            grounds=grounds,
            what=ways_rules.What.MOVE,
            way=ways_rules.Way(
                ways_rules.Basis.ALONE, ways_rules.Ground.MOVED, grounds
            ),
            deviation=row.deviation,
            weight=row.weight,
            replaces=decision_queries.known_decision(new_case),
            by=by,
        )
        grant = decisions.create_grant(decision, row, by=by)
        if successor is None:
            successor = carrying.carry_on(effort, new_case, grant, by=by)
        releases.make_known(decision, new_case.application, by=by)
    if successor is None:
        raise NotPossible
    return successor


def _copy_classification(source: Application, application: Application) -> None:
    """What the case is in law does not change with the school."""
    rows = Classification.objects.filter(application=source).order_by("set_at")
    last = rows.last()
    if last:
        Classification.objects.create(
            application=application,
            kind=last.kind,
            reason=last.reason,
            set_by=last.set_by,
            set_at=last.set_at,
        )
