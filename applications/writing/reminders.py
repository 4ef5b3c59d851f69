"""Drafts and challenges that lie still: who wrote one is reminded once, later once the leaders.

The topic of a notice says that the reminder was sent. Whoever writes in the
case starts it anew.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from django.db import transaction
from django.db.models import Exists, OuterRef
from django.urls import reverse
from django.utils import timezone

from applications.lifecycle import AT_SCHOOL, Status
from applications.models import Application
from skolefleks import outbox
from skolefleks.calendar import is_working_day
from skolefleks.danish import today
from skolefleks.models import Notice, Role, User
from skolefleks.notices.mail import tell
from skolefleks.notices.sentences import say
from skolefleks.setup import trade

if TYPE_CHECKING:
    from collections.abc import Iterable
    from uuid import UUID


TO_WRITER = "still.writer"
TO_LEADERS = "still.leader"


def post_reminders() -> None:
    """Post a reminder for each case that lies still and whose people were not reminded of it yet.

    On working days only: nobody gets a mail on a Sunday.
    """
    if not is_working_day(today()):
        return

    _post_after(trade.now().still_days, TO_WRITER)
    _post_after(trade.now().still_days_to_leader, TO_LEADERS)


def remind_writer(application_id: UUID) -> None:
    """Remind who opened the case; the school's leaders where they work there no more."""
    application = Application.objects.get(pk=application_id)
    at_school = User.objects.at_work(application.school_id)

    people = at_school.filter(pk=application.created_by_id)
    if not people:
        people = User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id)

    text = say("ligger-stille")
    _remind(application, people, text, topic=TO_WRITER)


def remind_leaders(application_id: UUID) -> None:
    """Remind the school's leaders."""
    application = Application.objects.get(pk=application_id)
    leaders = User.objects.holding(Role.SCHOOL_LEADER, school=application.school_id)
    _remind(
        application,
        leaders,
        say("ligger-stille-leder"),
        topic=TO_LEADERS,
    )


def _post_after(days: int, topic: str) -> None:
    reminders = Notice.objects.filter(
        subject=OuterRef("number"),
        topic=topic,
        created_at__gt=OuterRef("updated_at"),
    )
    still_since = timezone.now() - timedelta(days=days)
    still = Application.objects.filter(
        status__in=AT_SCHOOL, updated_at__lt=still_since
    )

    for application in still.filter(~Exists(reminders)).only("pk"):
        # Each in a transaction of its own: a message that cannot be posted holds
        # up no other.
        with transaction.atomic():
            outbox.post(topic, application=str(application.pk))


def _remind(
    application: Application, people: Iterable[User], text: str, *, topic: str
) -> None:
    """Nothing where somebody has written since the message was posted, or was reminded already."""
    reminders = Notice.objects.filter(
        subject=application.number,
        topic=topic,
        created_at__gt=application.updated_at,
    )
    if application.status not in AT_SCHOOL or reminders.exists():
        return

    page = "applications:pupils"
    if application.status == Status.CHALLENGE:
        page = "applications:challenge"
    path = reverse(page, args=[application.number])
    tell(people, number=application.number, path=path, text=text, topic=topic)
