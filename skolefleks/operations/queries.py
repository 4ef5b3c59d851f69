"""What the pages of operations read: messages that wait, the trail, who saw what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, NamedTuple

from django.db.models import Count, Max, Min, Q

from skolefleks.models import (
    AccessEntry,
    AuditEntry,
    Notice,
    OutboxMessage,
    User,
)
from skolefleks.operations import subjects_in_words, trials
from skolefleks.outbox import MAILS

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from django.db.models import QuerySet


Kind = AccessEntry.Kind

READS = (Kind.VIEW, Kind.SEARCH, Kind.REVEAL, Kind.PRINT, Kind.EXPORT)


@dataclass(frozen=True)
class Undelivered:
    """A message with whom it is for, where it is a mail, and what it is about."""

    message: OutboxMessage
    receiver: User | None
    subject: str


def undelivered() -> QuerySet[OutboxMessage]:
    """Messages that failed at least once and are not delivered: mails and all else."""
    return OutboxMessage.objects.filter(_failing(), done_at__isnull=True)


def with_receivers(mails: Sequence[OutboxMessage]) -> list[Undelivered]:
    """Each with its receiver and subject, in two queries for all."""
    people = people_of(mail.payload.get("user") for mail in mails)
    notice_ids = {mail.payload["notice"] for mail in mails if "notice" in mail.payload}
    notices = Notice.objects.in_bulk(notice_ids)

    rows = []
    for mail in mails:
        # A day's summary is about many notices, and carries none.
        notice = notices.get(mail.payload.get("notice", 0))
        subject = "Dagens mail"
        if mail.topic not in MAILS:
            subject = mail.topic
        if mail.topic == trials.MAIL:
            subject = trials.TITLE
        if notice is not None:
            subject = notice.subject
        receiver = people.get(mail.payload.get("user", 0))
        rows.append(Undelivered(mail, receiver, subject))
    return rows


class Waiting(NamedTuple):
    """How many messages of a topic wait, how many of them failed, and since when the oldest."""

    topic: str
    number: int
    failed: int
    oldest: datetime


def waiting_by_topic() -> list[Waiting]:
    """The outbox as it stands. One query."""
    failing = Count("id", filter=_failing())
    rows = OutboxMessage.objects.waiting().values("topic")
    rows = rows.annotate(number=Count("id"), failed=failing, oldest=Min("created_at"))
    return [Waiting(**row) for row in rows.order_by("topic")]


def _failing() -> Q:
    return Q(attempts__gt=0)


def accesses(
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
    person: User | None = None,
    number: str = "",
    kind: str = "",
) -> QuerySet[AccessEntry]:
    """The lines of the access log that fit."""
    rows = AccessEntry.objects.all()
    # What is left empty is no condition.
    conditions: dict[str, Any] = {
        "at__gte": begins,
        "at__lte": ends,
        "user_id": person and person.pk,
        "subject": number,
        "kind": kind,
    }
    return rows.filter(**{name: value for name, value in conditions.items() if value})


def reads(**choice: Any) -> QuerySet[AccessEntry]:
    """The lines of those that say what somebody saw: signing in is not among it."""
    return accesses(**choice).filter(kind__in=READS)


def entries(
    *,
    begins: datetime | None = None,
    ends: datetime | None = None,
    person: User | None = None,
    number: str = "",
    verb: str = "",
) -> QuerySet[AuditEntry]:
    """The lines of the trail that fit; `person` did it, or it was done to them."""
    rows = AuditEntry.objects.all()
    conditions: dict[str, Any] = {
        "at__gte": begins,
        "at__lte": ends,
        "subject": number,
        "verb": verb,
    }
    rows = rows.filter(**{name: value for name, value in conditions.items() if value})
    if person is not None:
        about = Q(object_type="skolefleks.user", object_id=str(person.pk))
        rows = rows.filter(Q(actor_id=person.pk) | about)
    return rows


class Reading(NamedTuple):
    """What one person saw of one case in a window."""

    person: User | None
    # A case's number, or what else the line is about (`subjects_in_words`).
    subject: str
    times: int
    begins_at: datetime
    ends_at: datetime

    @property
    def about(self) -> str:
        return subjects_in_words.words_of(self.subject)


def readings(rows: QuerySet[AccessEntry], *, most: int) -> list[Reading]:
    """Who saw what, by person and case; at most so many lines. Two queries."""
    groups = rows.order_by().values("user_id", "subject")
    groups = groups.annotate(times=Count("id"), first=Min("at"), last=Max("at"))
    groups_read = list(groups.order_by("user_id", "subject")[:most])
    people = people_of(row["user_id"] for row in groups_read)
    return [
        Reading(
            people.get(row["user_id"]),
            row["subject"],
            row["times"],
            row["first"],
            row["last"],
        )
        for row in groups_read
    ]


def people_of(ids: Iterable[int | None]) -> dict[int, User]:
    """The people by their numbers, in one query."""
    return User.objects.in_bulk({pk for pk in ids if pk})
