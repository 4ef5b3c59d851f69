"""The clock of the follow-ups: each reminder once, whatever restarts, and none after the end.

The row that says that a reminder was sent is written with the
message that sends it: either both are there or neither.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction

from skolefleks import outbox
from skolefleks.calendar import is_working_day
from skolefleks.danish import today
from visitation.followups import queries, rules
from visitation.lifecycle import OPEN_FOLLOW_UPS
from visitation.models import Effort, FollowUpReminder, FollowUpWindow

if TYPE_CHECKING:
    from uuid import UUID


def post_reminders() -> int:
    """Post all reminders that are due; how many. On working days only, never on a Sunday."""
    if not is_working_day(today()):
        return 0

    posted = 0
    for window in queries.windows_to_remind_of():
        kinds_sent = [reminder.kind for reminder in window.reminders.all()]
        if rules.reminders_due(window, kinds_sent, today()):
            # Each in a transaction of its own: one that fails
            # holds up no other.
            posted += _post_for(window.pk)
    return posted


@transaction.atomic
def _post_for(window_id: UUID) -> int:
    """Read anew with the effort's row held: it may have ended, and another clock may be at it."""
    window = FollowUpWindow.objects.get(pk=window_id)
    effort = Effort.objects.select_for_update().get(pk=window.effort_id)
    window.refresh_from_db()
    is_over = not effort.is_live or effort.ends_on < today()
    if is_over or window.status not in OPEN_FOLLOW_UPS:
        return 0

    kinds_sent = window.reminders.values_list("kind", flat=True)
    due = rules.reminders_due(window, kinds_sent, today())
    for reminder in due:
        FollowUpReminder.objects.create(
            window=window, kind=reminder.kind, sent_on=today()
        )
        outbox.post("follow_up.remind", window=str(window.pk), kind=reminder.kind)
    return len(due)
