"""Everybody who was invited to a meeting is told that its minutes are approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.urls import reverse

from skolefleks.danish import moment
from skolefleks.notices.sentences import say
from visitation.meetings import notices as meeting_notices
from visitation.models import Meeting

if TYPE_CHECKING:
    from uuid import UUID


def tell_of_approval(meeting_id: UUID) -> None:
    """Everybody who was invited, whether or not they came."""
    meeting = Meeting.objects.get(pk=meeting_id)
    at = moment(meeting.starts_at)
    meeting_notices.tell_committee(
        meeting,
        meeting_notices.invited_to(meeting),
        say("referat", hvornaar=at),
        topic="minutes.approved",
        path=reverse("visitation:minutes", args=[meeting.pk]),
        must_act=False,
    )
