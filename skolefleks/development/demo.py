"""`make demo`: everything on this machine from one command, and `make manage` beside it."""

from __future__ import annotations

import base64
import http.client
import json
import os
import secrets
import signal
import socket
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path
from typing import TYPE_CHECKING, Any, NoReturn

from skolefleks.development import place, servers
from skolefleks.development.processes import NotStarted, end_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skolefleks.development.processes import Processes


PROJECT = Path(__file__).resolve().parent.parent.parent


STATE = PROJECT / ".state"


PEOPLE = STATE / "people.txt"

PASSWORD = "skolefleks"

ANSWER_SECONDS = 60

USAGE = (
    "python -m skolefleks.development.demo run | manage COMMAND ... | secrets FOLDER"
)

# These change tables and run as their owner; everything else as the application.
OWNERS_COMMANDS = {"migrate", "sqlflush", "flush", "pgtrigger"}

# What brings the demo up to date: title, management command, its options.
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Figures", "load_figures", {}),
    ("People and cases", "load_demo", {}),
)

# The other demo, which is made up: MUNICIPALITY=nordby. The figures are the first one's.
OTHER_STEPS: dict[str, tuple[tuple[str, str, dict[str, Any]], ...]] = {
    "nordby": (("People and places", "load_demo", {"municipality": "nordby"}),)
}


def main(arguments: list[str]) -> int:
    """What the command line says: see USAGE, and `prepare`, which `run` itself asks for."""
    try:
        match arguments:
            case ["run"]:
                run()
            case ["manage", *words]:
                return manage(words)
            case ["prepare"]:
                prepare()
            case ["secrets", folder]:
                write_secrets(Path(folder))
            case _:
                print(USAGE, file=sys.stderr)
                return 2
    except NotStarted as refusal:
        print(f"\n{refusal}", file=sys.stderr)
        return 1
    return 0


def run() -> None:
    """Start everything, say where it is, and wait for Ctrl-C. Raises NotStarted."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, _stop)

    if os.environ.get("STARTED_BY_MAKE"):
        # A killed make leaves nothing behind.
        end_with_parent()

    port = _port()
    try:
        if os.environ.get("RESET") == "1":
            _reset()
        print("Starting PostgreSQL and Valkey ...", flush=True)
        with servers.running(STATE) as up:
            _run_on(up, port)
    except KeyboardInterrupt:
        print("\nStopped.")


def _run_on(up: servers.Running, port: int) -> NoReturn:
    """Start the product's processes on the servers, and stay until one of them ends."""
    _refuse_taken(port)
    address = f"http://127.0.0.1:{port}"
    env = _env(up) | {"SITE_ADDRESS": address, "PYTHONUNBUFFERED": "1"}

    _migrate_apart(env)
    _prepare_apart(env)
    _start_web(up.processes, env, port)
    _await_answer(up.processes, port)
    _start_tasks(up.processes, env)
    print(_welcome(address), flush=True)

    while True:
        _refuse_ended(up.processes)
        time.sleep(0.5)


def manage(arguments: list[str]) -> int:
    """Run a management command on the demo's servers, and give its exit code.

    Where none run it gets servers for as long as it lasts.
    """
    command = [sys.executable, "manage.py", *(arguments or ["help"])]
    with ExitStack() as stack:
        up = servers.find_running(STATE)
        if up is None:
            up = stack.enter_context(servers.running(STATE))

        # A Ctrl-C is for the command; we wait for its end.
        signal.signal(signal.SIGINT, lambda *_: None)
        env = _env(up)
        if OWNERS_COMMANDS.intersection(arguments[:1]):
            env = _as_owner(env)
        return subprocess.run(command, env=env, cwd=PROJECT, check=False).returncode


def prepare() -> None:
    """Bring figures, people, cases and static files up to date.

    It runs in a process of its own, in the environment that `run` gives it.
    """
    import django
    from django.core.management import call_command

    django.setup()
    for title, command, options in _steps():
        print(f"{title} ...", flush=True)
        call_command(command, verbosity=0, **options)
        place.note_municipality(STATE, options.get("municipality", ""))
    PEOPLE.write_text("".join(_people()))

    note = STATE / "static.collected"
    static_files = _static_files()
    if not note.exists() or note.read_text() != static_files:
        print("Static files ...", flush=True)
        call_command("collectstatic", verbosity=0, interactive=False)
        note.write_text(static_files)


def _steps() -> tuple[tuple[str, str, dict[str, Any]], ...]:
    """Of the municipality that MUNICIPALITY names, or that is there. Raises NotStarted."""
    name = os.environ.get("MUNICIPALITY", "").lower() or place.municipality(STATE)
    if not name:
        return STEPS
    if name not in OTHER_STEPS:
        raise NotStarted(f"MUNICIPALITY={name} is not known: it is nordby, or none.")
    return OTHER_STEPS[name]


def _static_files() -> str:
    """All files to be served with their time and size, a line each.

    While that is the same nothing has to be collected anew.
    """
    from django.contrib.staticfiles.finders import get_finders

    paths = []
    for finder in get_finders():
        for name, storage in finder.list([]):
            paths.append(Path(storage.path(name)))

    lines = []
    for path in sorted(paths):
        stat = path.stat()
        lines.append(f"{path} {stat.st_mtime_ns} {stat.st_size}\n")
    return "".join(lines)


