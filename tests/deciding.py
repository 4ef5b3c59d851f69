"""What the tests of decisions begin with: terms, a meeting under way, a released grant."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.utils import timezone

from applications.models import Application, PupilCase
from skolefleks import outbox
from skolefleks.celery import app as celery_app
from skolefleks.models import OutboxMessage, User
from tests.conftest import NEXT, plan_meeting
from visitation.decisions import actions as decisions
from visitation.decisions import rules as decision_rules
from visitation.models import AgendaItem, Attendance, Decision, Grant, Meeting
from visitation.releases import actions as releases

# The handlers of the outbox are registered by the modules of tasks.
celery_app.loader.import_default_modules()

# What `filling.write_pupil` applies for, at 200,000 DKK a year.
FIRST = date(NEXT, 1, 1)
LAST = date(NEXT, 7, 31)

ABOVE = settings.TARIFF_CEILING + 1


def wish_terms(
    tariff: int = 200_000, starts_on: date = FIRST, ends_on: date = LAST, **more: Any
) -> decision_rules.Terms:
    """What the school applied for, but for what is said otherwise."""
    return decision_rules.Terms(tariff, starts_on, ends_on, **more)


def meeting_with(application: Application, present: Iterable[User], *, by: User) -> Meeting:
    """A meeting under way with the case on its agenda; all present count for the quorum."""
    meeting = plan_meeting(by=by, days=0, status="under_way", opened_at=timezone.now())
    AgendaItem.objects.create(
        meeting=meeting, application=application, position=0, minutes=20, added_by=by
    )
    for person in present:
        Attendance.objects.create(meeting=meeting, user=person, state="present", counts=True)
    return meeting


def pupils(application: Application) -> list[PupilCase]:
    return list(application.pupil_cases.select_related("pupil", "application__school__district"))


def standing(pupil_case: PupilCase) -> Decision:
    """The pupil's newest decision that is neither undone nor replaced."""
    return Decision.objects.standing().filter(pupil_case=pupil_case).latest("decided_at")


def released_grant(pupil_case: PupilCase, terms: decision_rules.Terms, *, by: User) -> Grant:
    """The pupil granted on these terms, the others of the case rejected, all released."""
    new_grant = decisions.grant(pupil_case, terms, grounds="Behovet er stort.", by=by)
    for other in pupils(pupil_case.application):
        if other != pupil_case:
            decisions.reject(other, grounds="Skolen har selv midlerne.", by=by)
    releases.release(pupil_case.application, by=by)

    rows = Grant.objects.select_related("decision__pupil_case__application__school")
    return rows.get(pk=new_grant.pk)


def deliver() -> None:
    """Deliver all that waits in the outbox, and what that posts in turn, as a notice its mail."""
    while waiting := list(OutboxMessage.objects.waiting().order_by("created_at")):
        for message in waiting:
            outbox.deliver(message.pk)
