"""Which grants and pupils a year's evaluation is of: what the schools know of, and what stands.

Read once, and counted by the tables. No text is opened.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from django.db.models import F
from django.db.models.functions import Coalesce

from visitation.evaluation import rules
from visitation.lifecycle import EffortStatus
from visitation.models import Effort, Grant

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable
    from uuid import UUID

    from visitation.evaluation.rules import Period


@dataclass(frozen=True)
class PupilYear:
    """One pupil in the year: the last grant says where and what the pupil is counted as."""

    last_grant: Grant
    days: int
    amount: int


@dataclass(frozen=True)
class Sum:
    """Pupils, their granted days and what they cost in the year; whole DKK."""

    pupils: int = 0
    days: int = 0
    amount: int = 0


@dataclass(frozen=True)
class Population:
    """The grants of a year, and the pupils that they are for."""

    period: Period
    grants: list[Grant]

    @cached_property
    def pupils(self) -> list[PupilYear]:
        """A pupil with several grants, as after a move, is one pupil."""
        by_pupil: dict[UUID, list[Grant]] = {}
        for grant in self.grants:
            by_pupil.setdefault(grant.pupil_id, []).append(grant)

        # In the order of the grants: the last of each pupil says where the pupil is.
        pupils = []
        for grants in by_pupil.values():
            days = sum(rules.days_in(grant, self.period) for grant in grants)
            amount = sum(rules.amount_in(grant, self.period) for grant in grants)
            pupils.append(PupilYear(grants[-1], days, amount))
        return pupils

    @cached_property
    def total(self) -> Sum:
        return _sum_of(self.pupils)

    def by(self, key: Callable[[Grant], Hashable]) -> dict[Hashable, Sum]:
        """What the pupils add up to, by something about the last grant of each."""
        groups: dict[Hashable, list[PupilYear]] = {}
        for pupil in self.pupils:
            groups.setdefault(key(pupil.last_grant), []).append(pupil)
        return {name: _sum_of(pupils) for name, pupils in groups.items()}


def population_of(period: Period) -> Population:
    """The released grants that stand and have a day in the period. Takes one query."""
    grants = (
        Grant.objects.standing()
        .known_to_school()
        .annotate(last=Coalesce("ended_on", "ends_on"))
        .filter(starts_on__lte=period.last_day, last__gte=period.first_day)
        .annotate(kind=F("decision__pupil_case__kind"), age=F("decision__age"))
        # The texts are encrypted and not counted: they are left where they are.
        .defer("conditions", "ended_grounds")
        .order_by("starts_on", "id")
    )
    return Population(period, list(grants))


def efforts_in(period: Period) -> list[Effort]:
    """The efforts with a day in the period, but for the cancelled. Takes one query.

    One that moved with its pupil in the period is counted where it is at the end of it.
    """
    efforts = Effort.objects.exclude(status=EffortStatus.CANCELLED).filter(
        starts_on__lte=period.last_day, ends_on__gte=period.first_day
    )
    efforts = efforts.exclude(
        pk__in=efforts.filter(moved_from__isnull=False).values("moved_from")
    )
    # Beside the row: the whole application would bring its encrypted texts.
    efforts = efforts.annotate(submitted_at=F("application__submitted_at"))
    return list(efforts.order_by("starts_on", "id"))


def _sum_of(pupils: list[PupilYear]) -> Sum:
    return Sum(
        pupils=len(pupils),
        days=sum(pupil.days for pupil in pupils),
        amount=sum(pupil.amount for pupil in pupils),
    )
