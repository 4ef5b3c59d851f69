"""The efforts as lists and pages read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from skolefleks.calendar import ONE_DAY
from visitation.lifecycle import EffortStatus
from visitation.models import Effort, Grant

if TYPE_CHECKING:
    from applications.models import PupilCase


# -- what the effort's acts read -------------------------------------------------------------------
def grants_without_effort(pupil_case: PupilCase) -> list[Grant]:
    """The pupil's grants that the school knows of and that stand, and no effort carries yet."""
    grants = Grant.objects.standing().known_to_school().filter(effort__isnull=True)
    return list(grants.filter(decision__pupil_case=pupil_case).order_by("starts_on"))


def effort_to_join(grant: Grant) -> Effort | None:
    """The pupil's effort at the same school that the grant carries on; its row is held.

    A live one, or one that ended on the day before.
    """
    application = grant.decision.pupil_case.application
    efforts = Effort.objects.select_for_update(of=("self",)).filter(
        pupil=grant.pupil_id, school=application.school_id
    )
    live = efforts.live().first()
    if live:
        return live
    return efforts.filter(
        status=EffortStatus.ENDED, ends_on=grant.starts_on - ONE_DAY
    ).first()


def efforts_of_pupil(pupil_case: PupilCase) -> list[Effort]:
    """The efforts that the pupil's grants of this case belong to; their rows are held."""
    grants = Grant.objects.filter(decision__pupil_case=pupil_case, effort__isnull=False)
    efforts = Effort.objects.filter(pk__in=grants.values("effort"))
    return list(
        efforts.select_for_update(of=("self",)).select_related(
            "application", "pupil", "pupil_case"
        )
    )
