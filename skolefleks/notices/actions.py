"""What happens to one's own notices: reading them, choosing when mail comes, the daily mail."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.calendar import is_working_day
from skolefleks.danish import today
from skolefleks.models import MailChoice, Notice, User
from skolefleks.notices import queries
from skolefleks.notices.mail import send_at_once, send_digest

if TYPE_CHECKING:
    from django.db.models import QuerySet


@transaction.atomic
def mark_read(notices: QuerySet[Notice]) -> None:
    """Mark those of `notices` as read that are not yet."""
    notices.filter(read_at__isnull=True).update(read_at=timezone.now())


@transaction.atomic
def take_back(user: User, subject: str) -> None:
    """Remove what `user` was told of a case that is closed to them now.

    Even that there is news in the case is no longer theirs to know.
    """
    queries.notices_of(user).filter(subject=subject).delete()


@transaction.atomic
def choose_mail(mail_choice: MailChoice, *, by: User) -> None:
    """Choose when one's own mail comes."""
    by.mail_choice = mail_choice
    by.save(update_fields=["mail_choice"])
    audit.record("choose_mail", by, by=by, choice=mail_choice)


def post_digests() -> None:
    """Ask for a daily mail to everybody for whom something new waits, on working days alone."""
    if not is_working_day(today()):
        return

    # Without an order of its own, or `distinct` would count it in.
    users = queries.not_mailed().order_by().values_list("user", flat=True).distinct()
    for user in users:
        with transaction.atomic():
            outbox.post("notices.digest", user=user)


@outbox.handles("notices.mail", is_mail=True)
def mail_notice(payload: dict[str, Any]) -> None:
    """Send the mail of one notice; none where the notice was taken back or the person left."""
    notices = Notice.objects.filter(pk=payload["notice"], user__is_active=True)
    notice = notices.select_related("user").first()
    if notice is not None:
        send_at_once(notice.user, notice)


@outbox.handles("notices.digest", is_mail=True)
def mail_digest(payload: dict[str, Any]) -> None:
    """Send one mail of what is neither read nor mailed; a second time there is nothing left."""
    person = User.objects.filter(pk=payload["user"], is_active=True).first()

    rows = queries.not_mailed().filter(user=payload["user"])
    notices = list(rows.select_for_update().order_by("pk"))
    if person is None or not notices:
        return

    keys = [notice.pk for notice in notices]
    Notice.objects.filter(pk__in=keys).update(mailed_at=timezone.now())
    send_digest(person, notices)
