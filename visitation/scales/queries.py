"""The scales as the pages read them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from visitation.models import Scale

if TYPE_CHECKING:
    from visitation.models import Effort


def all_scales() -> list[Scale]:
    """The built-in ones first, then those of the municipality. Takes one query."""
    return list(Scale.objects.order_by("is_retired", "-goal_kind", "name"))


def offered_to(effort: Effort) -> list[Scale]:
    """The municipality's own scales for the pupil's age on the effort's first day."""
    # By that day: a scale is never changed because a pupil has
    # a birthday.
    age = effort.pupil_case.age_on(effort.starts_on)
    offered = []
    for scale in Scale.objects.filter(goal_kind="", is_retired=False):
        if age is None or scale.is_for(age):
            offered.append(scale)
    return offered
