"""The trail's head: signed, kept outside the database, and held against the chain."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.utils import timezone

from skolefleks import audit, outbox
from skolefleks.models import AuditEntry, OutboxMessage
from skolefleks.operations import heads
from tests.roles import guards_off


@pytest.fixture
def trail(head_file, chief):
    """Three sealed lines and the head of them."""
    for verb in ("write", "submit", "approve"):
        audit.record(verb, chief, by=chief)
    seal()
    return heads.keep()


def seal():
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")


def run(sql):
    with guards_off(), connection.cursor() as cursor:
        cursor.execute(sql)


def test_a_head_is_signed_and_kept_once(trail, head_file):
    assert trail.is_genuine()
    assert heads.keep() == trail
    assert len(head_file.read_text().splitlines()) == 1
    assert heads.difference() == ""


def test_an_empty_trail_has_no_head(db, head_file):
    assert heads.keep() is None
    assert heads.difference() == ""


def test_a_trail_cut_behind_the_head_is_found(trail):
    run(
        "DELETE FROM skolefleks_auditseal WHERE position = (SELECT max(position)"
        " FROM skolefleks_auditseal)"
    )
    assert "findes ikke mere" in heads.difference()


def test_another_chain_is_found(trail):
    run("UPDATE skolefleks_auditseal SET hash = sha256(hash)")
    assert "er et andet end det, der blev underskrevet" in heads.difference()


@pytest.mark.parametrize("change", [{"position": 1}, {"hash": "00"}, {"signature": "00" * 32}])
def test_a_head_that_somebody_else_wrote_is_found(change, trail, head_file):
    words = json.loads(head_file.read_text())
    head_file.write_text(json.dumps({**words, **change}) + "\n")
    assert "ikke underskrevet af systemet" in heads.difference()


def test_a_file_that_is_gone_is_missed_after_two_days(trail, head_file):
    head_file.unlink()
    assert heads.difference() == ""
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert heads.difference() == "Kædens sidste led er ikke gemt uden for databasen."


def test_a_head_that_is_kept_no_more_is_missed(trail):
    with time_machine.travel(timezone.now() + timedelta(days=3)):
        assert "siden" in heads.difference()


def test_the_head_goes_by_mail_where_the_settings_say_so(db, head_file, chief, settings):
    settings.TRAIL_HEAD_MAIL = ["revision@demo.example"]
    audit.record("write", chief, by=chief)
    seal()
    head = heads.keep()
    assert outbox.deliver(OutboxMessage.objects.get(topic="head.mail").pk)
    [message] = mail.outbox
    assert message.to == ["revision@demo.example"]
    assert head.signature in message.body


def test_a_line_of_before_the_marks_is_let_pass_and_a_later_one_is_not(trail, chief):
    AuditEntry.objects.create(verb="x", object_type="x", object_id="1")
    seal()
    assert audit.forged_entry(marked_after=None) is None
    assert audit.forged_entry(marked_after=trail.position + 1) is None
    assert audit.forged_entry(marked_after=trail.position) is not None


@pytest.mark.parametrize(
    "change",
    ["verb = 'x'", "actor_id = 0", "at = at + interval '1 s'", "object_id = '0'", "subject = 'x'"],
)
def test_a_mark_covers_every_word_of_its_line(change, trail):
    assert audit.forged_entry() is None
    run(f"UPDATE skolefleks_auditentry SET {change} WHERE verb = 'submit'")
    assert audit.forged_entry() is not None
