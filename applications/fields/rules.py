"""What an application must hold before the committee gets it, and what it ought to hold."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.urls import reverse

from applications.fields import declarations
from applications.fields.field import OLDER, YOUNGER, AgeGroup, BlockKind, Field, When
from applications.models import (
    Application,
    Capacity,
    Goal,
    PlannedMeasure,
    PupilCase,
    TriedMeasure,
)
from skolefleks.danish import today
from skolefleks.setup import trade


@dataclass(frozen=True)
class Item:
    """One thing an application should hold: where it is written, and whether it is there.

    What is not required is advised.
    """

    step: str
    field: str
    label: str
    is_filled: bool
    is_required: bool = True
    pupil_case: PupilCase | None = None

    @property
    def place(self) -> str:
        """Its place in the application, as `asking` names it."""
        if self.pupil_case:
            return f"{declarations.PUPIL.kind}:{self.pupil_case.pk}.{self.field}"
        return f"{self.step}.{self.field}"

    @property
    def text(self) -> str:
        """What the checklist calls it; of a pupil's with whose it is."""
        if self.pupil_case:
            return f"{self.pupil_case}: {self.label}"
        return self.label

    def url(self, application: Application) -> str:
        """The address of its field, label included."""
        page = reverse(f"applications:{self.step}", args=[application.number])
        # What is written of one pupil has a page of its own.
        if self.pupil_case and self.step == declarations.PUPIL.step:
            page = reverse(
                "applications:pupil", args=[application.number, self.pupil_case.pk]
            )
        return f"{page}#div_id_{self.field}"


def checklist(
    application: Application,
    pupil_cases: Sequence[PupilCase],
    *,
    tried_measures: Sequence[TriedMeasure],
    planned_measures: Sequence[PlannedMeasure],
    goals: Sequence[Goal],
    signed_capacities: Collection[str],
) -> list[Item]:
    """Everything that `application` should hold, in the order in which it is written.

    `signed_capacities`: those in which an adviser has signed a statement.
    """
    items = [Item("pupils", "add", "Mindst én elev", bool(pupil_cases))]

    for pupil_case in pupil_cases:
        beside = support_beside(tried_measures, pupil_case)
        items += _items_of_pupil(pupil_case, beside)

    items += _items_of_step(declarations.ENVIRONMENT, application, pupil_cases)
    items.append(_item_of_rows(declarations.TRIED, tried_measures))
    items.append(_item_of_rows(declarations.PLANNED, planned_measures))
    for pupil_case in pupil_cases:
        items.append(_item_of_goals(pupil_case, goals))

    items += _items_of_step(declarations.COOPERATION, application, pupil_cases)
    items += _items_of_step(declarations.LEADERSHIP, application, pupil_cases)
    items += _items_of_statements(pupil_cases, signed_capacities)
    return items


def missing(items: Sequence[Item]) -> list[Item]:
    """What stops the application from being submitted."""
    unfilled = [item for item in items if not item.is_filled]
    return [item for item in unfilled if item.is_required]


def advised(items: Sequence[Item]) -> list[Item]:
    """What would make the application stronger and is not there."""
    unfilled = [item for item in items if not item.is_filled]
    return [item for item in unfilled if not item.is_required]


def support_beside(
    tried_measures: Sequence[TriedMeasure], pupil_case: PupilCase
) -> Decimal:
    """Hours a week of running support, of all or of this pupil, beside what the pupil has."""
    hours = Decimal(0)
    for measure in tried_measures:
        if measure.pupil_id in {None, pupil_case.pk}:
            hours += measure.supports_on(today())
    return hours


def ages_of(pupil_cases: Sequence[PupilCase], day: date) -> set[int]:
    """The pupils' ages on `day`, whole years, of those whose CPR number is written."""
    ages = set()
    for pupil_case in pupil_cases:
        age = pupil_case.age_on(day)
        if age is not None:
            ages.add(age)
    return ages


def age_group_of(age: int) -> AgeGroup:
    """The group that a pupil of `age` years is counted with; outside both, the nearest."""
    if age <= YOUNGER.last:
        return YOUNGER
    return OLDER


def is_asked_of_ages(field: Field, ages: Collection[int]) -> bool:
    """Whether the form shows `field` to pupils of `ages`; all of them where no age is known."""
    if not ages:
        return True
    # By the youngest and the oldest: who is outside both groups is asked with the
    # nearest.
    if field.ages == YOUNGER:
        return min(ages) <= YOUNGER.last
    if field.ages == OLDER:
        return max(ages) >= OLDER.first
    return True


