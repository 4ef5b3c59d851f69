"""The daily mail that two workers are given at once."""

from __future__ import annotations

from functools import partial

from django.core import mail

from skolefleks.notices.actions import mail_digest
from skolefleks.notices.mail import tell
from tests.racing import race


@race("skolefleks.notices.actions.mail_digest", held=1, off=2)
def test_the_daily_mail_is_sent_once_however_often_it_is_delivered(leader, together, outcome):
    tell([leader], number="SF-2026-0001", path="/", must_act=False)
    send = partial(mail_digest, {"user": leader.pk})
    together(send, send)
    assert len(mail.outbox) == outcome
