"""What the members think of a case's pupils, and what earlier pupils like them were granted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import median, median_low
from typing import TYPE_CHECKING, NamedTuple

from django.conf import settings
from django.db.models import Aggregate, Count, Exists, F, Max, Min, OuterRef, Q

from applications.fields import rules as fields_rules
from applications.models import PupilCase
from applications.reading.queries import WholeApplication
from skolefleks.danish import today
from visitation.assessments import rules
from visitation.models import Assessment, Decision, Reading, items_under_way

if TYPE_CHECKING:
    from collections.abc import Collection

    from applications.models import Application
    from skolefleks.models import User

# The outcomes that give money.
GRANTING = (Decision.Outcome.GRANTED, Decision.Outcome.PARTLY)


# -- what earlier pupils were granted
# --------------------------------------------------
class Group(NamedTuple):
    """Pupils who are alike: of one weight (`Assessment.Weight`) and one age group."""

    weight: int
    youngest: int
    oldest: int

    @property
    def name(self) -> str:
        """What the group's sums are called in a query."""
        return f"w{self.weight}_{self.youngest}"


def group_of(weight: int, age: int) -> Group:
    """The age groups are those of the application's form."""
    ages = fields_rules.age_group_of(age)
    return Group(weight, ages.first, ages.last)


class Similar(NamedTuple):
    """What earlier pupils of the same weight and age group were granted: whole DKK a year.

    `grants` is 0 where so few pupils are behind it that a figure would point at one.
    `widened`: the weights beside are counted in.
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


class Middle(Aggregate):
    """The middle value, and of two the lower: a tariff that was granted."""

    function = "PERCENTILE_DISC"
    name = "Middle"
    template = "%(function)s(0.5) WITHIN GROUP (ORDER BY %(expressions)s)"


def similar_grants(
    pupils: Collection[tuple[int, int]],
) -> dict[tuple[int, int], Similar]:
    """What was granted to pupils like each of `pupils`, a (weight, age) each.

    A group that is too small is compared with the weights beside too. Takes one
    query, and one more where a group is too small.
    """
    # Several pupils of a case may be alike: each group is asked for once.
    groups = {group_of(weight, age) for weight, age in pupils}
    by_group = _compare(groups)
    too_small = {group for group, similar in by_group.items() if not similar.grants}
    by_group |= _compare(too_small, beside=1)
    return {(weight, age): by_group[group_of(weight, age)] for weight, age in pupils}


def _compare(groups: Collection[Group], *, beside: int = 0) -> dict[Group, Similar]:
    """Each group with its figures; grants up to `beside` away in weight count in."""
    if not groups:
        return {}

    sums: dict[str, Aggregate] = {}
    # Begins with no decision at all: each group adds its own.
    in_any_group = Q(pk__in=())
    for group in groups:
        in_group = Q(
            age__range=(group.youngest, group.oldest),
            weight__range=(group.weight - beside, group.weight + beside),
        )
        sums |= _sums(group, in_group)
        in_any_group |= in_group

    decisions = Decision.objects.released().filter(
        in_any_group, outcome__in=GRANTING, grant__isnull=False
    )
    figures = decisions.aggregate(**sums)
    return {group: _similar(group, figures, widened=beside > 0) for group in groups}


def _sums(group: Group, in_group: Q) -> dict[str, Aggregate]:
    tariff = F("grant__tariff")
    return {
        f"{group.name}_pupils": Count("grant__pupil", filter=in_group, distinct=True),
        f"{group.name}_grants": Count("pk", filter=in_group),
        f"{group.name}_lowest": Min(tariff, filter=in_group),
        f"{group.name}_middle": Middle(tariff, filter=in_group),
        f"{group.name}_highest": Max(tariff, filter=in_group),
    }


def _similar(group: Group, figures: dict[str, int], *, widened: bool) -> Similar:
    """The group's figures; none of them where they would point at one pupil."""
    ages = f"{group.youngest}-{group.oldest} år"
    # Counted in pupils, not in grants: one pupil may have been granted several times.
    if figures[f"{group.name}_pupils"] < settings.COMPARED_CASES:
        return Similar(group.weight, ages)

    return Similar(
        group.weight,
        ages,
        grants=figures[f"{group.name}_grants"],
        lowest=figures[f"{group.name}_lowest"],
        middle=figures[f"{group.name}_middle"],
        highest=figures[f"{group.name}_highest"],
        widened=widened,
    )


