"""Taking a case up again that waited for money, and taking one off the list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.permissions import Permission as P
from skolefleks.permissions import require
from skolefleks.refusals import NotPossible, Overtaken
from visitation.agenda import actions as agenda
from visitation.models import WaitingPlace
from visitation.recusals import actions as recusals

if TYPE_CHECKING:
    from skolefleks.models import User
    from visitation.models import AgendaItem, Meeting

GONE = "Eleven står ikke længere på ventelisten. Genindlæs siden."


@transaction.atomic
def take_up(place: WaitingPlace, meeting: Meeting, *, by: User) -> AgendaItem:
    """Put the pupil's case on the agenda of a meeting; nothing is granted by that.

    Raises Recused, Overtaken, NotPossible where the school does not know yet
    that the pupil waits, and what `add_to_agenda` does.
    """
    _hold(place, by=by)
    if not place.is_told:
        raise NotPossible("Frigiv først, at sagen er udsat.")
    # It came in for an earlier meeting, so no deadline of this one is too late.
    return agenda.add_to_agenda(meeting, place.application, although_late=True, by=by)


@transaction.atomic
def take_off(place: WaitingPlace, *, reason: str, by: User) -> None:
    """Let the pupil wait for money no more; the case stays put off, and the school is told.

    Raises PermissionDenied, Recused, Overtaken.
    """
    require(by, P.CASE_DECIDE, at=place.application)
    _hold(place, by=by)

    place.left_at = timezone.now()
    place.left_by = by
    place.left_reason = reason
    place.save(update_fields=["left_at", "left_by", "left_reason"])
    audit.record("take_off_list", place, by=by)
    # Whoever was never told that the pupil waits is told nothing now.
    if place.is_told:
        outbox.post("waiting.left", application=str(place.application.pk))


def _hold(place: WaitingPlace, *, by: User) -> None:
    """Hold the case's row, and see that the pupil waits still. Raises Recused, Overtaken."""
    recusals.require_not_recused(by, place.application)
    if not WaitingPlace.objects.on_list().filter(pk=place.pk).exists():
        raise Overtaken(GONE)
