"""What is to happen after commit: posted in the act's own transaction, delivered once each."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import timedelta
from smtplib import SMTPRecipientsRefused
from typing import TYPE_CHECKING, Any
from uuid import UUID

from celery import current_app
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError

from skolefleks import audit
from skolefleks.models import OutboxMessage
from skolefleks.setup import trade

if TYPE_CHECKING:
    from skolefleks.models import User

# What is called with a message's payload.
Handler = Callable[[dict[str, Any]], None]

# By topic.
HANDLERS: dict[str, Handler] = {}

# The topics whose messages are given up after as many attempts as the setting `mail_tries` says.
MAILS: set[str] = set()

# The topics, the mails among them, whose handler reaches a server outside. The mailer delivers
# them: the worker opens files that strangers sent, and so may reach no server outside.
OUTWARD: set[str] = set()

# So long after it is due, the sweeper takes up a message. After its first failure it waits as long.
SWEEP_AFTER = timedelta(seconds=60)

MAX_DELAY = timedelta(hours=6)

# By then the delay has long been the longest. A month of doublings is more than a timedelta holds.
MOST_DOUBLINGS = 20

# In one run of the sweeper.
MOST_SWEPT = 500

ERROR_LENGTH = 80

# The tasks that deliver. By name, since their module imports this one. Which process runs which
# stands in settings.CELERY_TASK_ROUTES.
DELIVER = "skolefleks.tasks.deliver_message"
DELIVER_OUTWARD = "skolefleks.tasks.deliver_outward"

log = logging.getLogger(__name__)


def handles(
    topic: str, *, is_mail: bool = False, is_outward: bool = False
) -> Callable[[Handler], Handler]:
    """Register the one handler of `topic`.

    It runs inside the delivery's transaction, and must bear being run again. A mail goes to one
    person only: an address that the server refuses must not stop a mail to anybody else.
    """

    def register(handler: Handler) -> Handler:
        HANDLERS[topic] = handler
        if is_mail:
            MAILS.add(topic)
        if is_mail or is_outward:
            OUTWARD.add(topic)
        return handler

    return register


def post(topic: str, **payload: Any) -> OutboxMessage:
    """Write the message in the act's transaction, and ring for its delivery after commit.

    `payload` holds ids, never personal data.
    """
    message = OutboxMessage.objects.create(
        topic=topic, payload=payload, due_at=timezone.now()
    )
    transaction.on_commit(lambda: ring(message))
    return message


def deliver(message_id: UUID) -> bool:
    """Hand one message to its handler, and say whether that was done.

    False where it is delivered already, or another worker has it. Where the handler fails, the
    message is put off and the error raised.
    """
    try:
        with transaction.atomic():
            # A message that another worker holds is skipped, not waited for.
            messages = OutboxMessage.objects.select_for_update(skip_locked=True)
            message = messages.waiting().filter(pk=message_id).first()
            if message is None:
                return False

            HANDLERS[message.topic](message.payload)
            message.done_at = timezone.now()
            message.save(update_fields=["done_at"])
            return True
    except Exception as error:
        # Outside the `atomic` block: by now its transaction is rolled back.
        _put_off(message_id, error)
        raise


def try_again(message: OutboxMessage, *, by: User) -> None:
    """Take up a mail that was given up, or put off, from the beginning."""
    with transaction.atomic():
        message.attempts = 0
        message.due_at = timezone.now()
        message.given_up_at = None
        message.save(update_fields=["attempts", "due_at", "given_up_at"])
        audit.record("try_mail_again", message, by=by)
        transaction.on_commit(lambda: ring(message))


def overdue() -> list[OutboxMessage]:
    """The messages that should have been delivered by now: nobody heard the ring."""
    due_before = timezone.now() - SWEEP_AFTER
    messages = OutboxMessage.objects.waiting().filter(due_at__lt=due_before)
    return list(messages.order_by("due_at")[:MOST_SWEPT])


def ring(message: OutboxMessage) -> None:
    """Tell the worker or the mailer; without a broker the message waits for the sweeper.

    It is tried only once: a person is waiting for the page meanwhile.
    """
    task = DELIVER
    if message.topic in OUTWARD:
        task = DELIVER_OUTWARD
    try:
        current_app.send_task(task, (str(message.pk),), retry=False)
    except OperationalError:
        log.warning("outbox.bell_unheard", extra={"outbox_id": str(message.pk)})


def _put_off(message_id: UUID, error: Exception) -> None:
    """Let it wait twice as long after each attempt, at most MAX_DELAY; give up mails alone."""
    message = OutboxMessage.objects.get(pk=message_id)
    doublings = min(message.attempts, MOST_DOUBLINGS)
    delay = min(SWEEP_AFTER * 2**doublings, MAX_DELAY)

    message.attempts += 1
    message.due_at = timezone.now() + delay
    message.error = _kind_of(error)
    if message.topic in MAILS and message.attempts >= trade.now().mail_tries:
        message.given_up_at = timezone.now()
        log.error("outbox.mail_given_up", extra={"outbox_id": str(message_id)})
    message.save(update_fields=["attempts", "due_at", "error", "given_up_at"])


def _kind_of(error: Exception) -> str:
    """`SMTPRecipientsRefused 550`: the kind of failure and the server's code, and no more.

    What a server writes may name a person.
    """
    code = getattr(error, "smtp_code", "")
    if isinstance(error, SMTPRecipientsRefused):
        codes = [str(answer[0]) for answer in error.recipients.values()]
        code = ", ".join(codes)
    return f"{type(error).__name__} {code}".strip()[:ERROR_LENGTH]
