"""The worker's doors to the ground floor: deliver, sweep up what was missed, tidy up."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

# A handler of the outbox, and called by nothing here.
import skolefleks.operations.trials  # noqa: F401
from skolefleks import audit, outbox
from skolefleks.administration import actions as administration
from skolefleks.drafts import actions as drafts
from skolefleks.models import IdempotencyKey
from skolefleks.notices import actions as notices
from skolefleks.operations import alarms, health
from skolefleks.texts import actions as texts

KEYS_KEPT = timedelta(days=2)


@shared_task(ignore_result=True)
def deliver_message(message_id: str) -> None:
    outbox.deliver(UUID(message_id))


@shared_task(ignore_result=True)
def deliver_outward(message_id: str) -> None:
    """The same, by the process that reaches mail server and syslog."""
    outbox.deliver(UUID(message_id))


@shared_task(ignore_result=True)
def sweep_outbox() -> None:
    # A task each, so that one that fails stops no other.
    for message in outbox.overdue():
        outbox.ring(message)


@shared_task(ignore_result=True)
def beat_heart() -> None:
    health.beat()


@shared_task(ignore_result=True)
def seal_access_log() -> None:
    audit.seal_access_log()


@shared_task(ignore_result=True)
def post_digests() -> None:
    notices.post_digests()


@shared_task(ignore_result=True)
def remind_of_unsigned_texts() -> None:
    texts.remind_of_unsigned()


@shared_task(ignore_result=True)
def tidy() -> None:
    """Forget what no page can use any more, and look for unusual reading in the last hour."""
    alarms.watch_reading()
    call_command("clearsessions")
    drafts.forget_old()
    administration.end_past_roles()

    forgotten_before = timezone.now() - KEYS_KEPT
    IdempotencyKey.objects.filter(created_at__lt=forgotten_before).delete()
