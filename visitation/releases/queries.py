"""What a meeting decided, case by case, and what stands in the way of its release."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from applications.models import Application
from skolefleks.models import Centre
from visitation.lifecycle import DecisionStatus
from visitation.models import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from skolefleks.models import User
    from visitation.models import Meeting


@dataclass
class CaseToRelease:
    """One case with what the meeting said of its pupils."""

    application: Application
    decisions: list[Decision] = field(default_factory=list)
    undecided: int = 0

    @property
    def is_released(self) -> bool:
        return not any(decision.is_provisional for decision in self.decisions)

    @property
    def obstacle(self) -> str:
        """Why its release would be refused as things stand; '' where it would not."""
        if self.undecided:
            return f"{self.undecided} elev{'er' if self.undecided > 1 else ''} mangler en afgørelse"
        if any(_lacks_chiefs(decision) for decision in self.decisions):
            return "Centercheferne mangler at godkende taksten"
        return ""


def to_release(meeting: Meeting, user: User) -> list[CaseToRelease]:
    """Three queries, however many cases. Those in which `user` is disqualified are not there."""
    mine = Application.objects.reviewable_by(user).values("pk")
    found = Decision.objects.exclude(status=DecisionStatus.UNDONE).filter(
        meeting=meeting, pupil_case__application__in=mine
    )
    rows: dict[UUID, CaseToRelease] = {}
    joined = found.select_related("grant", "pupil_case__application__school").prefetch_related(
        "ceiling_answers"
    )
    for decision in joined.order_by("pupil_case__application__number", "pupil_case__position"):
        application = decision.application
        rows.setdefault(application.pk, CaseToRelease(application)).decisions.append(decision)
    decided = _decided(rows)
    for row in rows.values():
        row.undecided = max(row.application.pupil_count - decided.get(row.application.pk, 0), 0)
    return list(rows.values())


def _decided(applications: Iterable[UUID]) -> dict[UUID, int]:
    standing = (
        Decision.objects.standing()
        .filter(pupil_case__application__in=list(applications))
        .order_by()
    )
    return dict(
        standing.values_list("pupil_case__application").annotate(
            n=Count("pupil_case", distinct=True)
        )
    )


def _lacks_chiefs(decision: Decision) -> bool:
    grant = getattr(decision, "grant", None)
    if not decision.is_provisional or grant is None or not grant.is_above_ceiling:
        return False
    return sum(answer.agrees for answer in decision.ceiling_answers.all()) < len(Centre)