def is_needed_of_pupil(field: Field, pupil_case: PupilCase) -> bool:
    """Whether the checklist knows `field` for this pupil.

    Raises ValueError for a condition that says nothing of one pupil.
    """
    informed = pupil_case.parents_informed
    tariff = pupil_case.requested_tariff
    exception = PupilCase.Informed.EXCEPTION

    match field.when:
        case When.PARENTS_INFORMED:
            return bool(informed) and informed != exception
        case When.PARENTS_NOT_INFORMED:
            return informed == exception
        case When.OTHER_TARIFF:
            # A case that is submitted is asked as it was then.
            then = trade.at(pupil_case.application.submitted_at)
            return bool(tariff) and tariff != then.unit_tariff
        case When.ALWAYS:
            return True
        case _:
            raise ValueError(f"{field.name}: {field.when} is not of one pupil.")


def is_needed_of_application(
    field: Field, *, pupils: int, ages: Collection[int]
) -> bool:
    """Whether the checklist knows `field` for an application with so many pupils of these ages.

    By age group, as the day-treatment report asks. Raises ValueError for a
    condition that says nothing of an application.
    """
    if field.when == When.SEVERAL_PUPILS:
        return pupils > 1
    if field.when != When.ALWAYS:
        raise ValueError(f"{field.name}: {field.when} is not of an application.")
    if field.ages:
        return any(field.ages.includes(age) for age in ages)
    return True


def is_filled(field: Field, value: object) -> bool:
    """Whether `value` is an answer to `field`."""
    # No hours and the lowest grade are answers; no tariff is not.
    if field.zero_is_an_answer:
        return value is not None
    return bool(value)


def _items_of_pupil(pupil_case: PupilCase, beside: Decimal) -> list[Item]:
    """What should be written of one pupil; `beside` as `support_beside` reckons."""
    step = declarations.PUPIL.step
    items = []
    for field in declarations.PUPIL.checked:
        # What does not apply to the pupil is no item at all: the count of items
        # says how much there is to write.
        if not is_needed_of_pupil(field, pupil_case):
            continue
        # The number itself is the pupil's; whether there is one is known without
        # decrypting it.
        attribute = field.name
        if attribute == "cpr":
            attribute = "pupil_id"
        is_there = is_filled(field, getattr(pupil_case, attribute))
        items.append(
            Item(
                step,
                field.name,
                field.check,
                is_there,
                not field.is_advised,
                pupil_case,
            )
        )

        # Right beneath the hours, though measures of another step may be what
        # makes them many.
        if field.name == "support_hours" and pupil_case.has_too_many_hours(beside):
            label = (
                f"Støtte i {trade.now().support_hours_limit} timer om ugen eller mere "
                "er specialundervisning og går gennem PPR"
            )
            items.append(
                Item(step, field.name, label, is_filled=False, pupil_case=pupil_case)
            )
    return items


def _items_of_step(
    kind: BlockKind, application: Application, pupil_cases: Sequence[PupilCase]
) -> list[Item]:
    """What should be written once for all pupils at one step."""
    ages = ages_of(pupil_cases, today())
    items = []
    for field in kind.checked:
        if is_needed_of_application(field, pupils=len(pupil_cases), ages=ages):
            is_there = is_filled(field, getattr(application, field.name))
            items.append(
                Item(
                    kind.step, field.name, field.check, is_there, not field.is_advised
                )
            )
    return items


def _item_of_rows(
    kind: BlockKind, measures: Sequence[TriedMeasure | PlannedMeasure]
) -> Item:
    is_there = any(measure.is_complete for measure in measures)
    return Item(kind.step, kind.kind, kind.check, is_there)


def _item_of_goals(pupil_case: PupilCase, goals: Sequence[Goal]) -> Item:
    own_goals = [goal for goal in goals if goal.pupil_case_id == pupil_case.pk]
    is_there = any(goal.is_complete for goal in own_goals)
    kind = declarations.GOAL
    return Item(
        kind.step,
        f"goals-{pupil_case.pk}",
        kind.check,
        is_there,
        pupil_case=pupil_case,
    )


def _items_of_statements(
    pupil_cases: Sequence[PupilCase], signed_capacities: Collection[str]
) -> list[Item]:
    """PPR's is required, for quality; the caseworker's is advised where a pupil has one."""
    # The school cannot write these: it can only invite.
    is_signed = Capacity.PPR in signed_capacities
    items = [Item("dialogue", "ppr", "Underskrevet udtalelse fra PPR", is_signed)]

    if any(pupil_case.caseworker_name for pupil_case in pupil_cases):
        is_signed = Capacity.CASEWORKER in signed_capacities
        label = "Underskrevet udtalelse fra sagsbehandleren"
        items.append(
            Item("dialogue", "caseworker", label, is_signed, is_required=False)
        )
    return items
