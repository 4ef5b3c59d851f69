"""What the committee reads beside a decision that it corrects."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from skolefleks.danish import day
from visitation.models import EffortDelay

if TYPE_CHECKING:
    from visitation.models import Grant


def late_begin_of(old: Grant | None) -> str:
    """What the school has said of a beginning later than was granted. At most two queries."""
    if old is None or old.effort is None:
        return ""
    begun_on = old.effort.begun_on
    if begun_on and begun_on > old.starts_on:
        return f"Skolen har bekræftet, at indsatsen først begyndte {day(begun_on)}."
    if begun_on:
        return ""

    delay = EffortDelay.objects.filter(effort=old.effort).order_by("at").last()
    if delay is None:
        return ""
    said_on = day(timezone.localdate(delay.at))
    return f"Skolen skrev {said_on}, at indsatsen først begynder {day(delay.expected_on)}."
