"""The committee's queue: what its rows show, and how it stands."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Min, Q
from django.utils import timezone

from applications.lifecycle import Status
from applications.models import (
    Application,
)
from visitation.models import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from skolefleks.models import User


LIST_FIELDS = (
    "id", "number", "status", "submitted_at", "updated_at", "closed_at", "initials", "kinds", "grades",
    "pupil_count", "requested", "filled", "expected", "school__name",
)  # fmt: skip


def decided_counts(applications: Iterable[Application]) -> dict[UUID, int]:
    """How many pupils of each application have a decision that is not released; for the committee's own lists."""
    wanted = [application.pk for application in applications]
    if not wanted:
        return {}
    rows = Decision.objects.provisional().filter(pupil_case__application__in=wanted)
    counted = rows.order_by().values_list("pupil_case__application").annotate(count=Count("pk"))
    return dict(counted)


@dataclass(frozen=True)
class QueueStanding:
    """How the committee's queue stands: how many wait, since when, and how many are past the goal."""

    waiting: int
    oldest: object
    late: int


def queue_standing(user: User) -> QueueStanding:
    goal = timezone.now() - timedelta(days=settings.WAITING_GOAL_DAYS)
    waiting = Application.objects.reviewable_by(user).filter(status=Status.SUBMITTED)
    sums = waiting.aggregate(
        n=Count("pk"), oldest=Min("submitted_at"), late=Count("pk", filter=Q(submitted_at__lt=goal))
    )
    return QueueStanding(sums["n"], sums["oldest"], sums["late"])
