"""What is next in a case, as the committee is told it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.lifecycle import Status
from applications.reading import rules as reading_rules
from skolefleks.danish import today

if TYPE_CHECKING:
    from applications.models import Application

LIES_WITH_SCHOOL = "Skolen svarer og indsender igen"


def next_for_committee(
    application: Application,
    *,
    undecided: int,
    postponed: int,
    waits_for_chiefs: bool,
) -> str:
    """One sentence; '' where nothing is left for the committee."""
    if application.status != Status.SUBMITTED:
        return _elsewhere(application)

    if undecided == 1:
        return "1 elev mangler en afgørelse"
    if undecided:
        return f"{undecided} elever mangler en afgørelse"
    if postponed:
        return "Sagen tages op igen, når det, der manglede, er der"
    if waits_for_chiefs:
        return "Centercheferne svarer på en takst over loftet"
    return "Frigiv afgørelserne til skolen"


def _elsewhere(application: Application) -> str:
    if application.status == Status.SENT_BACK:
        return LIES_WITH_SCHOOL
    if application.status == Status.CLOSED and application.effort_ends_on:
        return reading_rules.next_step(application, today())
    return ""
