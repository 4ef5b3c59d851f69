"""What a meeting decided, case by case, and what stands in the way of its release."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from django.db.models import Count

from applications.models import Application
from budget.models import FundingSource
from visitation.ceiling import rules as ceiling_rules
from visitation.letters import rules as letter_rules
from visitation.lifecycle import DecisionStatus
from visitation.models import Decision

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID

    from skolefleks.models import User
    from visitation.models import Meeting


@dataclass
class CaseToRelease:
    """One case with what the meeting decided of its pupils."""

    application: Application
    decisions: list[Decision] = field(default_factory=list)
    undecided: int = 0
    lacks_agreement: bool = False

    @property
    def is_released(self) -> bool:
        return not any(decision.is_provisional for decision in self.decisions)

    @property
    def unprintable(self) -> list[str]:
        """What the letters could not show; nothing where they are written."""
        if self.is_released:
            return []
        return letter_rules.unprintable_in(self.decisions)

    @property
    def obstacle(self) -> str:
        """Why its release would be refused as things stand; '' where it would not."""
        if self.undecided == 1:
            return "1 elev mangler en afgørelse"
        if self.undecided:
            return f"{self.undecided} elever mangler en afgørelse"
        if self.lacks_agreement:
            return "Centercheferne mangler at godkende taksten"
        return ""


def to_release(meeting: Meeting, user: User) -> list[CaseToRelease]:
    """The cases that the meeting decided, except those in which `user` is disqualified.

    Takes three queries, however many cases there are; one more where a tariff is high.
    """
    reviewable = Application.objects.reviewable_by(user).values("pk")
    decisions = (
        Decision.objects.exclude(status=DecisionStatus.UNDONE)
        .filter(meeting=meeting, pupil_case__application__in=reviewable)
        .select_related("grant", "pupil_case__application__school")
        .prefetch_related("ceiling_answers")
        .order_by("pupil_case__application__number", "pupil_case__position")
    )

    # In the order of the numbers, and the pupils in theirs.
    rows: dict[UUID, CaseToRelease] = {}
    for decision in decisions:
        application = decision.application
        row = rows.setdefault(application.pk, CaseToRelease(application))
        row.decisions.append(decision)

    asked_for = [one for one in decisions if ceiling_rules.is_asked_for(one)]
    owners: set[str] = set()
    if asked_for:
        owners = FundingSource.objects.owners()
    for decision in asked_for:
        if ceiling_rules.lacks_agreement(decision, owners):
            rows[decision.application.pk].lacks_agreement = True

    decided = _decided_pupils(rows)
    for key, row in rows.items():
        undecided = row.application.pupil_count - decided.get(key, 0)
        # Never below zero: the count on the application is a summary.
        row.undecided = max(undecided, 0)
    return list(rows.values())


def _decided_pupils(applications: Iterable[UUID]) -> dict[UUID, int]:
    """How many pupils of each application have a decision that stands, at whatever meeting."""
    standing = Decision.objects.standing().filter(
        pupil_case__application__in=list(applications)
    )
    # Without its order: the database would count within each moment of
    # decision.
    counts = (
        standing.order_by()
        .values_list("pupil_case__application")
        .annotate(pupils=Count("pupil_case", distinct=True))
    )
    return dict(counts)
