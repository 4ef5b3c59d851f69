"""What follows an act: written with it, done once, tried again, and never lost with the broker."""

from __future__ import annotations

import re
import threading
from datetime import timedelta
from functools import partial

import pytest
from celery.contrib.testing.worker import start_worker
from django.conf import settings
from django.core import mail
from django.db import transaction
from django.utils import timezone

from applications.submission import actions as submission
from applications.writing import actions as writing
from skolefleks import outbox
from skolefleks.celery import app as celery_app
from skolefleks.models import Notice, OutboxMessage
from skolefleks.tasks import deliver_message, sweep_outbox
from tests.deciding import deliver
from tests.racing import at_once, race
from tests.roles import leave
from visitation.cases import actions as cases

TOPIC = "test.heard"


celery_app.loader.import_default_modules()  # the apps' handlers, as a worker loads them


@pytest.fixture(autouse=True)
def _bell(monkeypatch):
    """Nobody listens."""
    monkeypatch.setattr(celery_app, "send_task", lambda _name, args, *_, **__: None)


@pytest.fixture
def heard(monkeypatch):
    """What the handler of the test's own topic was given."""
    payloads = []
    monkeypatch.setitem(outbox.HANDLERS, TOPIC, payloads.append)
    return payloads


@pytest.fixture
def message(db, heard):
    outbox.post(TOPIC, number=1)
    return OutboxMessage.objects.get()


def waiting():
    return sorted(
        OutboxMessage.objects.filter(done_at__isnull=True).values_list("topic", flat=True)
    )


def test_a_message_is_posted_with_its_act(submitted):
    assert waiting() == ["application.submitted"]


def test_it_is_gone_with_its_act(draft, leader):
    with transaction.atomic():
        submission.submit(draft, by=leader)
        transaction.set_rollback(True)
    assert waiting() == []


@pytest.mark.django_db(transaction=True)
def test_the_bell_rings_after_the_commit_and_not_before(draft, leader, monkeypatch):
    rung = []
    monkeypatch.setattr(celery_app, "send_task", lambda _name, args, *_, **__: rung.extend(args))
    with transaction.atomic():
        submission.submit(draft, by=leader)
        assert rung == []
    assert rung == [str(OutboxMessage.objects.get().pk)]


def test_a_message_rung_twice_is_delivered_once(message, heard):
    deliver_message(str(message.pk))
    deliver_message(str(message.pk))
    assert heard == [{"number": 1}]
    assert waiting() == []


@pytest.mark.django_db(transaction=True)
def test_a_message_rung_many_times_at_once_is_delivered_once(message, heard):
    answers = at_once([partial(outbox.deliver, message.pk)] * 12)
    assert sorted(answers) == [False] * 11 + [True]
    assert heard == [{"number": 1}]


@race("skolefleks.outbox.deliver", held=1, off=2)
def test_a_message_that_is_being_delivered_is_left_alone(heard, together, outcome):
    outbox.post(TOPIC, number=1)
    deliver_it = partial(outbox.deliver, OutboxMessage.objects.get().pk)
    together(deliver_it, deliver_it)
    assert len(heard) == outcome


def test_a_message_nobody_knows_is_no_error(db):
    deliver_message("00000000-0000-4000-8000-000000000000")


def test_a_handler_that_fails_is_tried_again_later_and_later(message, monkeypatch):
    monkeypatch.setitem(outbox.HANDLERS, TOPIC, lambda payload: 1 / 0)
    waits = []
    for _ in range(12):
        with pytest.raises(ZeroDivisionError):
            deliver_message(str(message.pk))
        message.refresh_from_db()
        waits.append(round((message.due_at - timezone.now()).total_seconds() / 60))
    assert waits == [1, 2, 4, 8, 16, 32, 64, 128, 256, 360, 360, 360]
    assert (message.attempts, waiting()) == (12, [TOPIC])


