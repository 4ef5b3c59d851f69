"""What is to happen after commit. Posted in the act's own transaction, delivered once each by whoever comes first."""

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


# The task that delivers, by its name: its module imports this one.
DELIVER = "skolefleks.tasks.deliver_message"


MAX_DELAY = timedelta(hours=6)


log = logging.getLogger(__name__)


def handles(topic: str) -> Callable[[Handler], Handler]:
    """Register the one handler of `topic`. It runs inside the delivery's transaction and must bear being run again."""

    def register(handler: Handler) -> Handler:
        HANDLERS[topic] = handler
        return handler

    return register


def post(topic: str, **payload: Any) -> None:
    """Write the message with the act, ring the bell after commit. `payload` holds ids, never personal data."""
    message = OutboxMessage.objects.create(topic=topic, payload=payload, due_at=timezone.now())
    transaction.on_commit(lambda: _ring(message.pk))


def deliver(message_id: UUID) -> bool:
    """Hand one message to its handler, unless it is done or somebody is at it. A failure is put off, and raised."""
    try:
        with transaction.atomic():
            waiting = OutboxMessage.objects.select_for_update(skip_locked=True)
            message = waiting.filter(pk=message_id, done_at__isnull=True).first()
            if message is None:
                return False
            HANDLERS[message.topic](message.payload)
            message.done_at = timezone.now()
            message.save(update_fields=["done_at"])
            return True
    except Exception:
        _put_off(message_id)
        raise


def overdue() -> list[UUID]:
    """The messages whose bell was not heard."""
    late = OutboxMessage.objects.filter(
        done_at__isnull=True, due_at__lt=timezone.now() - SWEEP_AFTER
    )
    return list(late.order_by("due_at").values_list("pk", flat=True)[:500])


def _put_off(message_id: UUID) -> None:
    """Twice as long for each attempt, at most six hours; it is never given up."""
    message = OutboxMessage.objects.get(pk=message_id)
    delay = min(SWEEP_AFTER * 2**message.attempts, MAX_DELAY)
    OutboxMessage.objects.filter(pk=message_id).update(
        attempts=message.attempts + 1, due_at=timezone.now() + delay
    )


def _ring(message_id: UUID) -> None:
    """Tell a worker. With the broker gone the message waits for the sweeper: nothing is lost, and nobody waits."""
    try:
        current_app.send_task(DELIVER, (str(message_id),), retry=False)
    except OperationalError:
        log.warning("outbox.bell_unheard", extra={"outbox_id": str(message_id)})
