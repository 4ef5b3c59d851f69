"""`make bench`: two databases behind servers of their own, measured, and all of it taken away.

`--quick` takes 1,000 and 10,000 cases and fewer rounds; `--markdown` draws the table for a paper.
`--against FOLDER` measures this checkout beside another one that `make setup` was run in.
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
from typing import Any, NoReturn

import psycopg
from psycopg import sql
from psycopg.conninfo import make_conninfo

from skolefleks.development import servers
from skolefleks.development.demo import write_secrets
from skolefleks.development.processes import NotStarted, Processes
from tests.bench.against import compare
from tests.bench.measure import Site, Unexpected, Work, measure, works_called
from tests.bench.table import table

PROJECT = Path(__file__).resolve().parents[2]

SIZES = (1_000, 100_000)  # cases
QUICK_SIZES = (1_000, 10_000)
ROUNDS = 80
QUICK_ROUNDS = 20

# One worker, so that nothing but the pages differs from one measuring to the next.
GUNICORN = (
    "gunicorn skolefleks.wsgi --workers 1 --threads 4 --worker-class gthread"
    " --keep-alive 60 --no-control-socket"
)
START_SECONDS = 30
STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


def main(arguments: Sequence[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="1,000 and 10,000 cases, fewer rounds")
    parser.add_argument("--markdown", action="store_true", help="a table for a paper")
    parser.add_argument("--rounds", type=int, help="how often each page is asked for")
    parser.add_argument("--only", default="", help="the rows that have this in their name")
    parser.add_argument("--against", type=Path, help="the folder of another checkout")
    options = parser.parse_args(arguments)
    if options.against:
        print(compare(options.against, options.rounds or QUICK_ROUNDS, options.only))
        return 0

    works = works_called(options.only)
    sizes = SIZES
    rounds = ROUNDS
    if options.quick:
        sizes = QUICK_SIZES
        rounds = QUICK_ROUNDS
    if options.rounds:
        rounds = options.rounds

    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, stop)
    state = Path(tempfile.mkdtemp(prefix="skolefleks-bench-"))
    try:
        sites = bench(state, sizes, rounds, works)
        print()
        print(table(sites, works, markdown=options.markdown))
        print(f"{rounds} rounds; the floor twice in each.")
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


def bench(state: Path, sizes: Sequence[int], rounds: int, works: Sequence[Work]) -> list[Site]:
    """Fill one database of each size, and measure them all."""
    for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL"):
        # Somebody's servers: ours are alone with us.
        os.environ.pop(name, None)
    write_secrets(state)

    with servers.running(state) as up:
        env = environment(state, up)
        urls = {size: create_database(up, size, env) for size in sizes}
        notes = {}
        for size, url in urls.items():
            notes[size] = fill(up.processes, size, rounds, {**env, "DATABASE_URL": url})

        # What filling left to be written is not the pages' matter.
        with psycopg.connect(administrator(up), autocommit=True) as connection:
            connection.execute("CHECKPOINT")

        sites = []
        for size, url in urls.items():
            # Filled by the owner, and served as the application as in production.
            site_env = {**env, "DATABASE_URL": make_conninfo(url, user=servers.NAME)}
            port = serve(up.processes, size, site_env)
            sites.append(Site(f"{size:,} cases", port, notes[size]))

        started_at = time.monotonic()
        try:
            measure(sites, rounds, works)
        except Unexpected:
            say_what_the_sites_said(up.processes)
            raise
        print(f"Measured in {time.monotonic() - started_at:.0f} s.", flush=True)
        return sites


def environment(state: Path, up: servers.Servers) -> dict[str, str]:
    """What the children find in their environment."""
    return {
        **os.environ,
        "SKOLEFLEKS_MODE": "test",
        "SKOLEFLEKS_STATE": str(state),
        "DJANGO_SETTINGS_MODULE": "tests.bench.settings",
        **up.env(),
    }


def administrator(up: servers.Servers) -> str:
    """The address of the cluster for the one who may make databases in it."""
    return make_conninfo(up.database_url, user="postgres", dbname="postgres")


def create_database(up: servers.Running, size: int, env: dict[str, str]) -> str:
    """The address of a database with all tables and no rows."""
    name = f"bench_{size}"
    owner = sql.Identifier(servers.OWNER)
    create = sql.SQL("CREATE DATABASE {} OWNER {}")
    # `bulk` fills it past the triggers.
    grant = sql.SQL("GRANT SET ON PARAMETER session_replication_role TO {}")
    with psycopg.connect(administrator(up), autocommit=True) as connection:
        connection.execute(create.format(sql.Identifier(name), owner))
        connection.execute(grant.format(owner))

    url = up.owner_url.replace(f"/{servers.NAME}?", f"/{name}?")
    run_to_end(
        up.processes,
        f"migrate-{size}",
        [sys.executable, "manage.py", "migrate", "--verbosity", "0"],
        {**env, "DATABASE_URL": url},
    )
    return url


def fill(processes: Processes, size: int, acts: int, env: dict[str, str]) -> dict[str, Any]:
    """Fill the database that `env` names, with enough for `acts` rounds.

    Returns what `build` wrote down.
    """
    file = processes.state / f"bench-{size}.json"
    command = [sys.executable, "-m", "tests.bench.build", str(size), str(acts), file]
    run_to_end(processes, f"build-{size}", command, env)

    notes: dict[str, Any] = json.loads(file.read_text())
    print(
        f"{size:,} cases, {notes['grants']:,} grants, {notes['postings']:,} postings:"
        f" filled in {notes['seconds']} s.",
        flush=True,
    )
    return notes


def serve(processes: Processes, size: int, env: dict[str, str]) -> int:
    """Start gunicorn before the database that `env` names; its port, once it answers there."""
    port = free_port()
    address = f"127.0.0.1:{port}"
    command = [sys.executable, "-m", *GUNICORN.split(), "--bind", address]
    child = processes.start(f"web-{size}", command, env={**env, "DATABASE_POOL": "1"}, cwd=PROJECT)

    deadline = time.monotonic() + START_SECONDS
    while not answers(port):
        has_ended = child.process.poll() is not None
        if has_ended or time.monotonic() > deadline:
            lines = child.last_lines()
            raise NotStarted(f"gunicorn does not answer; its last lines:\n{lines}")
        time.sleep(0.1)
    return port


def say_what_the_sites_said(processes: Processes) -> None:
    """What stands last in each site's log: why an answer was none."""
    for child in processes.children:
        if child.name.startswith("web-"):
            print(f"\n{child.name}:\n{child.last_lines()}", file=sys.stderr)


def free_port() -> int:
    with socket.socket() as probe:
        # Port 0 lets the system choose.
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def answers(port: int) -> bool:
    """Whether the sign-in page is served."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/konto/login/")
        return connection.getresponse().status == 200
    except OSError:
        return False
    finally:
        connection.close()


def run_to_end(
    processes: Processes, name: str, command: Sequence[str | Path], env: dict[str, str]
) -> None:
    """Raises NotStarted with the last lines of what failed."""
    child = processes.start(name, command, env=env, cwd=PROJECT)
    if child.process.wait() != 0:
        raise NotStarted(f"{name} failed; its last lines:\n{child.last_lines()}")


def stop(*_: object) -> NoReturn:
    """Leave every block in order, so that all is taken away."""
    # Once: a second signal would interrupt the taking away.
    for stop_signal in STOP_SIGNALS:
        signal.signal(stop_signal, signal.SIG_IGN)
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
