"""Before the meeting: a member has read a case, and assesses a pupil's need.

Nobody decides here.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.writing import actions as writing
from skolefleks import audit
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible
from visitation.assessments import rules
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import Assessment, Decision, Meeting, Reading
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from applications.models import Application, PupilCase
    from skolefleks.models import User


@transaction.atomic
def mark_read(application: Application, *, by: User) -> None:
    """Note that the person has read the case as it is now.

    What the school submits later is unread again. Raises PermissionDenied, Recused.
    """
    recusals.require_not_recused(by, application)
    Reading.objects.update_or_create(
        application=application,
        user=by,
        defaults={"read_at": timezone.now()},
    )
    audit.record("mark_read", application, by=by)


@transaction.atomic
def assess(
    pupil_case: PupilCase, *, weight: int, tariff: int | None, why: str, by: User
) -> Assessment:
    """Give one's own view of a pupil, or change it. Each member has one.

    `tariff` is in whole DKK a year; None would reject. Raises PermissionDenied,
    Recused, and NotPossible once the meeting that has the case has begun or the
    pupil is decided.
    """
    application = pupil_case.application
    writing.lock(application)
    require(by, Permission.ASSESSMENT_WRITE, at=application)
    recusals.require_not_recused(by, application)
    _require_open(pupil_case)

    assessment, _ = Assessment.objects.update_or_create(
        pupil_case=pupil_case,
        member=by,
        defaults={
            "weight": weight,
            "tariff": tariff,
            "why": why,
            "given_at": timezone.now(),
        },
    )
    # The trail tells that it was given and not what: the others may not know yet.
    audit.record("assess", application, by=by, pupil_case=str(pupil_case.pk))
    return assessment


def _require_open(pupil_case: PupilCase) -> None:
    """Lock the meeting that has the case, so that it does not begin meanwhile.

    Raises NotPossible.
    """
    application = pupil_case.application
    meetings = Meeting.objects.filter(
        status__in=UPCOMING, items__application=application
    )
    # In the order of the key: whoever locks several meetings takes them in this
    # order.
    meetings = meetings.select_for_update(of=("self",), no_key=True).order_by("pk")
    under_way = [
        meeting for meeting in meetings if meeting.status == MeetingStatus.UNDER_WAY
    ]
    decisions = Decision.objects.settled().filter(pupil_case=pupil_case)

    reason = rules.why_closed(
        application,
        meeting_has_begun=bool(under_way),
        is_decided=decisions.exists(),
    )
    if reason:
        raise NotPossible(reason)
