"""Administrators are told where one person reads unusually much."""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction
from django.db.models import Count
from django.urls import reverse
from django.utils import timezone

from skolefleks import audit
from skolefleks.models import AccessEntry, Role, User
from skolefleks.notices import mail
from skolefleks.setup import trade

# Names nobody: who it was stands in the trail and the access log, which
# administrators read.
SENTENCE = "Usædvanligt mange opslag af én person. Se adgangsloggen."

SUBJECT = "adgangslog"


@transaction.atomic
def tell_of_reading(person: int, *, what: str, count: int) -> None:
    """A line of the trail, and a notice to each administrator."""
    audit.record("unusual_reading", User(pk=person), by=None, what=what, count=count)
    mail.tell(
        User.objects.holding(Role.ADMINISTRATOR),
        number=SUBJECT,
        path=reverse("access_log"),
        text=SENTENCE,
        topic="alarm",
    )


def watch_reading() -> None:
    """Look at the last hour: who has read more cases than the setting says?"""
    since = timezone.now() - timedelta(hours=1)
    reads = AccessEntry.objects.filter(at__gte=since).exclude(subject="")
    cases = reads.values("user_id").annotate(cases=Count("subject", distinct=True))
    for row in cases.filter(cases__gt=trade.now().reading_alarm):
        tell_of_reading(row["user_id"], what="cases", count=row["cases"])
