"""When two rows are one child."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.danish import born_on

if TYPE_CHECKING:
    from applications.models import PupilCase


def look_alike(one: PupilCase, other: PupilCase) -> bool:
    """Whether two pupils under different numbers have the same name and birthday."""
    if one.pupil is None or other.pupil is None:
        return False
    if one.pupil_id == other.pupil_id:
        return False
    if _name_of(one) != _name_of(other):
        return False
    return born_on(one.pupil.cpr) == born_on(other.pupil.cpr)


def _name_of(pupil_case: PupilCase) -> list[str]:
    name: str = pupil_case.name
    return name.casefold().split()
