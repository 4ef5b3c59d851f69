"""The trail: every act leaves its line, the chain shows who touched it, no child is in it."""

from __future__ import annotations

import threading
from contextlib import suppress
from functools import partial

import pytest
from django.db import DatabaseError, connection, transaction

from applications.models import Application
from applications.submission import actions as submission
from skolefleks import audit
from skolefleks.models import AccessEntry, AuditEntry, AuditSeal
from tests.conftest import many
from tests.racing import at_once
from tests.roles import as_owner
from visitation.decisions import actions as decisions

at_commit = pytest.mark.django_db(transaction=True)


ENTRY = "skolefleks_auditentry"

SEAL = "skolefleks_auditseal"

ACCESS = "skolefleks_accessentry"

# What a statement of each table would change.
COLUMNS = {ENTRY: "verb = 'x'", SEAL: "hash = ''", ACCESS: "subject = ''"}


THE_THIRD = f"id = (SELECT id FROM {ENTRY} ORDER BY id OFFSET 2 LIMIT 1)"


def sql(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def sealed(submitted):
    """A submitted application with its lines sealed, as they are once the act is committed."""
    sql("SET CONSTRAINTS ALL IMMEDIATE")
    return submitted


def tamper(statement):
    """As somebody who owns the tables would do it: the guards off, and on again."""
    with transaction.atomic(), as_owner():
        for table in (ENTRY, SEAL):
            sql(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        sql(statement)
        for table in (ENTRY, SEAL):
            sql(f"ALTER TABLE {table} ENABLE TRIGGER USER")


@at_commit
def test_every_act_leaves_its_line_and_the_chain_is_whole(released):
    verdict = audit.verify()
    entries = AuditEntry.objects.filter(subject=released.number).order_by("id")
    verbs = " ".join(entry.verb for entry in entries)
    assert verbs == (
        "start write add_pupil write add_pupil write submit grant reject"
        " release begin_effort lay_follow_ups release close"
    )
    assert verdict.is_intact
    assert verdict.length == AuditEntry.objects.count() == AuditSeal.objects.count()
    assert verdict.head == bytes(AuditSeal.objects.latest("position").hash).hex()


@at_commit
def test_an_act_undone_by_its_transaction_leaves_no_line(draft, leader):
    lines = AuditEntry.objects.count()
    with suppress(ZeroDivisionError), transaction.atomic():
        submission.submit(draft, by=leader)
        1 / 0  # noqa: B018
    assert (AuditEntry.objects.count(), audit.verify().length) == (lines, lines)
    assert audit.verify().is_intact


@pytest.mark.parametrize(
    "change",
    [
        "at = at - interval '1 second'",
        "actor_id = actor_id + 1",
        "actor_id = NULL",
        "verb = 'submit'",
        "object_type = 'visitation.grant'",
        "object_id = 'x'",
        "subject = 'SF-2026-9999'",
        """payload = payload || '{"amount": 1}'""",
    ],
)
def test_a_changed_line_is_found_whatever_was_changed(sealed, change):
    tamper(f"UPDATE {ENTRY} SET {change} WHERE {THE_THIRD}")
    assert audit.verify().broken_at == AuditSeal.objects.order_by("position")[2].position


def test_a_removed_line_is_found(sealed):
    tamper(f"DELETE FROM {ENTRY} WHERE {THE_THIRD}")
    assert audit.verify().broken_at == AuditSeal.objects.order_by("position")[2].position


@pytest.mark.parametrize("offset", [0, 2])
def test_a_line_removed_with_its_seal_is_found(sealed, offset):
    entry = AuditEntry.objects.order_by("id")[offset].pk
    tamper(f"DELETE FROM {SEAL} WHERE entry_id = {entry}; DELETE FROM {ENTRY} WHERE id = {entry}")
    assert not audit.verify().is_intact


def test_the_end_cut_off_is_told_by_the_head_kept_elsewhere(sealed):
    before = audit.verify()
    entry = AuditEntry.objects.latest("id").pk
    tamper(f"DELETE FROM {SEAL} WHERE entry_id = {entry}; DELETE FROM {ENTRY} WHERE id = {entry}")
    after = audit.verify()
    assert after.is_intact
    assert (after.head, after.length) != (before.head, before.length)


def test_a_line_slipped_in_is_found(sealed):
    columns = "at, actor_id, verb, object_type, object_id, subject, payload"
    tamper(f"INSERT INTO {ENTRY} ({columns}) VALUES (now(), 1, 'grant', 'x', 'x', 'x', '{{}}')")
    assert audit.verify().unsealed_entry == AuditEntry.objects.latest("id").pk


def test_a_changed_seal_is_found(sealed):
    third = f"(SELECT min(position) + 2 FROM {SEAL})"
    tamper(f"UPDATE {SEAL} SET hash = sha256(hash) WHERE position = {third}")
    assert audit.verify().broken_at == AuditSeal.objects.order_by("position")[2].position


def test_two_lines_that_swap_their_places_are_found(sealed):
    first, second = AuditSeal.objects.order_by("position")[2:4]
    values = f"({first.pk}, {second.entry_id}), ({second.pk}, {first.entry_id})"
    seals = f"(VALUES {values}) AS swapped (position, entry)"
    # Through negative numbers, since no two seals may have the same entry.
    tamper(
        f"UPDATE {SEAL} SET entry_id = -entry_id;"
        f"UPDATE {SEAL} s SET entry_id = entry FROM {seals} WHERE s.position = swapped.position;"
        f"UPDATE {SEAL} SET entry_id = -entry_id WHERE entry_id < 0"
    )
    assert audit.verify().broken_at == first.pk


@pytest.mark.parametrize("table", COLUMNS)
@pytest.mark.parametrize("statement", ["UPDATE {} SET {}", "DELETE FROM {}", "TRUNCATE {} CASCADE"])
def test_the_database_refuses_its_owner_to_touch_what_was_written(sealed, leader, table, statement):
    audit.log_access(AccessEntry.Kind.VIEW, sealed.number, by=leader)
    refused = pytest.raises(DatabaseError, match=r"Cannot update or delete|never emptied")
    with as_owner(), refused, transaction.atomic():
        sql(statement.format(table, COLUMNS[table]))
    assert audit.verify().is_intact


@at_commit
def test_many_at_once_make_one_chain_without_a_fork(pools, schools, leader, chair):
    cases = many(40, school=schools["Baltorpskolen"], by=leader)
    at_once([partial(decisions.reject, case, grounds="Nej.", by=chair) for case in cases])
    verdict = audit.verify()
    assert verdict.is_intact
    assert verdict.length == AuditEntry.objects.count() >= 40


@pytest.fixture
def _seals_without_lock():
    """The database seals, but no longer one transaction after the other."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_get_functiondef(p.oid) FROM pg_proc p"
            " WHERE proname LIKE 'pgtrigger_is_sealed_at_commit%'"
        )
        definition = cursor.fetchone()[0]
    assert "PERFORM pg_advisory_xact_lock" in definition
    with as_owner():
        sql(definition.replace("PERFORM pg_advisory_xact_lock", "-- "))
    yield
    with as_owner():
        sql(definition)


def seal_and_meet(application, by, meeting_point):
    with transaction.atomic():
        audit.record("write", application, by=by)
        sql("SET CONSTRAINTS ALL IMMEDIATE")
        meeting_point.wait(30)


@at_commit
@pytest.mark.usefixtures("_seals_without_lock")
def test_without_its_lock_the_chain_would_fork(submitted, leader):
    meeting_point = threading.Barrier(2)
    at_once([partial(seal_and_meet, submitted, leader, meeting_point)] * 2)
    assert audit.verify().broken_at == AuditSeal.objects.latest("position").pk


def test_a_reader_in_another_time_zone_sees_the_same_chain(sealed):
    sql("SET TIME ZONE 'Pacific/Auckland'")
    assert audit.verify().is_intact
    sql("RESET TIME ZONE")


def test_the_line_says_who_what_and_where_but_not_about_whom(submitted, leader):
    entry = AuditEntry.objects.get(verb="submit")
    application = Application.objects.get(pk=submitted.pk)
    assert (entry.actor_id, entry.object_id, entry.subject) == (
        leader.pk,
        str(application.pk),
        application.number,
    )
    assert entry.payload == {}
