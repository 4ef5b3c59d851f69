"""Tariffs above the ceiling as the centre chiefs see them: money, period and why.

Neither pupil nor grounds: a chief is not of the committee.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from applications.models import Application
from budget.models import FundingSource, Standing
from skolefleks.setup import trade
from visitation.ceiling import rules
from visitation.decisions import queries as decision_queries
from visitation.models import CeilingAnswer, Decision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from django.db.models import QuerySet

    from budget.tariff import Part
    from skolefleks.models import User


@dataclass(frozen=True)
class CeilingRow:
    """One decision, what it takes of each year, and what each centre answered (None: nothing)."""

    decision: Decision
    costs: list[decision_queries.Cost]
    answers: list[tuple[str, CeilingAnswer | None]]
    may_answer: bool


def above_ceiling(user: User) -> QuerySet[Decision]:
    """What waits for the centre chiefs, except where `user` is disqualified."""
    return Decision.objects.above_ceiling().filter(
        pk__in=ever_above_ceiling(user).values("pk")
    )


def ever_above_ceiling(user: User) -> QuerySet[Decision]:
    """What waits, and what has waited: undone, replaced or released since."""
    # A chief who is disqualified does not learn that there is a case.
    untied = Application.objects.untied_to(user).values("pk")
    return Decision.objects.filter(
        grant__tariff__gt=trade.by_day("tariff_ceiling", "decided_at__date"),
        pupil_case__application__in=untied,
    )


def is_waiting(decision: Decision, user: User) -> bool:
    """Whether the decision is still there to be answered."""
    return above_ceiling(user).filter(pk=decision.pk).exists()


def ceiling_waiting(user: User) -> int:
    """How many wait for the person's own answer."""
    centre = rules.centre_of(user)
    if centre is None:
        return 0
    own_answers = CeilingAnswer.objects.filter(centre=centre)
    return above_ceiling(user).exclude(pk__in=own_answers.values("decision")).count()


def ceiling_rows(decisions: QuerySet[Decision], user: User) -> list[CeilingRow]:
    """The decisions with all that the page shows of them. Takes four queries, however many."""
    waiting = list(
        decisions.select_related(
            "grant", "pupil_case__application__school"
        ).prefetch_related("ceiling_answers__answered_by")
    )

    # What is free is read once for all rows.
    years: set[int] = set()
    for decision in waiting:
        years |= set(decision.grant.by_fiscal_year())
    free = Standing.objects.free(years)
    centre = rules.centre_of(user)
    owners = FundingSource.objects.owners()

    rows = []
    for decision in waiting:
        answers = list(decision.ceiling_answers.all())
        answer_of = {answer.centre: answer for answer in answers}
        centres = sorted(owners | answer_of.keys())
        rows.append(
            CeilingRow(
                decision=decision,
                costs=_costs(decision.grant.by_fiscal_year(), free),
                answers=[(each, answer_of.get(each)) for each in centres],
                may_answer=rules.may_answer(centre, answers, owners),
            )
        )
    return rows


def _costs(
    parts: Mapping[int, Part], free: Mapping[int, int]
) -> list[decision_queries.Cost]:
    """What each fiscal year pays; the money is committed already, so `free` is what is left."""
    costs = []
    for year, part in parts.items():
        after = free.get(year)
        before = None
        if after is not None:
            before = after + part.amount
        costs.append(
            decision_queries.Cost(year, part.days, part.amount, before, after)
        )
    return costs
