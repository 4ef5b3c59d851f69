"""When the rights of people are to be looked through again."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.utils import timezone

from skolefleks.setup import trade

if TYPE_CHECKING:
    from datetime import date

    from skolefleks.models import Review


def next_day(last: Review | None) -> date | None:
    """The day the next review is due; None where none was ever finished: it is due now."""
    if last is None or last.finished_at is None:
        return None
    finished_on: date = timezone.localdate(last.finished_at)
    return finished_on + timedelta(days=trade.now().review_days)


def is_due(last: Review | None, today: date) -> bool:
    """Whether half a year has gone since the last one was finished."""
    due = next_day(last)
    return due is None or due <= today
