"""The committee's meetings as their pages read them: times, agenda, who counts; writes nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db.models import Exists, OuterRef, Q

from applications.lifecycle import Status
from applications.models import PupilCase
from visitation.models import Decision

if TYPE_CHECKING:
    from visitation.models import AgendaItem, Meeting


def undecided_items(meeting: Meeting) -> list[AgendaItem]:
    """The items whose case still waits: submitted, with a pupil who is neither decided nor postponed at this meeting."""
    settled = Decision.objects.standing().filter(Q(meeting=meeting) | ~Q(status="released", outcome="postponed"))
    waiting = PupilCase.objects.exclude(Exists(settled.filter(pupil_case=OuterRef("pk"))))
    items = meeting.items.filter(application__status=Status.SUBMITTED).select_related("application")
    return list(items.filter(Exists(waiting.filter(application=OuterRef("application")))))
