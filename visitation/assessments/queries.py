"""What the members think of a case's pupils, as the reader may see it, and what earlier pupils like them were granted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import median, median_low
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Aggregate, Count, Exists, F, Max, Min, OuterRef, Q

from applications.fields import rules as fields_rules
from applications.lifecycle import Status
from skolefleks.danish import today
from visitation.models import Assessment, Decision, Reading, under_way

if TYPE_CHECKING:
    from collections.abc import Collection

    from applications.models import Application, PupilCase
    from skolefleks.models import User


_Group = tuple[int, tuple[int, int]]  # a weight, and the first and last age


GRANTING = (Decision.Outcome.GRANTED, Decision.Outcome.PARTLY)


class Similar(NamedTuple):
    """What earlier pupils of the same weight and age group were granted: whole DKK a year.

    `grants` is 0 where so few pupils are behind it that a figure would point at one; `widened`: the weights beside too.
    """

    weight: int
    ages: str
    grants: int = 0
    lowest: int = 0
    middle: int = 0
    highest: int = 0
    widened: bool = False

    @property
    def fewest(self) -> int:
        return settings.COMPARED_CASES


class _Middle(Aggregate):
    """The middle one, and of two the lower: a tariff that was granted."""

    function = "PERCENTILE_DISC"
    name = "Middle"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def similar(wanted: Collection[tuple[int, int]]) -> dict[tuple[int, int], Similar]:
    """For each (weight, age): the released grants of that weight and age group, or with the weights beside.

    One query, and one more where a group is so small that the weights beside are asked for.
    """
    groups = {(weight, _group(age)) for weight, age in wanted}
    found = _compared(groups)
    small = {group for group, figures in found.items() if not figures.grants}
    found |= _compared(small, beside=1)
    return {(weight, age): found[weight, _group(age)] for weight, age in wanted}


def _compared(groups: Collection[_Group], *, beside: int = 0) -> dict[_Group, Similar]:
    """Each group with its figures, grants `beside` in weight counted in."""
    sums: dict[str, Aggregate] = {}
    near = Q(pk__in=())
    for weight, (first, last) in groups:
        alike = Q(age__range=(first, last), weight__range=(weight - beside, weight + beside))
        sums |= _sums(f"w{weight}_{first}", alike)
        near |= alike
    granted = Decision.objects.released().filter(near, outcome__in=GRANTING, grant__isnull=False)
    found = granted.order_by().aggregate(**sums) if sums else {}
    return {group: _similar(*group, found, widened=bool(beside)) for group in groups}


def _group(age: int) -> tuple[int, int]:
    return (
        (fields_rules.YOUNGEST, fields_rules.OLDER - 1)
        if age < fields_rules.OLDER
        else (fields_rules.OLDER, fields_rules.OLDEST - 1)
    )


def _sums(name: str, which: Q) -> dict[str, Aggregate]:
    tariff = F("grant__tariff")
    return {
        f"{name}_pupils": Count("grant__pupil", filter=which, distinct=True),
        f"{name}_grants": Count("pk", filter=which),
        f"{name}_lowest": Min(tariff, filter=which),
        f"{name}_middle": _Middle(tariff, filter=which),
        f"{name}_highest": Max(tariff, filter=which),
    }


def _similar(
    weight: int, ages: tuple[int, int], found: dict[str, int], *, widened: bool
) -> Similar:
    said, name = f"{ages[0]}-{ages[1]} år", f"w{weight}_{ages[0]}"
    if found[f"{name}_pupils"] < settings.COMPARED_CASES:
        return Similar(weight, said)
    figures = {
        figure: found[f"{name}_{figure}"] for figure in ("grants", "lowest", "middle", "highest")
    }
    return Similar(weight, said, **figures, widened=widened)


@dataclass
class Assessed:
    """One pupil with the assessments that the reader may see; none given and `is_open` means that nobody gave one."""

    case: PupilCase
    own: Assessment | None
    given: list[Assessment]
    is_open: bool
    is_closed: bool  # decided or being decided: nobody gives or changes one any more
    similar: Similar | None = None

    @cached_property
    def tariffs(self) -> list[int]:
        return sorted(given.tariff for given in self.given if given.tariff is not None)

    @property
    def rejecting(self) -> int:
        return len(self.given) - len(self.tariffs)

    @property
    def spread(self) -> tuple[int, int, int] | None:
        """Lowest, middle and highest tariff suggested; None where nobody suggests one."""
        return (
            (self.tariffs[0], int(median(self.tariffs)), self.tariffs[-1]) if self.tariffs else None
        )

    @property
    def weight(self) -> int | None:
        """What it is compared by: one's own, else the members' middle one."""
        return (
            self.own.weight
            if self.own
            else median_low(a.weight for a in self.given)
            if self.given
            else None
        )


def assessed(application: Application, user: User) -> list[Assessed]:
    """Each pupil of the case, in three queries. What `user` may not see is not read."""
    decided = Decision.objects.settled().filter(pupil_case=OuterRef("pk"))
    met = under_way().filter(application=OuterRef("application"))
    cases = application.pupil_cases.select_related("pupil").annotate(
        decided=Exists(decided), met=Exists(met)
    )
    given = (
        Assessment.objects.visible_to(user)
        .filter(pupil_case__application=application)
        .select_related("member")
    )
    by_pupil: dict[object, list[Assessment]] = {}
    for assessment in given:
        by_pupil.setdefault(assessment.pupil_case_id, []).append(assessment)
    pupils = [_assessed(case, by_pupil.get(case.pk, []), application, user) for case in cases]
    wanted = {pupil.case.pk: (pupil.weight, pupil.case.age_on(today())) for pupil in pupils}
    found = similar(
        {(weight, age) for weight, age in wanted.values() if weight and age is not None}
    )
    for pupil in pupils:
        pupil.similar = found.get(wanted[pupil.case.pk])  # type: ignore[arg-type]
    return pupils


def _assessed(
    case: PupilCase, given: list[Assessment], application: Application, user: User
) -> Assessed:
    case.application = application
    over = case.decided or case.met  # type: ignore[attr-defined]
    own = next((assessment for assessment in given if assessment.member_id == user.pk), None)
    closed = over or application.status != Status.SUBMITTED
    return Assessed(case, own, given, is_open=bool(own) or over, is_closed=closed)


def readers(application: Application) -> list[tuple[Reading, bool]]:
    """Who has read the case, the first first; and whether it was as it was submitted last."""
    read = (
        Reading.objects.filter(application=application).select_related("user").order_by("read_at")
    )
    submitted = application.submitted_at
    return [(reading, submitted is None or reading.read_at >= submitted) for reading in read]