def test_what_has_failed_for_a_month_waits_no_longer_than_the_longest(message, monkeypatch):
    OutboxMessage.objects.update(attempts=120)
    monkeypatch.setitem(outbox.HANDLERS, TOPIC, lambda payload: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        deliver_message(str(message.pk))
    message.refresh_from_db()
    assert timezone.now() < message.due_at <= timezone.now() + outbox.MAX_DELAY


def test_a_handler_that_fails_leaves_nothing_half_done(message, leader, monkeypatch):
    def rename_and_fail(payload):
        type(leader).objects.filter(pk=leader.pk).update(name="Halvt")
        raise ZeroDivisionError

    monkeypatch.setitem(outbox.HANDLERS, TOPIC, rename_and_fail)
    with pytest.raises(ZeroDivisionError):
        deliver_message(str(message.pk))
    leader.refresh_from_db()
    assert leader.name == "Lene Baltorp"


def test_what_failed_is_delivered_when_the_handler_is_well_again(
    message, heard, monkeypatch, time_machine
):
    with monkeypatch.context() as ill:
        ill.setitem(outbox.HANDLERS, TOPIC, lambda payload: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            deliver_message(str(message.pk))
    assert outbox.overdue() == []
    time_machine.move_to(timezone.now() + timedelta(minutes=2, seconds=1))
    assert outbox.overdue() == [message]
    deliver_message(str(message.pk))
    assert heard == [{"number": 1}]


def test_a_topic_nobody_handles_is_not_lost(db):
    outbox.post("nobody.handles")
    with pytest.raises(KeyError):
        deliver_message(str(OutboxMessage.objects.get().pk))
    assert waiting() == ["nobody.handles"]


def test_every_message_of_the_acts_has_its_handler(released):
    source = ""
    for floor in ("skolefleks", "budget", "applications", "visitation"):
        for path in (settings.BASE_DIR / floor).rglob("*.py"):
            source += path.read_text()
    posted = set(re.findall(r'outbox\.post\(\s*"([^"]+)"', source))
    assert set(waiting()) <= posted <= set(outbox.HANDLERS)
    assert len(posted) >= 4


def test_the_sweeper_rings_for_what_nobody_heard_after_a_minute(message, monkeypatch, time_machine):
    rung = []
    monkeypatch.setattr(celery_app, "send_task", lambda _name, args, **_: rung.extend(args))
    now = timezone.now()
    for seconds in (59, 61):
        time_machine.move_to(now + timedelta(seconds=seconds))
        sweep_outbox()
    assert rung == [str(message.pk)]


@pytest.mark.parametrize(
    ("topic", "queue"),
    [
        ("notices.mail", "outward"),
        ("notices.digest", "outward"),
        ("head.syslog", "outward"),
        ("head.mail", "outward"),
        ("paper.examine", "celery"),
    ],
)
def test_what_leaves_the_house_is_the_mailers_and_a_paper_never(topic, queue, monkeypatch):
    rung = []
    monkeypatch.setattr(celery_app, "send_task", lambda name, *_, **__: rung.append(name))
    outbox.ring(OutboxMessage(topic=topic))
    route = celery_app.amqp.router.route({}, rung[0])
    assert route["queue"].name == queue


@pytest.fixture
def _dead_broker(monkeypatch, tmp_path):
    """Celery's address leads to a socket where nobody is."""
    monkeypatch.undo()
    monkeypatch.setattr(celery_app.conf, "broker_url", f"redis+socket://{tmp_path}/nobody.sock")
    monkeypatch.setattr(
        "kombu.utils.functional.sleep", lambda _: pytest.fail("somebody waits for the broker")
    )
    celery_app._after_fork()  # forget the connections it has
    yield
    monkeypatch.undo()
    celery_app._after_fork()


@pytest.mark.django_db(transaction=True)
@pytest.mark.usefixtures("_dead_broker")
def test_with_the_broker_dead_the_act_stands_and_the_sweeper_finds_it(
    draft, leader, time_machine, caplog
):
    submission.submit(draft, by=leader)
    assert "outbox.bell_unheard" in caplog.messages
    assert waiting() == ["application.submitted"]
    time_machine.move_to(timezone.now() + timedelta(seconds=61))
    assert outbox.overdue() == [OutboxMessage.objects.get()]


@pytest.mark.django_db(transaction=True)
def test_a_real_worker_on_the_real_broker_delivers(monkeypatch):
    monkeypatch.undo()
    heard = threading.Event()
    monkeypatch.setitem(outbox.HANDLERS, TOPIC, lambda payload: heard.set())
    with start_worker(celery_app, perform_ping_check=False, shutdown_timeout=20):
        outbox.post(TOPIC)
        assert heard.wait(20)
    assert waiting() == []


# -- mail --


def test_who_must_act_gets_a_mail_and_nobody_else(
    draft, leader, chair, secretary, member, staff, adviser
):
    submission.submit(draft, by=leader)
    deliver()
    assert sorted(sent.to for sent in mail.outbox) == sorted([[chair.email], [secretary.email]])


def test_the_leader_is_told_of_questions_and_of_release(
    submitted, leader, staff, other_leader, chair
):
    deliver()
    mail.outbox.clear()
    cases.send_back(submitted, note="Hvad med klubben?", by=chair)
    deliver()
    assert [sent.to for sent in mail.outbox] == [[leader.email]]
    # PPR hears it too, as something to know: it comes with the day's mail.
    heard = Notice.objects.get(user__email="ppr@demo.example", must_act=False)
    assert heard.subject == submitted.number


def test_an_adviser_is_told_of_the_invitation(submitted, leader, adviser, person):
    writing.invite(submitted, adviser=adviser, by=leader)
    deliver()
    assert [sent.to for sent in mail.outbox] == [[adviser.email]]


def test_whoever_has_left_gets_no_mail(draft, leader, chair, secretary):
    leave(chair)
    type(secretary).objects.filter(pk=secretary.pk).update(is_active=False)
    submission.submit(draft, by=leader)
    deliver()
    assert mail.outbox == []


def test_a_mail_holds_a_number_and_a_link_and_no_more(submitted, chair):
    deliver()
    [sent] = mail.outbox
    assert f"Sag: {submitted.number}" in sent.body
    assert f"/sager/{submitted.number}/" in sent.body
    birthday = submitted.pupil_cases.all()[0].pupil.cpr[:6]
    for secret in ("Anna", "Berg", "A.B.", "Baltorp", "Opdigtet", birthday):
        assert secret not in sent.body + sent.subject
