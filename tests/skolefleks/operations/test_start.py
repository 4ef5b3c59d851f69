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
from skolefleks.encryption import key_ring
from skolefleks.operations import start
from tests.roles import ADMINISTRATOR
from tests.skolefleks.operations.test_canary import ring_file  # noqa: F401

# Committed, so that a process of its own sees the same database.
pytestmark = pytest.mark.django_db(transaction=True)

WEB = ["-c", "import skolefleks.wsgi"]

WORKER = "-m celery -A skolefleks worker --concurrency 1 --without-gossip --without-mingle".split()

BEAT = "-m celery -A skolefleks beat --pidfile= -s beat".split()


def start_process(command, folder, *, role=NAME, **env):
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
    assert start_process(WEB, tmp_path)[0] == 0


@pytest.mark.parametrize("command", [WEB, WORKER, BEAT], ids=["web", "worker", "beat"])
def test_nothing_starts_as_the_owner(tmp_path, command):
    code, words = start_process(command, tmp_path, role=OWNER)
    assert code == 3
    assert (
        "SkoleFleks does not start. The site connects to the database as skolefleks_owner" in words
    )


def test_the_web_starts_without_the_database_and_is_examined_later(tmp_path):
    code, words = start_process(WEB, tmp_path, DATABASE_URL="postgresql:///nobody?host=/nowhere")
    assert (code, "start.database_away" in words) == (0, True)


# -- what the examination says, which they all pass ------------------------------------------------
BOTH = pytest.mark.parametrize("examine", [start.of_the_site, start.of_a_process])


def refusal_of(examine, capsys):
    """What is said to whoever starts it; the process ends as gunicorn and celery need it."""
    with pytest.raises(SystemExit) as end:
        examine()
    assert end.value.code == 3
    return capsys.readouterr().err


@BOTH
def test_nothing_starts_as_a_superuser(examine, capsys):
    with connection.cursor() as cursor:
        cursor.execute(f"SET SESSION AUTHORIZATION {ADMINISTRATOR}")
    assert "is a superuser" in refusal_of(examine, capsys)


@pytest.fixture
def rewrite(ring_file):  # noqa: F811
    """Put another ring in the place of this process's own."""

    def put(ring):
        ring_file.write_text(ring)
        key_ring.cache_clear()

    return put


@BOTH
def test_nothing_starts_with_a_damaged_key_ring(examine, rewrite, capsys):
    rewrite('{"current": "k1", "keys": {')
    assert "is damaged" in refusal_of(examine, capsys)


@BOTH
def test_nothing_starts_with_another_installations_keys(examine, rewrite, tmp_path, capsys):
    examine()
    write_secrets(tmp_path)
    rewrite((tmp_path / "encryption_keys.json").read_text())
    assert "is not the one" in refusal_of(examine, capsys)
