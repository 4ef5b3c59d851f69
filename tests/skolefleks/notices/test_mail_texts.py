"""Mails say what the municipality has written."""

from __future__ import annotations

import pytest
from django.core import mail

from skolefleks.danish import today
from skolefleks.models import MailChoice, Notice
from skolefleks.notices import mail as mails
from skolefleks.texts import actions

pytestmark = pytest.mark.django_db


def write(key, text, by):
    actions.write(key, text=text, starts_on=today(), reason="Nyt.", after=0, by=by)


def test_a_mail_says_what_was_written(admin, chair):
    write("mail-emne-opgave", "Husk SkoleFleks", admin)
    write("mail-opgave", "Se {hvad} på {link}. Ret det på {vaelg}.", admin)
    notice = Notice(user=chair, subject="Møde 3. december", path="/moeder/", must_act=True)
    mails.send_at_once(chair, notice)
    [sent] = mail.outbox
    assert sent.subject == "Husk SkoleFleks"
    assert sent.body.startswith("Se Møde 3. december på http")


def test_as_it_comes_a_mail_is_as_before(chair):
    chair.mail_choice = MailChoice.AT_ONCE
    mails.send_digest(chair, [Notice(user=chair, subject="Møde 3. december", must_act=False)])
    [sent] = mail.outbox
    assert sent.subject == "Nyt i SkoleFleks"
    assert sent.body.startswith("Der er nyt i SkoleFleks.\n\nMøde 3. december\n\nDine beskeder:")
    assert "Mailen indeholder ingen personoplysninger.\nVælg selv" in sent.body
