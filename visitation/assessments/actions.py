"""Before the meeting: a member has read a case, and says what they think of a pupil's need. Nobody decides here."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from applications.lifecycle import Status
from applications.writing import actions as writing
from skolefleks import audit
from skolefleks.permissions import Permission, require
from skolefleks.refusals import NotPossible
from visitation.lifecycle import UPCOMING, MeetingStatus
from visitation.models import Assessment, Decision, Meeting, Reading
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from applications.models import Application, PupilCase
    from skolefleks.models import User


@transaction.atomic
def mark_read(application: Application, *, by: User) -> None:
    """Note that `by` has read the case as it is now; what the school submits later is unread again. Raises Recused."""
    recusals.require_not_recused(by, application)
    Reading.objects.update_or_create(
        application=application, user=by, defaults={"read_at": timezone.now()}
    )
    audit.record("mark_read", application, by=by)


@transaction.atomic
def assess(case: PupilCase, *, weight: int, tariff: int | None, why: str, by: User) -> Assessment:
    """Give one's own view of a pupil, or change it; None for `tariff` would reject. Each member has one.

    Raises Recused, NotPossible once the meeting that has the case has begun or the pupil is decided.
    """
    application = case.application
    writing.lock(application)
    require(by, Permission.ASSESSMENT_WRITE, at=application)
    recusals.require_not_recused(by, application)
    _require_open(case)
    told = {"weight": weight, "tariff": tariff, "why": why, "given_at": timezone.now()}
    assessment, _ = Assessment.objects.update_or_create(pupil_case=case, member=by, defaults=told)
    audit.record("assess", application, by=by, pupil_case=str(case.pk))
    return assessment


def _require_open(case: PupilCase) -> None:
    """The meeting's row is held, so that it does not begin meanwhile."""
    if case.application.status != Status.SUBMITTED:
        raise NotPossible
    upcoming = Meeting.objects.filter(status__in=UPCOMING, items__application=case.application)
    meetings = upcoming.select_for_update(of=("self",), no_key=True).order_by("pk")
    if any(meeting.status == MeetingStatus.UNDER_WAY for meeting in meetings):
        raise NotPossible("Mødet er begyndt. Vurderingerne kan ikke ændres mere.")
    if Decision.objects.settled().filter(pupil_case=case).exists():
        raise NotPossible("Eleven er afgjort. Vurderingerne kan ikke ændres mere.")
