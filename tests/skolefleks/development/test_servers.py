"""PostgreSQL and Valkey as real processes: their owner ends what it started, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from psycopg.conninfo import make_conninfo

from skolefleks.development import demo, place, processes, servers
from skolefleks.development.processes import NotStarted

OWNER = """
import json, sys
from pathlib import Path
from skolefleks.development import servers
from skolefleks.development.processes import NotStarted
try:
    with servers.running(Path(sys.argv[1]), durable=False) as up:
        pids = [child.process.pid for child in up.processes.children]
        print(json.dumps({**up.env(), "pids": pids}), flush=True)
        sys.stdin.read()
except NotStarted as refusal:
    sys.exit(str(refusal))
"""


SECONDS = 20


Owner = tuple[subprocess.Popen[str], dict[str, Any]]


@pytest.fixture(scope="module")
def state() -> Iterator[Path]:
    """A folder that the unprivileged account can reach, as pytest's own is not."""
    folder = Path(tempfile.mkdtemp(prefix="skolefleks-test-"))
    yield folder
    shutil.rmtree(folder)


@pytest.fixture
def launch(state: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    """Start an owner of the servers in a process of its own; it lasts until its input is closed."""
    started = []

    def start(**env: str) -> subprocess.Popen[str]:
        clean = dict(os.environ)
        clean.pop("DATABASE_URL", None)
        clean.pop("DATABASE_OWNER_URL", None)
        clean.pop("VALKEY_URL", None)
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
        command = [sys.executable, "-c", OWNER, str(state)]
        process = subprocess.Popen(command, env=clean | env, cwd=demo.PROJECT, text=True, **pipes)
        started.append(process)
        return process

    yield start
    for process in started:
        process.communicate(timeout=SECONDS)


@pytest.fixture
def owner(launch: Callable[..., subprocess.Popen[str]]) -> Owner:
    process = launch()
    return process, addresses_of(process)


def addresses_of(process: subprocess.Popen[str]) -> dict[str, Any]:
    """What the owner prints once its servers run."""
    assert process.stdout is not None
    return dict(json.loads(process.stdout.readline()))


def is_alive(pid: int) -> bool:
    """A process that waits for its parent to take notice of its end is not alive."""
    stat = Path(f"/proc/{pid}/stat")
    if not stat.exists():
        return False
    state = stat.read_text().rpartition(")")[2].split()[0]
    return state != "Z"


def have_ended(pids: list[int]) -> bool:
    return not any(is_alive(pid) for pid in pids)


def wait_for(happens: Callable[[], bool]) -> None:
    deadline = time.monotonic() + SECONDS
    while not happens():
        assert time.monotonic() < deadline, "it did not happen"


def ask(address: str, question: str) -> Any:
    with psycopg.connect(address) as connection:
        return connection.execute(question).fetchone()


def test_the_database_knows_danish_letters_and_the_project_is_no_superuser(owner: Owner) -> None:
    address = owner[1]["DATABASE_URL"]
    assert ask(address, "SELECT 'ÅRHUS' ILIKE 'år%'") == (True,)
    question = "SELECT rolsuper FROM pg_roles WHERE rolname = current_user"
    assert ask(address, question) == (False,)


def test_the_servers_end_with_their_owner_and_leave_no_socket(owner: Owner) -> None:
    process, up = owner
    process.communicate(timeout=SECONDS)
    assert have_ended(up["pids"])
    assert not Path(up["VALKEY_URL"].removeprefix("unix://")).parent.exists()


def test_after_a_kill_the_next_start_has_the_data(owner: Owner, launch: Any, state: Path) -> None:
    process, up = owner
    with psycopg.connect(up["DATABASE_OWNER_URL"]) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept AS SELECT 42 AS answer")
    process.kill()
    process.wait()
    again = addresses_of(launch())
    assert ask(again["DATABASE_OWNER_URL"], "SELECT answer FROM kept") == (42,)
    assert not Path(up["VALKEY_URL"].removeprefix("unix://")).parent.exists()


def test_what_a_demo_from_before_the_roles_owns_is_handed_over(owner: Owner, launch: Any) -> None:
    process, up = owner
    with psycopg.connect(make_conninfo(up["DATABASE_URL"], user="postgres")) as connection:
        connection.execute("CREATE TABLE old (); ALTER TABLE old OWNER TO skolefleks")
        connection.execute("ALTER DATABASE skolefleks OWNER TO skolefleks")
    process.communicate(timeout=SECONDS)
    whose = "SELECT relowner::regrole::text FROM pg_class WHERE relname = 'old'"
    assert ask(addresses_of(launch())["DATABASE_URL"], whose) == ("skolefleks_owner",)


def test_a_killed_database_starts_again_though_a_stranger_has_its_number(
    owner: Owner, launch: Any, state: Path
) -> None:
    process, up = owner
    for pid in up["pids"]:
        os.kill(pid, signal.SIGKILL)
    process.communicate(timeout=SECONDS)
    account = processes.run_as(place.account())
    with subprocess.Popen(["cat"], stdin=subprocess.PIPE, cwd="/", **account) as stranger:
        (state / "postgres" / "postmaster.pid").write_text(
            f"{stranger.pid}\n{state / 'postgres'}\n"
        )
        assert ask(addresses_of(launch())["DATABASE_URL"], "SELECT 1") == (1,)


def test_nothing_listens_on_the_network_and_a_second_owner_is_refused(
    owner: Owner, launch: Any
) -> None:
    assert ask(owner[1]["DATABASE_URL"], "SHOW listen_addresses") == ("",)
    with redis.Redis.from_url(owner[1]["VALKEY_URL"]) as valkey:
        assert valkey.config_get("port") == {"port": "0"}
    second = launch()
    assert "already runs" in second.communicate(timeout=SECONDS)[1]
    assert second.returncode == 1
    assert ask(owner[1]["DATABASE_URL"], "SELECT 1") == (1,)


def test_running_servers_are_found_and_end_with_a_killed_owner(owner: Owner, state: Path) -> None:
    process, up = owner
    running = servers.find_running(state)
    assert running is not None
    assert running.database_url == up["DATABASE_URL"]
    process.kill()
    process.wait()
    assert servers.find_running(state) is None
    wait_for(lambda: have_ended(up["pids"]))


def test_nothing_is_started_for_an_address_that_is_given(launch: Any) -> None:
    up = addresses_of(launch(DATABASE_URL="postgresql://db/given", VALKEY_URL="redis://given"))
    assert up == {
        "DATABASE_URL": "postgresql://db/given",
        "DATABASE_OWNER_URL": "postgresql://db/given",
        "VALKEY_URL": "redis://given",
        "pids": [],
    }


def test_a_child_that_ends_by_itself_is_named_with_its_last_lines(tmp_path: Path) -> None:
    with processes.owning(tmp_path) as own:
        command = [sys.executable, "-c", "print('all is lost')"]
        child = own.start("doomed", command, env=dict(os.environ), cwd=tmp_path)
        child.process.wait(SECONDS)
        with pytest.raises(NotStarted, match=r"(?s)doomed .*all is lost"):
            demo._refuse_ended(own)


def test_what_was_kept_is_forgotten_on_request(tmp_path: Path) -> None:
    demo.write_secrets(tmp_path)
    (tmp_path / "postgres").mkdir()
    servers.forget(tmp_path)
    assert {left.suffix for left in tmp_path.iterdir()} == {".lock"}


def test_secrets_are_private_and_written_once(tmp_path: Path) -> None:
    demo.write_secrets(tmp_path)
    before = {path.name: path.read_text() for path in tmp_path.iterdir()}
    demo.write_secrets(tmp_path)
    assert before == {path.name: path.read_text() for path in tmp_path.iterdir()}
    assert {path.stat().st_mode & 0o777 for path in tmp_path.iterdir()} == {0o600}


def test_a_taken_port_is_refused_in_words() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other:
        port = other.getsockname()[1]
        with pytest.raises(NotStarted, match=f"Port {port} cannot be used"):
            demo._refuse_taken(port)
