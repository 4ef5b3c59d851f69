"""One's own notices: how many are unread, reading them, choosing when mail comes, and the daily mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.calendar import is_working_day
from skolefleks.danish import today
from skolefleks.models import MailChoice, Notice, User
from skolefleks.notices.mail import send_digest

if TYPE_CHECKING:
    from django.db.models import QuerySet


def of(user: User) -> QuerySet[Notice]:
    return Notice.objects.filter(user=user)


@transaction.atomic
def read(notices: QuerySet[Notice]) -> None:
    """Mark those not yet read as read."""
    notices.filter(read_at__isnull=True).update(read_at=timezone.now())


@transaction.atomic
def take_back(user: User, subject: str) -> None:
    """Remove what `user` was told of a case that is closed to them now: not even that there is news of it is theirs."""
    of(user).filter(subject=subject).delete()


@transaction.atomic
def choose_mail(choice: MailChoice, *, by: User) -> None:
    by.mail_choice = choice
    by.save(update_fields=["mail_choice"])
    audit.record("choose_mail", by, by=by, choice=choice)


def post_digests() -> None:
    """Ask for a daily mail to everybody whom something new waits for, on Danish working days alone."""
    if not is_working_day(today()):
        return
    for user in _waiting().order_by().values_list("user", flat=True).distinct():
        with transaction.atomic():
            outbox.post("notices.digest", user=user)


@outbox.handles("notices.digest")
def mail_digest(payload: dict[str, Any]) -> None:
    """One mail of what is neither read nor mailed; asked a second time there is nothing left."""
    person = User.objects.filter(pk=payload["user"], is_active=True).first()
    waiting = list(_waiting().filter(user=payload["user"]).select_for_update().order_by("pk"))
    if person is None or not waiting:
        return
    Notice.objects.filter(pk__in=[notice.pk for notice in waiting]).update(mailed_at=timezone.now())
    send_digest(person, waiting)


def _waiting() -> QuerySet[Notice]:
    return Notice.objects.filter(read_at__isnull=True, mailed_at__isnull=True)
