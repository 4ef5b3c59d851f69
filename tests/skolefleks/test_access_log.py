"""No line of the access log can go, come or change unseen once its batch is sealed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from budget.books import proof
from skolefleks import audit, tasks
from skolefleks.models import AccessEntry, AccessSeal
from skolefleks.operations import health
from tests.racing import at_once
from tests.roles import as_owner
from tests.skolefleks.operations.test_roles import NOT_ALLOWED, READER, connect

pytestmark = pytest.mark.django_db

at_commit = pytest.mark.django_db(transaction=True)

LINE, SEAL = "skolefleks_accessentry", "skolefleks_accessseal"

VIEW = AccessEntry.Kind.VIEW


def run(statement):
    with connection.cursor() as cursor:
        cursor.execute(statement)


@pytest.fixture
def sealed(chair):
    """Three batches of three lines."""
    for batch in range(3):
        audit.log_accesses(VIEW, [f"SF-2026-{batch}{n:03}" for n in range(3)], by=chair)
        assert audit.seal_access_log() == 3
    return list(AccessSeal.objects.order_by("position"))


def tamper(statement):
    """As somebody who owns the tables would do it: the guards off, and on again."""
    with transaction.atomic(), as_owner():
        for state in ("DISABLE", "ENABLE"):
            for table in (LINE, SEAL):
                run(f"ALTER TABLE {table} {state} TRIGGER USER")
            if state == "DISABLE":
                run(statement)


def test_the_chain_is_whole_and_says_where_it_ends(sealed):
    verdict = audit.verify_access_log()
    assert (verdict.is_intact, verdict.length) == (True, 3)
    assert verdict.head == bytes(sealed[-1].hash).hex()


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE {line} SET at = at - interval '1 second' WHERE id = {second}",
        "UPDATE {line} SET user_id = user_id + 1 WHERE id = {second}",
        "UPDATE {line} SET kind = 'print' WHERE id = {second}",
        "UPDATE {line} SET subject = '' WHERE id = {second}",
        "UPDATE {line} SET id = -id WHERE id = {second}",
        "DELETE FROM {line} WHERE id = {second}",
        "UPDATE {seal} SET hash = sha256(hash) WHERE last_id = {second}",
        "UPDATE {seal} SET last_id = last_id - 1 WHERE last_id = {second}",
    ],
)
def test_a_line_that_is_changed_or_taken_out_breaks_its_batch(sealed, change):
    tamper(change.format(line=LINE, seal=SEAL, second=sealed[1].last_id))
    assert audit.verify_access_log().broken_at == sealed[1].position


def test_a_line_that_is_slipped_in_breaks_the_batch(sealed):
    gone = sealed[1].last_id
    tamper(f"UPDATE {LINE} SET id = -id WHERE id = {gone}")
    columns = "(id, at, user_id, kind, subject)"
    tamper(f"INSERT INTO {LINE} {columns} VALUES ({gone}, now(), 1, 'view', '')")
    assert audit.verify_access_log().broken_at == sealed[1].position


def test_a_batch_that_goes_with_its_seal_breaks_the_next(sealed):
    first, second, third = sealed
    tamper(
        f"DELETE FROM {SEAL} WHERE position = {second.position};"
        f"DELETE FROM {LINE} WHERE id > {first.last_id} AND id <= {second.last_id}"
    )
    assert audit.verify_access_log().broken_at == third.position


def test_the_end_cut_off_is_told_by_the_head_kept_elsewhere(sealed):
    before = audit.verify_access_log()
    tamper(
        f"DELETE FROM {SEAL} WHERE position = {sealed[2].position};"
        f"DELETE FROM {LINE} WHERE id > {sealed[1].last_id}"
    )
    after = audit.verify_access_log()
    assert after.is_intact
    assert after.head != before.head


def access_check():
    [check] = [check for check in proof.of_the_books() if "Adgangsloggens" in check.title]
    return check


def test_the_proof_says_where_it_is_broken(sealed):
    assert access_check().holds
    tamper(f"DELETE FROM {LINE} WHERE id = {sealed[0].last_id}")
    said = f"Kæden er brudt ved led {sealed[0].position} af 3."
    assert access_check().difference == said


def test_a_large_log_is_sealed_in_batches(chair, monkeypatch):
    monkeypatch.setattr(audit, "BATCH", 2)
    audit.log_accesses(VIEW, ["SF-2026-0001"] * 5, by=chair)
    assert audit.seal_access_log() == 5
    assert audit.verify_access_log().length == 3
    assert audit.verify_access_log().is_intact


def test_what_waits_too_long_for_its_seal_is_a_warning(chair, time_machine):
    audit.log_access(VIEW, "SF-2026-0001", by=chair)
    assert "access_log" not in health.report()["warnings"]
    time_machine.move_to(timezone.now() + timedelta(minutes=11))
    assert "access_log" in health.report()["warnings"]
    tasks.seal_access_log()
    assert "access_log" not in health.report()["warnings"]


def test_the_reader_cannot_hold_the_logs_lock():
    with connect(READER) as reader, pytest.raises(NOT_ALLOWED):
        reader.execute("SELECT seal_access_log(1)")


def test_nobody_writes_a_seal_by_hand(sealed):
    with connect("skolefleks") as application, pytest.raises(NOT_ALLOWED):
        application.execute(f"INSERT INTO {SEAL} (last_id, hash) VALUES (-1, '')")


# -- a line that is not yet committed ----------------------------------------------------
def seal_beside_an_open_line(chair):
    """Two lines, the first still open when the second is sealed; what was sealed at once."""

    def seal():
        audit.log_access(VIEW, "SF-2026-0002", by=chair)
        return audit.seal_access_log()

    with transaction.atomic():
        audit.log_access(VIEW, "SF-2026-0001", by=chair)
        return at_once([seal])[0]


@at_commit
def test_a_line_that_is_still_open_is_waited_for(chair):
    assert seal_beside_an_open_line(chair) == 0
    assert audit.seal_access_log() == 2
    assert audit.verify_access_log().is_intact


@pytest.fixture
def _seals_without_lock():
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_get_functiondef('seal_access_log(integer)'::regprocedure)")
        definition = cursor.fetchone()[0]
    assert "LOCK TABLE" in definition
    with as_owner():
        run(definition.replace("LOCK TABLE", "-- "))
    yield
    with as_owner():
        run(definition)


@at_commit
@pytest.mark.usefixtures("_seals_without_lock")
def test_without_the_lock_it_would_slip_into_a_sealed_batch(chair):
    assert seal_beside_an_open_line(chair) == 1
    assert not audit.verify_access_log().is_intact