def write_secrets(folder: Path) -> None:
    """Make the secret key and the key ring where they are missing; only we may read them."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_new(folder / "secret_key", secrets.token_urlsafe(64))
    ring = {"current": "k1", "keys": {"k1": _new_key()}, "index": _new_key()}
    _write_new(folder / "encryption_keys.json", json.dumps(ring))


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write_new(path: Path, text: str) -> None:
    """Write the file unless it is there. It is there whole or not at all."""
    if path.exists():
        return

    unfinished = path.with_name(f"{path.name}.new")
    unfinished.unlink(missing_ok=True)
    unfinished.touch(mode=0o600)
    unfinished.write_text(text)
    unfinished.rename(path)


def _stop(*_: object) -> NoReturn:
    """Leave every block in order, once: a signal while we stop is ignored."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    raise KeyboardInterrupt


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isdecimal() and 0 < int(text) < 65_536):
        raise NotStarted(
            f"PORT={text} is no port:"
            " choose a number from 1024 to 65535, as in PORT=8123 make demo."
        )
    return int(text)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise NotStarted(
                f"Port {port} cannot be used ({error.strerror})."
                f" Choose another: PORT={port + 123} make demo"
            ) from error


def _reset() -> None:
    if os.environ.get("DATABASE_URL"):
        raise NotStarted(
            "RESET=1 removes the demo's own data only; DATABASE_URL points to a database of yours."
        )
    print("Removing the demo's data ...", flush=True)
    servers.forget(STATE)


def _env(up: servers.Servers) -> dict[str, str]:
    """What the demo's processes are told; the secrets are there from now on."""
    write_secrets(STATE)
    own = {
        "SKOLEFLEKS_MODE": "demo",
        "SKOLEFLEKS_STATE": str(STATE),
        "DJANGO_SETTINGS_MODULE": "skolefleks.settings",
    }
    # Made up, as the schools' accounts are: no file goes out without one.
    debit = {"PAYMENT_DEBIT_ACCOUNT": "XG-0000000000-00001"}
    return {**debit, **os.environ, **own, **up.env()}


def _as_owner(env: dict[str, str]) -> dict[str, str]:
    return env | {"DATABASE_URL": env["DATABASE_OWNER_URL"]}


def _migrate_apart(env: dict[str, str]) -> None:
    print("Tables ...", flush=True)
    _run_apart(
        ["manage.py", "migrate", "--noinput", "--verbosity", "0"], _as_owner(env)
    )


def _prepare_apart(env: dict[str, str]) -> None:
    _run_apart(["-m", "skolefleks.development.demo", "prepare"], env)


def _run_apart(arguments: list[str], env: dict[str, str]) -> None:
    command = [sys.executable, *arguments]
    if subprocess.run(command, env=env, cwd=PROJECT, check=False).returncode != 0:
        raise NotStarted(
            "The demo's data could not be prepared; the lines above say why."
        )


def _start_web(processes: Processes, env: dict[str, str], port: int) -> None:
    command = ["-m", "gunicorn", "skolefleks.wsgi", "--bind", f"127.0.0.1:{port}"]
    command += ["--worker-class", "gthread", "--workers", "2", "--threads", "8"]
    command += ["--no-control-socket"]
    _start(processes, "web", command, env | {"DATABASE_POOL": "1"}, signal.SIGINT)


def _start_tasks(processes: Processes, env: dict[str, str]) -> None:
    celery = ["-m", "celery", "-A", "skolefleks"]
    worker = [
        *celery,
        "worker",
        "--concurrency",
        "2",
        "--without-gossip",
        "--without-mingle",
    ]
    beat = [*celery, "beat", "--pidfile=", "-s", str(STATE / "beat")]

    # SIGQUIT is a cold stop. Nothing is lost by it, since the outbox is the truth
    # and a task is acknowledged when it is done.
    _start(processes, "worker", worker, env, signal.SIGQUIT)
    _start(processes, "beat", beat, env, signal.SIGTERM)


def _start(
    processes: Processes,
    name: str,
    arguments: list[str],
    env: dict[str, str],
    farewell: signal.Signals,
) -> None:
    """Start a process that is killed at once if we are.

    Valkey dies with us then, and a worker that looks for it would not end by itself.
    """
    command = [sys.executable, *arguments]
    processes.start(
        name,
        command,
        env=env,
        cwd=PROJECT,
        farewell=farewell,
        if_we_die=signal.SIGKILL,
    )


def _await_answer(processes: Processes, port: int) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while not _answers(port):
        _refuse_ended(processes)
        if time.monotonic() > deadline:
            raise NotStarted(
                f"No answer on port {port}; {STATE / 'web.log'} may say why."
            )
        time.sleep(0.1)


def _answers(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/healthz")
        return connection.getresponse().status > 0
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _refuse_ended(processes: Processes) -> None:
    child = processes.first_ended()
    if child is None:
        return

    raise NotStarted(
        f"{child.name} ended by itself (exit code {child.process.returncode}),"
        f" so everything is stopped."
        f" Its last lines, from {child.log}:\n{child.last_lines()}"
    )


def _people() -> Iterator[str]:
    """A line for each thing somebody may do: e-mail, role, place. The roles in their own order."""
    from skolefleks.models import Membership, Role

    for role in Role:
        memberships = Membership.objects.current().filter(role=role)
        rows = memberships.select_related("user", "school").order_by("user__email")
        for membership in rows:
            place = membership.centre
            if membership.school:
                place = membership.school.name

            what = role.label
            if place:
                what = f"{role.label}, {place}"
            yield f"  {membership.user.email:<40} {what}\n"


def _welcome(address: str) -> str:
    return f"""
SkoleFleks: {address}/

Sign in with one click at {address}/demo/,
or at {address}/konto/login/ with an e-mail and the password "{PASSWORD}":

{PEOPLE.read_text()}
Ctrl-C stops everything. `make demo RESET=1` starts afresh.
What the parts say stands in .state/*.log."""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
