"""The mails that did not arrive."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from skolefleks.models import Notice, OutboxMessage, User
from skolefleks.outbox import MAILS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from django.db.models import QuerySet


@dataclass(frozen=True)
class Undelivered:
    """A mail with whom it is for, and the case it is about where it is about one alone."""

    message: OutboxMessage
    receiver: User | None
    subject: str


def undelivered() -> QuerySet[OutboxMessage]:
    """Mails that failed at least once and have not been sent since."""
    mails = OutboxMessage.objects.filter(topic__in=MAILS, done_at__isnull=True)
    return mails.filter(attempts__gt=0)


def with_receivers(mails: Sequence[OutboxMessage]) -> list[Undelivered]:
    """Each with its receiver and subject, in two queries for all."""
    people = User.objects.in_bulk({mail.payload["user"] for mail in mails})
    notice_ids = {mail.payload["notice"] for mail in mails if "notice" in mail.payload}
    notices = Notice.objects.in_bulk(notice_ids)

    rows = []
    for mail in mails:
        notice = notices.get(mail.payload.get("notice", 0))
        subject = "Dagens mail"
        if notice is not None:
            subject = notice.subject
        rows.append(Undelivered(mail, people.get(mail.payload["user"]), subject))
    return rows