# -- what the members think
# ------------------------------------------------------------
@dataclass
class AssessedPupil:
    """One pupil with the assessments that the reader may see.

    `is_open`: the reader sees them all, so that none means that nobody gave one.
    `is_closed`: nobody gives or changes one any more (`rules.why_closed`).
    """

    pupil_case: PupilCase
    own: Assessment | None
    assessments: list[Assessment]
    is_open: bool
    is_closed: bool
    similar: Similar | None = None

    @cached_property
    def tariffs(self) -> list[int]:
        """Whole DKK a year, ascending, of those who would not reject."""
        tariffs = [assessment.tariff for assessment in self.assessments]
        return sorted(tariff for tariff in tariffs if tariff is not None)

    @property
    def rejecting(self) -> int:
        """How many would reject."""
        return len(self.assessments) - len(self.tariffs)

    @property
    def spread(self) -> tuple[int, int, int] | None:
        """Lowest, middle and highest tariff suggested; None where nobody suggests one."""
        if not self.tariffs:
            return None
        return self.tariffs[0], int(median(self.tariffs)), self.tariffs[-1]

    @property
    def weight(self) -> int | None:
        """What it is compared by: the reader's own weight, else the members' middle one."""
        if self.own:
            return self.own.weight
        if self.assessments:
            return median_low(assessment.weight for assessment in self.assessments)
        return None


class State(NamedTuple):
    """How far a pupil is."""

    is_decided: bool = False
    meeting_has_begun: bool = False


def assessed_pupils(application: Application, user: User) -> list[AssessedPupil]:
    """Each pupil of the case, as `user` may see what is thought of it.

    Takes three queries. What the person may not see is not read.
    """
    visible = Assessment.objects.visible_to(user)
    visible = visible.filter(pupil_case__application=application)
    by_pupil: dict[object, list[Assessment]] = {}
    for assessment in visible.select_related("member"):
        by_pupil.setdefault(assessment.pupil_case_id, []).append(assessment)

    decision = Decision.objects.settled().filter(pupil_case=OuterRef("pk"))
    meeting = items_under_way().filter(application=OuterRef("application"))
    rows = PupilCase.objects.filter(application=application)
    rows = rows.annotate(
        is_decided=Exists(decision), meeting_has_begun=Exists(meeting)
    )
    states = {
        pk: State(*state)
        for pk, *state in rows.values_list("pk", "is_decided", "meeting_has_begun")
    }

    pupils = []
    for pupil_case in WholeApplication(application).pupil_cases:
        # The school may have taken out a pupil whom the committee still reads of.
        state = states.get(pupil_case.pk, State())
        assessments = by_pupil.get(pupil_case.pk, [])
        pupils.append(_assessed(pupil_case, state, assessments, user))
    _add_similar(pupils)
    return pupils


def _assessed(
    pupil_case: PupilCase, state: State, assessments: list[Assessment], user: User
) -> AssessedPupil:
    own = None
    for assessment in assessments:
        if assessment.member_id == user.pk:
            own = assessment

    reason = rules.why_closed(
        pupil_case.application,
        meeting_has_begun=state.meeting_has_begun,
        is_decided=state.is_decided,
    )
    # As `AssessmentQuerySet.visible_to` shows the others'.
    sees_all = bool(own) or state.is_decided or state.meeting_has_begun
    return AssessedPupil(
        pupil_case=pupil_case,
        own=own,
        assessments=assessments,
        is_open=sees_all,
        is_closed=reason is not None,
    )


def _add_similar(pupils: list[AssessedPupil]) -> None:
    """Compare each pupil who has a weight and an age."""
    keys = {}
    for pupil in pupils:
        age = pupil.pupil_case.age_on(today())
        if pupil.weight and age is not None:
            keys[pupil.pupil_case.pk] = (pupil.weight, age)

    by_key = similar_grants(set(keys.values()))
    for pupil in pupils:
        key = keys.get(pupil.pupil_case.pk)
        # Without a weight from anybody there is nothing to compare by.
        if key:
            pupil.similar = by_key[key]


def readers(application: Application) -> list[tuple[Reading, bool]]:
    """Who has read the case, the first first; and whether as it was last submitted."""
    readings = Reading.objects.filter(application=application).select_related("user")
    readers = []
    for reading in readings.order_by("read_at"):
        is_current = not application.is_unread_since(reading.read_at)
        readers.append((reading, is_current))
    return readers
