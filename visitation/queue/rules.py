"""How long a case may wait for its decision."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.conf import settings
from django.utils import timezone

from skolefleks.danish import today


def overdue_before() -> datetime:
    """What was submitted before this moment has waited for more days than the goal says."""
    first_day = today() - timedelta(days=settings.WAITING_GOAL_DAYS)
    return timezone.make_aware(datetime.combine(first_day, time.min))
