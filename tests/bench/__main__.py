"""`make bench`: starts its own servers in a folder for the time, fills two databases, measures,
and takes all away.

`--quick` takes 1,000 and 10,000 cases and fewer rounds; `--markdown` draws the table for a
paper.
"""

from __future__ import annotations

import argparse
import http.client
import json
import os
import shutil
import signal
import socket
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from skolefleks.development import servers
from skolefleks.development.demo import write_secrets
from skolefleks.development.processes import Child, NotStarted, Processes
from tests.bench.measure import Site, Unexpected, measure
from tests.bench.table import table

PROJECT = Path(__file__).resolve().parents[2]


SIZES, QUICK_SIZES = (1_000, 100_000), (1_000, 10_000)


ROUNDS, QUICK_ROUNDS = 80, 20


GUNICORN = "gunicorn skolefleks.wsgi --workers 1 --threads 4 --worker-class gthread --keep-alive 60 --no-control-socket"


START_SECONDS = 30


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 cases, fewer rounds")
    parser.add_argument("--markdown", action="store_true", help="a table for a paper")
    parser.add_argument("--rounds", type=int, help="how often each page is asked for")
    wanted = parser.parse_args(arguments)
    rounds = wanted.rounds or (QUICK_ROUNDS if wanted.quick else ROUNDS)
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _stop)
    state = Path(tempfile.mkdtemp(prefix="skolefleks-bench-"))
    try:
        sites = _bench(state, QUICK_SIZES if wanted.quick else SIZES, rounds)
        print(
            f"\n{table(sites, markdown=wanted.markdown)}\n{rounds} rounds; the floor twice in each."
        )
    except (NotStarted, Unexpected) as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped; nothing is left behind.", file=sys.stderr)
        return 130
    finally:
        servers.forget(state)
        shutil.rmtree(state, ignore_errors=True)
    return 0


def _bench(state: Path, sizes: Sequence[int], rounds: int) -> list[Site]:
    for name in ("DATABASE_URL", "VALKEY_URL"):
        os.environ.pop(name, None)  # somebody's servers: ours are alone with us
    write_secrets(state)
    with servers.running(state) as up:
        env = _env(state, up)
        administrator = make_conninfo(up.database_url, user="postgres", dbname="postgres")
        databases = {size: _database(up, administrator, size, env) for size in sizes}
        notes = {
            size: _filled(up.processes, size, rounds, env | {"DATABASE_URL": databases[size]})
            for size in sizes
        }
        with psycopg.connect(administrator, autocommit=True) as connection:
            connection.execute(
                "CHECKPOINT"
            )  # what building left to be written is not the pages' matter
        sites = [
            _site(up.processes, size, env | {"DATABASE_URL": databases[size]}, notes[size])
            for size in sizes
        ]
        began = time.monotonic()
        measure(sites, rounds)
        print(f"Measured in {time.monotonic() - began:.0f} s.", flush=True)
        return sites


def _env(state: Path, up: servers.Servers) -> dict[str, str]:
    own = {
        "SKOLEFLEKS_MODE": "test",
        "SKOLEFLEKS_STATE": str(state),
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
    }
    return {**os.environ, **own, **up.env()}


def _database(up: servers.Running, administrator: str, size: int, env: dict[str, str]) -> str:
    """The address of a database with all tables and no rows, whose owner may fill it past the
    triggers.
    """
    name, owner = f"bench_{size}", sql.Identifier(servers.NAME)
    with psycopg.connect(administrator, autocommit=True) as connection:
        connection.execute(
            sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(name), owner)
        )
        connection.execute(
            sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}").format(owner)
        )
    url = up.database_url.replace(f"/{servers.NAME}?", f"/{name}?")
    migrate = [sys.executable, "manage.py", "migrate", "--verbosity", "0"]
    _await(
        up.processes.start(f"migrate-{size}", migrate, env=env | {"DATABASE_URL": url}, cwd=PROJECT)
    )
    return url


def _filled(processes: Processes, size: int, acts: int, env: dict[str, str]) -> dict[str, object]:
    file = processes.state / f"bench-{size}.json"
    build = [sys.executable, "-m", "tests.bench.build", str(size), str(acts), file]
    _await(processes.start(f"build-{size}", build, env=env, cwd=PROJECT))
    notes: dict[str, object] = json.loads(file.read_text())
    held = f"{notes['grants']:,} grants, {notes['postings']:,} postings"
    print(f"{size:,} cases, {held}: filled in {notes['seconds']} s.", flush=True)
    return notes


def _site(processes: Processes, size: int, env: dict[str, str], notes: dict[str, object]) -> Site:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", *GUNICORN.split(), "--bind", f"127.0.0.1:{port}"]
    child = processes.start(f"web-{size}", command, env=env | {"DATABASE_POOL": "1"}, cwd=PROJECT)
    deadline = time.monotonic() + START_SECONDS
    while not _answers(port):
        if child.process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(f"gunicorn does not answer; its last lines:\n{child.last_lines()}")
        time.sleep(0.1)
    return Site(f"{size:,} cases", port, notes)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/konto/login/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def _await(child: Child) -> None:
    if child.process.wait() != 0:
        raise NotStarted(f"{child.name} failed; its last lines:\n{child.last_lines()}")


def _stop(*_: object) -> NoReturn:
    """Leave every block in order, once."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
