"""When the members may give and change their assessments."""

from __future__ import annotations

from applications.lifecycle import Status
from applications.models import Application
from skolefleks.refusals import NotPossible


def why_closed(
    application: Application, *, meeting_has_begun: bool, is_decided: bool
) -> str | None:
    """Why nobody gives or changes an assessment of a pupil any more; None while they may.

    Assessments are given before the meeting, each member for themselves.
    """
    if application.status != Status.SUBMITTED:
        return NotPossible.message
    if meeting_has_begun:
        return "Mødet er begyndt. Vurderingerne kan ikke ændres mere."
    if is_decided:
        return (
            "Der er truffet afgørelse om eleven. Vurderingerne kan ikke ændres mere."
        )
    return None
