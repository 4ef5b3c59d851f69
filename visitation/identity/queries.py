"""Who may be the same child under another number."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.lifecycle import Status
from applications.models import Application, PupilCase
from applications.reading.same_child import COMPARED, MOST_COMPARED, look_alike

if TYPE_CHECKING:
    from skolefleks.models import User


def look_alikes(pupil_case: PupilCase, user: User) -> list[PupilCase]:
    """The pupils of cases open to `user` with the same name and birthday. Takes one query."""
    if pupil_case.pupil is None:
        return []
    # What is back at the school may be written anew there, and is not submitted.
    reviewable = Application.objects.reviewable_by(user).order_by()
    open_cases = reviewable.filter(status__in=(Status.SUBMITTED, Status.CLOSED))
    others = PupilCase.objects.filter(
        initials=pupil_case.initials,
        pupil__isnull=False,
        application__in=open_cases.values("pk"),
    )
    others = others.exclude(pupil=pupil_case.pupil_id)
    # What is compared and shown: a case's long texts would be read for every one of them.
    rows = others.select_related("pupil", "application").only(*COMPARED)
    newest = rows.order_by("-application__created_at")[:MOST_COMPARED]
    return [other for other in newest if look_alike(pupil_case, other)]
