"""What the tests of decisions begin with: a meeting under way, terms as they are said, the chiefs' words, the outbox."""

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

celery_app.loader.import_default_modules()


FIRST, LAST = (
    date(NEXT, 1, 1),
    date(NEXT, 7, 31),
)  # what `filling.write_pupil` asks for, at 200,000 DKK a year


ABOVE = settings.TARIFF_CEILING + 1


def said(
    tariff: int = 200_000, starts_on: date = FIRST, ends_on: date = LAST, **more: Any
) -> decision_rules.Terms:
    return decision_rules.Terms(tariff, starts_on, ends_on, **more)


def meeting_with(
    application: Application, present: Iterable[User], *, by: User
) -> Meeting:
    """A meeting under way that has the case on its agenda; all who are present count towards the quorum."""
    meeting = plan_meeting(by=by, days=0, status="under_way", opened_at=timezone.now())
    AgendaItem.objects.create(
        meeting=meeting, application=application, position=0, minutes=20, added_by=by
    )
    for person in present:
        Attendance.objects.create(
            meeting=meeting, user=person, state="present", counts=True
        )
    return meeting


def pupils(application: Application) -> list[PupilCase]:
    return list(
        application.pupil_cases.select_related("pupil", "application__school__district")
    )


def standing(case: PupilCase) -> Decision:
    return Decision.objects.standing().filter(pupil_case=case).latest("decided_at")


def released_grant(case: PupilCase, terms: decision_rules.Terms, *, by: User) -> Grant:
    """The pupil granted on these terms, the others of the case rejected, all released."""
    granted = decisions.grant(case, terms, grounds="Behovet er stort.", by=by)
    for other in pupils(case.application):
        if other != case:
            decisions.reject(other, grounds="Skolen har selv midlerne.", by=by)
    releases.release(case.application, by=by)
    return Grant.objects.select_related(
        "decision__pupil_case__application__school"
    ).get(pk=granted.pk)


def deliver() -> None:
    for message in OutboxMessage.objects.filter(done_at__isnull=True):
        outbox.deliver(message.pk)
