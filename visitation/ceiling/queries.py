"""Tariffs above the ceiling as the centre chiefs see them: money, period and why. No pupil and no grounds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings

from applications.models import Application
from budget.models import Standing, centres_led_by
from skolefleks.models import Centre
from visitation.decisions import queries as decision_queries
from visitation.models import CeilingAnswer, Decision

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from django.db.models import QuerySet

    from budget.tariff import Part
    from skolefleks.models import User


@dataclass(frozen=True)
class CeilingRow:
    """One decision, what it takes of each year, and what each centre has said (None: nothing yet)."""

    decision: Decision
    costs: list[decision_queries.Cost]
    answers: list[tuple[Centre, CeilingAnswer | None]]
    may_answer: bool


def above_ceiling(user: User) -> QuerySet[Decision]:
    """What waits for the centre chiefs, but where `user` is disqualified; oldest first."""
    return Decision.objects.above_ceiling().filter(pk__in=ever_above_ceiling(user).values("pk"))


def ever_above_ceiling(user: User) -> QuerySet[Decision]:
    """And what has waited: undone, replaced or released since."""
    free = Application.objects.untied_to(user).values("pk")
    return Decision.objects.filter(
        grant__tariff__gt=settings.TARIFF_CEILING, pupil_case__application__in=free
    )


def ceiling_waiting(user: User) -> int:
    """How many wait for the person's own word."""
    centres = centres_led_by(user)
    if len(centres) != 1:
        return 0
    answered = CeilingAnswer.objects.filter(centre=centres[0]).values("decision")
    return above_ceiling(user).exclude(pk__in=answered).count()


def ceiling_rows(decisions: QuerySet[Decision], user: User) -> list[CeilingRow]:
    """Three queries, however many rows. What is free is counted with the decision's own money set aside already."""
    rows = list(
        decisions.select_related("grant", "pupil_case__application__school").prefetch_related(
            "ceiling_answers__answered_by"
        )
    )
    parts = [row.grant.by_fiscal_year() for row in rows]
    free = Standing.objects.free({year for years in parts for year in years})
    centres = centres_led_by(user)
    return [_row(row, _costs(years, free), centres) for row, years in zip(rows, parts, strict=True)]


def _row(
    decision: Decision, costs: list[decision_queries.Cost], centres: Iterable[str]
) -> CeilingRow:
    said = {answer.centre: answer for answer in decision.ceiling_answers.all()}
    own = list(centres)
    waits = len(own) == 1 and own[0] not in said
    return CeilingRow(decision, costs, [(centre, said.get(centre)) for centre in Centre], waits)


def _costs(parts: Mapping[int, Part], free: Mapping[int, int]) -> list[decision_queries.Cost]:
    """What each fiscal year pays, and what it had left before: the tariff is committed already."""
    costs = []
    for year, part in parts.items():
        left = free.get(year)
        before = None
        if left is not None:
            before = left + part.amount
        costs.append(decision_queries.Cost(year, part.days, part.amount, before, left))
    return costs
