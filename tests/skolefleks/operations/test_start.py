"""What starts, and what says in words why it does not."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from psycopg.conninfo import make_conninfo

from skolefleks.development.demo import write_secrets
from skolefleks.development.servers import NAME, OWNER
from skolefleks.operations import canary

# Committed, so that a process of its own sees the same database.
pytestmark = pytest.mark.django_db(transaction=True)

WEB = ["-c", "import skolefleks.wsgi"]

WORKER = "-m celery -A skolefleks worker --concurrency 1 --without-gossip --without-mingle".split()

BEAT = "-m celery -A skolefleks beat --pidfile= -s beat".split()


def start(command, folder, *, role=NAME, **env):
    """Start the process and return its code and what it says; it has ended by itself."""
    name = connection.settings_dict["NAME"]
    env.setdefault(
        "DATABASE_URL", make_conninfo(os.environ["DATABASE_URL"], user=role, dbname=name)
    )
    process = subprocess.run(
        [sys.executable, *command],
        env=os.environ | {"PYTHONPATH": str(Path.cwd())} | env,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=60,
    )
    return process.returncode, process.stderr


def test_the_web_starts_as_the_application(tmp_path):
    assert start(WEB, tmp_path)[0] == 0


@pytest.mark.parametrize("command", [WEB, WORKER, BEAT], ids=["web", "worker", "beat"])
def test_nothing_starts_as_the_owner(tmp_path, command):
    code, words = start(command, tmp_path, role=OWNER)
    assert code == 3
    assert (
        "SkoleFleks does not start. The site connects to the database as skolefleks_owner" in words
    )


def test_nothing_starts_as_a_superuser(tmp_path):
    code, words = start(WEB, tmp_path, role="postgres")
    assert (code, "is a superuser" in words) == (3, True)


@pytest.mark.parametrize("command", [WEB, WORKER], ids=["web", "worker"])
def test_nothing_starts_with_a_damaged_key_ring(tmp_path, command):
    ring = tmp_path / "keys.json"
    ring.write_text('{"current": "k1", "keys": {')
    code, words = start(command, tmp_path, ENCRYPTION_KEYS_FILE=str(ring))
    assert (code, "is damaged" in words) == (3, True)


def test_nothing_starts_with_another_installations_keys(tmp_path):
    canary.require_right_keys()
    write_secrets(tmp_path / "other")
    keys = str(tmp_path / "other" / "encryption_keys.json")
    code, words = start(WEB, tmp_path, ENCRYPTION_KEYS_FILE=keys)
    assert (code, "is not the one" in words) == (3, True)


def test_the_web_starts_without_the_database_and_is_examined_later(tmp_path):
    code, words = start(WEB, tmp_path, DATABASE_URL="postgresql:///nobody?host=/nowhere")
    assert (code, "start.database_away" in words) == (0, True)
