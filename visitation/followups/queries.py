"""The follow-ups as pages and reminders read them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from applications.models import Capacity, Invitation
from skolefleks.danish import today
from skolefleks.setup import trade
from skolefleks.written_once import count_written_once
from visitation.lifecycle import LIVE, FollowUpStatus
from visitation.models import (
    Amendment,
    Effort,
    FollowUpVoice,
    FollowUpWindow,
    StatusReport,
)

if TYPE_CHECKING:
    from django.db.models import QuerySet

    from skolefleks.models import User

MOST_SHOWN = 10


@dataclass(frozen=True)
class Words:
    """One voice of a follow-up, and what it says; None while it has said nothing."""

    voice: FollowUpVoice.Voice
    row: FollowUpVoice | None


def words_of(window: FollowUpWindow) -> list[Words]:
    """The pupil, the parents and PPR, each with what they say. Takes one query."""
    rows = {row.voice: row for row in window.voices.select_related("written_by")}
    return [Words(voice, rows.get(voice)) for voice in FollowUpVoice.Voice]


def report_of(window: FollowUpWindow) -> StatusReport | None:
    """The status report, as far as it is written. Takes one query."""
    reports = StatusReport.objects.filter(window=window)
    return reports.select_related("written_by", "handed_in_by").first()


def has_amendment(window: FollowUpWindow) -> bool:
    """Whether the committee was asked for what the follow-up came to. Takes one query."""
    return Amendment.objects.filter(window=window).exists()


def windows_to_remind_of() -> QuerySet[FollowUpWindow]:
    """Open follow-ups of efforts that are not over, near enough for a reminder."""
    nearest = today() - timedelta(days=min(trade.now().follow_up_reminder_days))
    windows = FollowUpWindow.objects.open().filter(
        effort__status__in=LIVE, effort__ends_on__gte=today(), hold_by__lte=nearest
    )
    return windows.prefetch_related("reminders")


# -- the start pages -------------------------------------------------------------------------------
def windows_for_ppr(user: User) -> list[FollowUpWindow]:
    """The open follow-ups where PPR has said nothing yet, of the cases the person is PPR on."""
    invited = Invitation.objects.filter(user=user, capacity=Capacity.PPR)
    windows = FollowUpWindow.objects.filter(
        status=FollowUpStatus.PLANNED,
        opens_on__lte=today(),
        effort__application__in=invited.values("application"),
        effort__in=Effort.objects.visible_to(user).live(),
    ).exclude(voices__voice=FollowUpVoice.Voice.PPR)
    windows = windows.select_related("effort__application", "effort__pupil_case")
    return list(windows.defer("grounds", "also_present")[:MOST_SHOWN])


@count_written_once
def overdue_follow_ups(user: User) -> QuerySet[FollowUpWindow]:
    """How many follow-ups of the efforts that the person may follow are over their last day."""
    visible = Effort.objects.visible_to(user).live()
    return FollowUpWindow.objects.filter(
        status=FollowUpStatus.PLANNED, hold_by__lt=today(), effort__in=visible
    )
