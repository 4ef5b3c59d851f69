"""What an effort leaves to be done when it ends; the acts themselves are in `closings`."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings

from skolefleks import audit, outbox
from skolefleks.calendar import months_after
from skolefleks.danish import today
from skolefleks.setup import trade
from skolefleks.statemachine import follow
from visitation.lifecycle import ClosingStatus, WhereaboutsStatus
from visitation.models import ClosingReport, Effort, Whereabouts

if TYPE_CHECKING:
    from skolefleks.models import User

# What nobody has done yet falls away when the effort goes on
# after all.
UNANSWERED = (WhereaboutsStatus.PLANNED, WhereaboutsStatus.ASKED)


def lay(effort: Effort, *, by: User | None) -> None:
    """Ask for a closing report, and later for the pupil's whereabouts. The school is told."""
    # The end may lie behind where a decision cut it short: the
    # days count from when it is known.
    laid_on = max(effort.ends_on, today())
    closing = ClosingReport.objects.create(
        effort=effort,
        laid_on=laid_on,
        due_on=laid_on + timedelta(days=trade.now().closing_days),
    )
    audit.record("lay_closing", closing, by=by)
    outbox.post("effort.ended", effort=str(effort.pk))

    # Where the pupil went on with the effort, that end is asked
    # about.
    if Effort.objects.filter(moved_from=effort).exists():
        return
    for months in settings.WHEREABOUTS_MONTHS:
        # One that was answered after an earlier end is asked no
        # more.
        Whereabouts.objects.exclude(status=WhereaboutsStatus.CANCELLED).get_or_create(
            effort=effort,
            months=months,
            defaults={"ask_on": months_after(effort.ends_on, months)},
        )


def drop(effort: Effort, *, by: User | None) -> None:
    """Take back what nobody has answered; what was handed in stays readable."""
    for closing in effort.closings.filter(status=ClosingStatus.AWAITED):
        follow(closing, "cancel_closing", by=by)
    for question in effort.whereabouts.filter(status__in=UNANSWERED):
        follow(question, "cancel_whereabouts", by=by)
