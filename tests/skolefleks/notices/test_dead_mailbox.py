"""One mailbox that refuses everything stops nobody else's mail; the administrator sees it."""

from __future__ import annotations

from contextlib import suppress
from smtplib import SMTPRecipientsRefused

import pytest
from django.conf import settings
from django.core import mail
from django.core.mail.backends import locmem
from django.urls import reverse

from skolefleks import outbox
from skolefleks.models import AuditEntry, MailChoice, Notice, OutboxMessage
from skolefleks.notices.mail import tell
from tests.conftest import text_of

DEAD = "dead"

pytestmark = pytest.mark.django_db


class Backend(locmem.EmailBackend):
    """A mail server that knows no mailbox whose address begins with DEAD."""

    def send_messages(self, messages):
        for message in messages:
            if message.to[0].startswith(DEAD):
                refusals = dict.fromkeys(message.to, (550, b"No such user: Anna Berg"))
                raise SMTPRecipientsRefused(refusals)
        return super().send_messages(messages)


@pytest.fixture
def four(person, settings):
    """Four people of the committee who want mail at once; the second one's mailbox is dead."""
    settings.EMAIL_BACKEND = f"{__name__}.Backend"
    people = [person(f"P{number} Medlem", "committee_member") for number in range(4)]
    people[1].email = f"{DEAD}@demo.example"
    for one in people:
        one.mail_choice = MailChoice.AT_ONCE
        one.save()
    return people


@pytest.fixture
def told(four):
    tell(four, number="SF-2026-0042", path="/", topic="test.told")
    return four


def try_all(times=1):
    for _ in range(times):
        for message in OutboxMessage.objects.waiting():
            with suppress(SMTPRecipientsRefused):
                outbox.deliver(message.pk)


def receivers():
    return [sent.to[0] for sent in mail.outbox]


def test_the_others_get_theirs_once_each_and_the_notice_is_there_for_all(told):
    assert Notice.objects.filter(subject="SF-2026-0042").count() == 4
    try_all(times=3)
    assert sorted(receivers()) == sorted(one.email for one in told if one != told[1])


def test_the_dead_one_is_given_up_after_the_tries_of_the_setting(told, caplog):
    try_all(times=settings.MAIL_TRIES - 1)
    assert not OutboxMessage.objects.given_up().exists()
    assert "outbox.mail_given_up" not in caplog.messages
    try_all(times=5)
    assert caplog.messages.count("outbox.mail_given_up") == 1
    message = OutboxMessage.objects.given_up().get()
    assert (message.attempts, message.error) == (settings.MAIL_TRIES, "SMTPRecipientsRefused 550")


def test_what_is_no_mail_is_never_given_up(db, monkeypatch):
    monkeypatch.setitem(outbox.HANDLERS, "test.ill", lambda payload: 1 / 0)
    outbox.post("test.ill")
    message = OutboxMessage.objects.get()
    for _ in range(settings.MAIL_TRIES + 3):
        with suppress(ZeroDivisionError):
            outbox.deliver(message.pk)
    assert OutboxMessage.objects.waiting().exists()


def test_the_administrator_sees_it_with_whom_it_was_for_and_why(told, admin, client_for):
    try_all(times=settings.MAIL_TRIES)
    page = text_of(client_for(admin).get(reverse("undelivered_mails")))
    for words in (told[1].name, told[1].email, "SF-2026-0042", "550", "Opgivet"):
        assert words in page
    assert told[0].email not in page
    assert "Anna Berg" not in page


def test_with_every_mail_arrived_the_page_says_so(admin, client_for):
    page = client_for(admin).get(reverse("undelivered_mails"))
    assert "Alle beskeder er kommet frem" in text_of(page)


def test_nobody_else_sees_the_page(told, chair, client_for):
    assert client_for(chair).get(reverse("undelivered_mails")).status_code == 403


def test_with_the_address_put_right_it_is_sent_at_last(told, admin, client_for, post):
    try_all(times=settings.MAIL_TRIES)
    told[1].email = "right@demo.example"
    told[1].save()
    message = OutboxMessage.objects.given_up().get()
    answer = post(client_for(admin), reverse("try_mail_again", args=[message.pk]))
    assert answer.status_code == 302
    try_all()
    assert "right@demo.example" in receivers()
    assert AuditEntry.objects.get(verb="try_mail_again").actor_id == admin.pk


def test_what_is_tried_again_is_rung_for_at_once(
    told, admin, django_capture_on_commit_callbacks, monkeypatch
):
    try_all(times=settings.MAIL_TRIES)
    rung = []
    monkeypatch.setattr(outbox, "ring", rung.append)
    message = OutboxMessage.objects.given_up().get()
    with django_capture_on_commit_callbacks(execute=True):
        outbox.try_again(message, by=admin)
    assert rung == [message]


def test_a_notice_taken_back_is_not_mailed(told):
    Notice.objects.all().delete()
    try_all()
    assert receivers() == []
