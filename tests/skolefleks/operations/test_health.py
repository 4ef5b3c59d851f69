"""Three questions: does it live, can people work, and what else is amiss."""

from __future__ import annotations

import base64
import json
import os
from pathlib import Path

import pytest
from django.core.cache import cache
from django.utils import timezone

from budget.books import proof
from skolefleks.encryption import key_ring
from skolefleks.models import OutboxMessage
from skolefleks.operations import canary, health
from tests.roles import as_owner
from tests.skolefleks.operations.test_roles import run

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _papers(settings, tmp_path):
    settings.PAPERS_DIR = tmp_path / "papers"
    settings.PAPERS_LEAST_FREE = 1


def ask(client, path="/healthz"):
    answer = client.get(path)
    return answer.status_code, answer.json()


def test_people_can_work(client):
    ready = {"database": True, "keys": True, "papers": True, "migrations": True, "ok": True}
    assert ask(client, "/healthz/ready") == (200, ready)


@pytest.mark.django_db(databases=[])
def test_a_process_lives_without_asking_the_database(client):
    assert ask(client, "/healthz/live") == (200, {"ok": True})


def test_asking_leaves_nothing_behind(client, settings):
    ask(client)
    assert not OutboxMessage.objects.exists()
    assert list(settings.PAPERS_DIR.iterdir()) == []


def test_without_room_for_papers_nobody_can_work(client, settings):
    settings.PAPERS_LEAST_FREE = 10**18
    assert ask(client, "/healthz/ready")[0] == 503
    assert ask(client)[1]["papers"] is False


def test_where_papers_cannot_be_put_nobody_can_work(client, settings, tmp_path):
    settings.PAPERS_DIR = tmp_path / "file"
    settings.PAPERS_DIR.write_text("")
    assert ask(client, "/healthz/ready")[0] == 503


def test_a_database_that_takes_no_writing_is_seen(client):
    run("SET TRANSACTION READ ONLY")
    code, report = ask(client, "/healthz/ready")
    assert (code, report["database"]) == (503, False)


def test_wrong_keys_are_seen(client, settings, tmp_path):
    canary.require_right_keys()
    ring = json.loads(Path(settings.ENCRYPTION_KEYS_FILE).read_text())
    ring["keys"]["k1"] = base64.b64encode(os.urandom(32)).decode()
    settings.ENCRYPTION_KEYS_FILE = str(tmp_path / "keys.json")
    Path(settings.ENCRYPTION_KEYS_FILE).write_text(json.dumps(ring))
    key_ring.cache_clear()
    try:
        assert ask(client, "/healthz/ready")[1]["keys"] is False
    finally:
        key_ring.cache_clear()


def test_a_migration_that_is_not_run_is_seen(client, monkeypatch):
    monkeypatch.setattr(health.Migrated, "is_known", False)
    with as_owner():
        run("DELETE FROM django_migrations WHERE app = 'visitation'")
    assert ask(client, "/healthz/ready")[1]["migrations"] is False


# -- what people can work without --
def well():
    health.beat()


def test_with_all_well_nothing_is_warned_of(client):
    well()
    code, report = ask(client)
    assert (code, report["warnings"]) == (200, [])


def old_message():
    OutboxMessage.objects.create(topic="x", due_at=timezone.now())
    OutboxMessage.objects.update(created_at=timezone.now() - timezone.timedelta(minutes=6))


def mail_given_up():
    now = timezone.now()
    OutboxMessage.objects.create(topic="notices.mail", due_at=now, given_up_at=now)


@pytest.mark.parametrize(
    ("amiss", "warning"),
    [
        (lambda: cache.set(health.HEARTBEAT, 0), "worker"),
        (old_message, "outbox"),
        (mail_given_up, "mail"),
        (lambda: proof.note([proof.Check("Summerne", "1 kr. for meget")]), "proof"),
    ],
    ids=["worker", "outbox", "mail", "proof"],
)
def test_what_people_can_work_without_is_a_warning_and_no_alarm(client, amiss, warning):
    well()
    amiss()
    code, report = ask(client)
    assert (code, report["ok"], report["warnings"]) == (200, True, [warning])
    assert ask(client, "/healthz/ready")[0] == 200
