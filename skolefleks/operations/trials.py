"""Trying the ways out of the house: a mail to oneself; the sign-on is `federation.probe`'s."""

from __future__ import annotations

from typing import Any

from django.core.mail import send_mail
from django.db import transaction

from skolefleks import audit, outbox
from skolefleks.danish import moment
from skolefleks.models import AuditEntry, OutboxMessage, User
from skolefleks.operations.facts import Fact
from skolefleks.permissions import EVERYWHERE, Permission, require

MAIL = "operations.trial_mail"
TITLE = "Prøvemail"
BODY = (
    "Det her er en prøve fra SkoleFleks. Når du kan læse den, kommer mails frem.\n\n"
    "Du har selv bedt om den under Drift."
)


@transaction.atomic
def try_mail(*, by: User) -> None:
    """Send a mail to oneself, by the way that all mails go: outbox, mailer, mail server."""
    require(by, Permission.MAIL_LOOK_AFTER, at=EVERYWHERE)
    message = outbox.post(MAIL, user=by.pk)
    audit.record("try_mail", by, by=by, message=str(message.pk))


@outbox.handles(MAIL, is_mail=True)
def send_trial(payload: dict[str, Any]) -> None:
    """The mail itself; none where the person has left since."""
    person = User.objects.filter(pk=payload["user"], is_active=True).first()
    if person is not None:
        send_mail(f"{TITLE} fra SkoleFleks", BODY, None, [person.email])


def last_ones() -> list[Fact]:
    """What came of the last of each, for the page. Three queries at most."""
    return [_last_mail(), _last_sign_on()]


def _last_mail() -> Fact:
    line = AuditEntry.objects.filter(verb="try_mail").order_by("-id").first()
    message = None
    if line is not None:
        message = OutboxMessage.objects.filter(pk=line.payload["message"]).first()
    if line is None:
        return Fact(TITLE, "Ikke prøvet")
    # What was delivered is tidied away after some time.
    if message is None or message.done_at:
        return Fact(
            TITLE, f"Afleveret til mailserveren {moment(line.at)}", is_well=True
        )
    if message.attempts:
        return Fact(TITLE, f"Fejlede: {message.error}", is_well=False)
    return Fact(TITLE, f"Venter siden {moment(line.at)}")


def _last_sign_on() -> Fact:
    title = "Kommunens login"
    line = AuditEntry.objects.filter(verb="try_sign_on").order_by("-id").first()
    if line is None:
        return Fact(title, "Ikke prøvet")
    is_well = not any(line.payload["problems"].values())
    words = "Svarede ikke, som det skal,"
    if is_well:
        words = "Svarede"
    return Fact(title, f"{words} {moment(line.at)}", is_well=is_well)
