"""The same child in more than one case, under the same number or under two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.db.models import Q

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from skolefleks import search
from skolefleks.danish import born_on

if TYPE_CHECKING:
    from collections.abc import Sequence

# Names that are opened: of those with the same number or initials the newest.
MOST_COMPARED = 200
# And what is read of each.
COMPARED = ("name", "pupil__cpr", "application__number")


def look_alike(one: PupilCase, other: PupilCase) -> bool:
    """Whether two pupils under different numbers have the same name and birthday."""
    if one.pupil is None or other.pupil is None:
        return False
    if one.pupil_id == other.pupil_id:
        return False
    if _name_of(one) != _name_of(other):
        return False
    return born_on(one.pupil.cpr) == born_on(other.pupil.cpr)


@dataclass(frozen=True)
class KnownChild:
    """A pupil of an application who is, or may be, in other cases of the school.

    `same` are the cases under the same CPR number, `alike` those of a pupil
    with the same name and birthday under another.
    """

    pupil_case: PupilCase
    same: list[Application]
    alike: list[Application]


def known_at_school(
    application: Application, pupil_cases: Sequence[PupilCase]
) -> list[KnownChild]:
    """Who of `pupil_cases` the school has in another case. Takes one query.

    The school's own cases alone: that another school has applied for the child
    is the committee's to know.
    """
    numbered = [one for one in pupil_cases if one.pupil_id]
    if not numbered:
        return []

    is_same = Q(pupil__in=[one.pupil_id for one in numbered])
    may_be_same = Q(initials__in=[one.initials for one in numbered])
    rows = PupilCase.objects.filter(
        is_same | may_be_same,
        pupil__isnull=False,
        application__school=application.school_id,
    )
    rows = rows.exclude(application=application)
    rows = rows.exclude(application__status=Status.WITHDRAWN)
    rows = rows.select_related("pupil", "application")
    newest = rows.only(*COMPARED).order_by("-application__created_at")
    others = list(newest[:MOST_COMPARED])

    children = []
    for one in numbered:
        same = [other for other in others if other.pupil_id == one.pupil_id]
        alike = [other for other in others if look_alike(one, other)]
        if same or alike:
            children.append(KnownChild(one, _cases_of(same), _cases_of(alike)))
    return children


def _cases_of(pupil_cases: list[PupilCase]) -> list[Application]:
    return [one.application for one in pupil_cases]


def _name_of(pupil_case: PupilCase) -> list[str]:
    """The parts of the name, however its letters were written."""
    return search.folded(pupil_case.name).split()
