"""What is to happen after commit: posted in the act's own transaction, delivered once each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from skolefleks.models import OutboxMessage

Handler = Callable[[dict[str, Any]], None]


HANDLERS: dict[str, Handler] = {}

SWEEP_AFTER = timedelta(seconds=60)

MAX_DELAY = timedelta(hours=6)

# Messages at a time.
MOST_SWEPT = 500

# The task that delivers, by its name: its module imports this one.
DELIVER = "skolefleks.tasks.deliver_message"

log = logging.getLogger(__name__)


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the one handler of `topic`.

    It runs inside the delivery's transaction, and must bear being run again.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[topic] = handler
        return handler

    return register


def post(topic: str, **payload: Any) -> None:
    """Write the message with the act, and ring the bell after commit.

    `payload` holds ids, never personal data.
    """
    message = OutboxMessage.objects.create(
        topic=topic, payload=payload, due_at=timezone.now()
    )
    transaction.on_commit(lambda: _ring(message.pk))


def deliver(message_id: UUID) -> bool:
    """Hand one message to its handler, and say whether that was done.

    It is not where the message is delivered already or somebody is at it. A failure is raised, and
    the message put off.
    """
    try:
        with transaction.atomic():
            # A message that another worker holds is skipped, not waited for.
            messages = OutboxMessage.objects.select_for_update(skip_locked=True)
            message = messages.filter(pk=message_id, done_at__isnull=True).first()
            if message is None:
                return False

            HANDLERS[message.topic](message.payload)
            message.done_at = timezone.now()
            message.save(update_fields=["done_at"])
            return True
    except Exception:
        # Outside the block above, whose transaction is rolled back by now.
        _put_off(message_id)
        raise


def overdue() -> list[UUID]:
    """The messages whose bell was not heard."""
    due_before = timezone.now() - SWEEP_AFTER
    messages = OutboxMessage.objects.filter(
        done_at__isnull=True, due_at__lt=due_before
    )
    return list(messages.order_by("due_at").values_list("pk", flat=True)[:MOST_SWEPT])


def _put_off(message_id: UUID) -> None:
    """Wait twice as long after each attempt, at most MAX_DELAY; a message is never given up."""
    message = OutboxMessage.objects.get(pk=message_id)
    delay = min(SWEEP_AFTER * 2**message.attempts, MAX_DELAY)

    message.attempts += 1
    message.due_at = timezone.now() + delay
    message.save(update_fields=["attempts", "due_at"])


def _ring(message_id: UUID) -> None:
    """Tell a worker; with the broker gone the message waits for the sweeper.

    It is tried once: whoever rings is a person waiting for a page.
    """
    try:
        current_app.send_task(DELIVER, (str(message_id),), retry=False)
    except OperationalError:
        log.warning("outbox.bell_unheard", extra={"outbox_id": str(message_id)})
