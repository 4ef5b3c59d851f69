"""What the school is told of the waiting list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from applications.dialogue.notices import tell_followers
from applications.models import Application
from skolefleks.notices.sentences import say

if TYPE_CHECKING:
    from uuid import UUID


def tell_of_leaving(application_id: UUID) -> None:
    """A pupil of the case waits for money no more; why stands on the case."""
    application = Application.objects.get(pk=application_id)
    tell_followers(
        application,
        say("af-ventelisten"),
        topic="waiting.left",
    )
