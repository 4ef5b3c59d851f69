"""A pooler in transaction mode before the database: real pages through a real pgbouncer."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from skolefleks import database
from skolefleks.development import place, processes
from skolefleks.development.demo import PROJECT

PGBOUNCER = shutil.which("pgbouncer") or shutil.which("pgbouncer", path="/usr/sbin")

# One server connection for every two browsers: nothing may be left behind in one.
CONFIGURATION = """
[databases]
* = host={sockets} port=5432
[pgbouncer]
listen_addr =
listen_port = 6432
unix_socket_dir = {folder}
auth_type = trust
auth_file = {folder}/users
pool_mode = transaction
default_pool_size = 2
"""

# Four people at once, each with a session of their own process's making; every answer's code.
PAGES = """
import sys, django
django.setup()
from concurrent.futures import ThreadPoolExecutor
from django.test import Client
from django.db import connection
from skolefleks.models import User

def look(email):
    client = Client(raise_request_exception=False)
    backend = "allauth.account.auth_backends.AuthenticationBackend"
    client.force_login(User.objects.get(email=email), backend=backend)
    codes = []
    for path in sys.argv[2:] * 3:
        answer = client.get(path)
        # A file is read from the database while it is sent.
        answer.getvalue()
        codes.append(answer.status_code)
    connection.close()
    return codes

with ThreadPoolExecutor(4) as threads:
    for codes in threads.map(look, [sys.argv[1]] * 4):
        print(*codes)
"""


@pytest.fixture
def folder(tmp_path):
    """pgbouncer's own folder, with its configuration: root may not run it, nor may its data be."""
    with place.socket_folder(tmp_path) as folder:
        sockets = conninfo_to_dict(os.environ["DATABASE_URL"])["host"]
        configuration = CONFIGURATION.format(sockets=sockets, folder=folder)
        (folder / "pgbouncer.ini").write_text(configuration)
        (folder / "users").write_text('"skolefleks" ""\n')
        yield folder


@pytest.fixture
def address(folder):
    """The suite's database, by way of a pgbouncer."""
    command = [PGBOUNCER, "--quiet", str(folder / "pgbouncer.ini")]
    with subprocess.Popen(command, **processes.run_as(place.account())) as pgbouncer:
        deadline = time.monotonic() + 20
        while not (folder / ".s.PGSQL.6432").exists():
            assert pgbouncer.poll() is None
            assert time.monotonic() < deadline
        name = connection.settings_dict["NAME"]
        yield make_conninfo(host=str(folder), port="6432", user="skolefleks", dbname=name)
        pgbouncer.terminate()


@pytest.mark.skipif(PGBOUNCER is None, reason="pgbouncer is not installed")
@pytest.mark.django_db(transaction=True)
def test_pages_come_through_a_pooler_in_transaction_mode(address, pools, chief):
    env = {"DATABASE_URL": address, "DATABASE_POOL": "1", "DATABASE_POOLER": "1"}
    paths = ["/", "/budget/", "/budget/posteringer/", "/budget/posteringer/csv/", "/konto/mails/"]
    done = subprocess.run(
        [sys.executable, "-c", PAGES, chief.email, *paths],
        env=os.environ | {"DJANGO_SETTINGS_MODULE": "skolefleks.settings"} | env,
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=True,
    )
    each_round = ["200", "200", "200", "200", "403"]
    assert done.stdout.split() == each_round * (4 * 3), done.stderr[-2000:]


def test_with_a_pooler_nothing_is_left_in_a_connection(monkeypatch):
    monkeypatch.setenv("DATABASE_POOLER", "1")
    settings = database.from_address("postgresql:///skolefleks")
    assert settings["DISABLE_SERVER_SIDE_CURSORS"] is True
    assert settings["OPTIONS"]["prepare_threshold"] is None


def test_without_one_cursors_stay_on_the_server(monkeypatch):
    monkeypatch.delenv("DATABASE_POOLER", raising=False)
    settings = database.from_address("postgresql:///skolefleks?connect_timeout=7")
    assert "DISABLE_SERVER_SIDE_CURSORS" not in settings
    assert settings["OPTIONS"]["connect_timeout"] == "7"
