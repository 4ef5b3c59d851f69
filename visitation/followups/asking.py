"""A follow-up asks the committee: its outcome becomes an amendment, which is decided there."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils import timezone

from skolefleks.refusals import NotPossible
from skolefleks.statemachine import follow
from visitation.lifecycle import AmendmentStatus
from visitation.models import Amendment, FollowUpWindow

if TYPE_CHECKING:
    from applications.models import PupilCase
    from skolefleks.models import User
    from visitation.models import Effort

Outcome = FollowUpWindow.Outcome
Kind = Amendment.Kind

KINDS = {
    Outcome.STEP_DOWN: Kind.STEP_DOWN,
    Outcome.EXTEND: Kind.EXTEND,
    Outcome.CHANGE: Kind.CHANGE,
    Outcome.STOP: Kind.STOP,
}


def ask_committee(window: FollowUpWindow, *, by: User) -> Amendment:
    """Lay what the follow-up came to before the committee; whoever calls holds the effort's row.

    What was asked before it lapses: the newest follow-up
    counts. An extension waits for the school's short
    application. Raises NotPossible where no grant stands.
    """
    effort = window.effort
    for earlier in effort.amendments.open():
        follow(earlier, "lapse_amendment", by=by)

    kind = KINDS[Outcome(window.outcome)]
    is_written = kind != Kind.EXTEND
    status = AmendmentStatus.WAITING if is_written else AmendmentStatus.DRAFT
    asked_at = timezone.now() if is_written else None
    return Amendment.objects.create(
        effort=effort,
        pupil_case=pupil_case_of(effort),
        window=window,
        kind=kind,
        status=status,
        written_by=by,
        written_at=timezone.now(),
        asked_at=asked_at,
    )


def pupil_case_of(effort: Effort) -> PupilCase:
    """The pupil's place in the application that the effort was granted by last."""
    last = effort.grants.standing().order_by("starts_on").last()
    if last is None:
        raise NotPossible("Indsatsen har ingen bevilling, der kan ændres.")
    return last.decision.pupil_case
