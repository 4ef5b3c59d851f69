"""How long a case may wait for its decision."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.db.models import (
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    Q,
)
from django.db.models.lookups import LessThan
from django.utils import timezone

from skolefleks.danish import today
from skolefleks.setup import trade


def overdue_before() -> datetime:
    """What was submitted before this moment has waited for more days than the goal says."""
    first_day = today() - timedelta(days=trade.now().waiting_goal_days)
    return timezone.make_aware(datetime.combine(first_day, time.min))


def submitted_before(moment: datetime) -> Q:
    """Cases that have waited at the committee since before `moment`.

    The days that the school had a case back are not the committee's.
    """
    days = ExpressionWrapper(
        F("days_at_school") * timedelta(days=1),
        output_field=DurationField(),
    )
    begins = ExpressionWrapper(F("submitted_at") + days, output_field=DateTimeField())
    # The first half is what the index knows; it leaves few for the second.
    return Q(submitted_at__lt=moment) & Q(LessThan(begins, moment))
