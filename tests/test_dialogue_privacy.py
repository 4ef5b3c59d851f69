"""200 canaries over a whole journey, from challenge to submission: names, numbers and texts that must reach nowhere."""

from __future__ import annotations

import io
import logging
import random

import pytest
from django.core import mail
from django.db import connection

from applications import actions, tasks
from applications.models import Application, PupilCase
from skolefleks import outbox
from skolefleks.fictive import fictive_cpr
from skolefleks.models import MailChoice, Notice, OutboxMessage, User
from skolefleks.tasks import deliver_message, post_digests

DICE = random.Random(200)
CPRS = [fictive_cpr(DICE, born=2016) for _ in range(20)]
NAMES = [f"Kanari{n:03d} Fuglsang{n:03d}" for n in range(20)]
TEXTS = [f"Kvidren{n:03d}" for n in range(160)]
CANARIES = [*CPRS, *NAMES, *TEXTS]


@pytest.fixture
def everywhere(monkeypatch):
    """The log and what the broker is given, from here on."""
    [handler] = [handler for handler in logging.getLogger().handlers if type(handler) is logging.StreamHandler]
    monkeypatch.setattr(handler, "stream", io.StringIO())
    monkeypatch.setattr(logging.getLogger(), "level", logging.INFO)
    rung = []
    monkeypatch.setattr(deliver_message, "apply_async", lambda args, **_: rung.append(args))
    return lambda: handler.stream.getvalue() + str(rung)


def live_through(number, leader, ppr, school, look):
    """One case's journey with a name, a CPR number and eight texts of its own."""
    worry, message, stated = (" ".join(TEXTS[at::60]) for at in (number, number + 20, number + 40))
    case = PupilCase(name=NAMES[number], grade=3, worry=worry)
    application = actions.start_challenge(case, school=school, cpr=CPRS[number], by=leader)
    actions.invite(application, adviser=ppr, by=leader)
    entry = actions.write_entry(application, actions.Said("message", message), by=leader)
    actions.correct(entry, text=message, by=leader)
    actions.share(entry, by=leader)
    actions.write_entry(application, actions.Said("message", message), by=ppr)
    actions.write_statement(application, text=stated, by=ppr)
    actions.sign(application, text=stated, by=ppr)
    actions.apply(application, by=leader)
    if number < 2:
        look(application)


@pytest.fixture
def lived(everywhere, schools, leader, ppr, chair, client_for, django_capture_on_commit_callbacks, time_machine):
    """20 journeys, the pages of some of them opened, everything delivered: mails, daily mails and reminders too."""
    User.objects.filter(pk=ppr.pk).update(mail_choice=MailChoice.AT_ONCE)
    addresses = []

    def look(application):
        for user in (leader, ppr):
            paths = (application.get_absolute_url(), f"/ansoegninger/{application.number}/dialog/", "/konto/beskeder/")
            addresses.extend(client_for(user).get(path).request["PATH_INFO"] for path in paths)

    with django_capture_on_commit_callbacks(execute=True):
        for number in range(20):
            live_through(number, leader, ppr, schools["Baltorpskolen"], look)
        deliver()
        time_machine.move_to("2027-02-02T08:00:00+01:00")
        tasks.remind_of_still_cases()
        post_digests()
        deliver()
    return everywhere() + str(addresses)


def deliver():
    for message in OutboxMessage.objects.filter(done_at__isnull=True).order_by("created_at"):
        outbox.deliver(message.pk)


def rows(*tables):
    with connection.cursor() as cursor:
        for table in tables:
            cursor.execute(f'SELECT t::text FROM "{table}" t')
            yield from (row for (row,) in cursor.fetchall())


def found_in(text):
    return [canary for canary in CANARIES if canary in text or canary.encode().hex() in text]


TOLD = ("skolefleks_notice", "skolefleks_outboxmessage", "skolefleks_auditentry", "skolefleks_accessentry")
WRITTEN = ("applications_dialogueentry", "applications_statement", "applications_pupilcase", "applications_pupil")


def test_no_canary_reaches_a_mail_an_address_the_log_the_broker_or_any_table(lived):
    assert len(set(CANARIES)) == 200
    assert Application.objects.count() == 20
    sent = "".join(str(message.message()) for message in mail.outbox)
    assert len(mail.outbox) > 40
    assert Notice.objects.count() > 80
    assert found_in(lived + sent + "".join(rows(*TOLD, *WRITTEN))) == []


def test_a_canary_that_flew_would_be_seen(leader):
    Notice.objects.create(user=leader, topic="x", subject="x", text=TEXTS[7], path="/")
    assert found_in("".join(rows(*TOLD))) == [TEXTS[7]]
    assert found_in(NAMES[3].encode().hex()) == [NAMES[3]]
