"""What holds for an application while it is written."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.models import Goal
from skolefleks.refusals import NotPossible

if TYPE_CHECKING:
    from datetime import date

    from applications.models import Application, PupilCase

WITH_THE_COMMITTEE = "Ansøgningen er hos udvalget og kan ikke ændres nu."

# Characters: of a longer name the last initials are left out.
INITIALS_MAX = 12

# Points of the scale, and percent; what the school counts has no bounds.
GOAL_BOUNDS = {
    Goal.Kind.SCALE.value: (1, 10),
    Goal.Kind.ATTENDANCE.value: (0, 100),
}


def require_at_school(application: Application) -> None:
    """Raises NotPossible unless the school can write in the application."""
    if not application.is_editable:
        raise NotPossible(WITH_THE_COMMITTEE)


def initials_of(name: str) -> str:
    """`A.S.B.` for `Anna Sofie Berg`."""
    # A double name counts as two: Anna-Sofie is A.S.
    parts = name.replace("-", " ").split()
    initials = "".join(f"{part[0].upper()}." for part in parts)
    return initials[:INITIALS_MAX]


def initials_on_lists(pupil_case: PupilCase) -> str:
    """What a list shows of a pupil: of a protected one not even the initials."""
    return pupil_case.initials_on_lists


def is_period_reversed(
    first: date | None, last: date | None, *, may_be_one_day: bool
) -> bool:
    """Whether a period ends before it begins; one that lacks a day does not."""
    if first is None or last is None:
        return False
    if first == last:
        return not may_be_one_day
    return last < first


def goal_bounds(kind: str) -> tuple[int, int] | None:
    """What a goal's figures lie between, both included; None where any number will do."""
    return GOAL_BOUNDS.get(kind)
