"""The measurements as pages read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visitation.efforts import queries as effort_queries
from visitation.measurements import rules

if TYPE_CHECKING:
    from visitation.models import Effort, Measurement


def history_of(effort: Effort) -> list[Measurement]:
    """All measurements with what was corrected, the newest first. Takes one query."""
    rows = effort.measurements.select_related("goal", "by", "scale", "replaced_by")
    return list(rows.order_by("-measured_on", "-at"))


def standings_of(effort: Effort) -> list[rules.GoalStanding]:
    """Where each goal of the effort stands. Takes three queries."""
    return effort_queries.standings_of([effort]).get(effort.pk, [])
