"""`make demo`: everything on this machine from one command, and `make manage` beside it. Knows no page and no case."""

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

from skolefleks.development import servers
from skolefleks.development.processes import NotStarted, end_with_parent

if TYPE_CHECKING:
    from collections.abc import Iterator

    from skolefleks.development.processes import Processes


PROJECT = Path(__file__).resolve().parent.parent.parent


STATE = PROJECT / ".state"


PEOPLE = STATE / "people.txt"


PASSWORD = "skolefleks"


ANSWER_SECONDS = 60


STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("Tables", "migrate", {"interactive": False}),
    ("Figures", "load_figures", {}),
    ("People and cases", "load_demo", {}),
)


def main(arguments: list[str]) -> int:
    """`run` (`make demo`), `manage ...` (`make manage`), `prepare` (run's own), `secrets FOLDER`."""
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
                print(
                    "python -m skolefleks.demo run | manage COMMAND ... | secrets FOLDER",
                    file=sys.stderr,
                )
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
        end_with_parent()  # a killed make leaves nothing behind
    port = _port()
    try:
        if os.environ.get("RESET") == "1":
            _reset()
        print("Starting PostgreSQL and Valkey ...", flush=True)
        with servers.running(STATE) as up:
            _refuse_taken(port)
            env = _env(up) | {"SITE_ADDRESS": f"http://127.0.0.1:{port}", "PYTHONUNBUFFERED": "1"}
            _prepare_apart(env)
            _start_web(up.processes, env, port)
            _await_answer(up.processes, port)
            _start_tasks(up.processes, env)
            print(_welcome(port), flush=True)
            while True:
                _refuse_fallen(up.processes)
                time.sleep(0.5)
    except KeyboardInterrupt:
        print("\nStopped.")


def manage(arguments: list[str]) -> int:
    """Run a management command on the demo's servers, ours for so long where none run; gives its exit code."""
    with ExitStack() as stack:
        up = servers.found(STATE) or stack.enter_context(servers.running(STATE))
        signal.signal(
            signal.SIGINT, lambda *_: None
        )  # a Ctrl-C is for the command; we wait for its end
        command = [sys.executable, "manage.py", *(arguments or ["help"])]
        return subprocess.run(command, env=_env(up), cwd=PROJECT, check=False).returncode


def prepare() -> None:
    """Bring tables, figures, people, cases and static files up to date, in the environment that `run` gives."""
    import django
    from django.core.management import call_command

    django.setup()
    for title, command, options in STEPS:
        print(f"{title} ...", flush=True)
        call_command(command, verbosity=0, **options)
    PEOPLE.write_text("".join(_people()))
    collected, now = STATE / "static.collected", _static_files()
    if not collected.exists() or collected.read_text() != now:
        print("Static files ...", flush=True)
        call_command("collectstatic", verbosity=0, interactive=False)
        collected.write_text(now)


def _static_files() -> str:
    """All files to be served with their time and size, a line each: while it is the same nothing is collected anew."""
    from django.contrib.staticfiles.finders import get_finders

    paths = (
        Path(storage.path(name)) for finder in get_finders() for name, storage in finder.list([])
    )
    stats = ((path, path.stat()) for path in sorted(paths))
    return "".join(f"{path} {stat.st_mtime_ns} {stat.st_size}\n" for path, stat in stats)


def write_secrets(folder: Path) -> None:
    """Make the secret key and the key ring where they are missing, as files that only we may read."""
    folder.mkdir(parents=True, exist_ok=True)
    _write_new(folder / "secret_key", secrets.token_urlsafe(64))
    ring = {"current": "k1", "keys": {"k1": _new_key()}, "index": _new_key()}
    _write_new(folder / "encryption_keys.json", json.dumps(ring))


def _new_key() -> str:
    return base64.b64encode(secrets.token_bytes(32)).decode()


def _write_new(path: Path, text: str) -> None:
    """Write the file unless it is there; it is whole or not at all."""
    if not path.exists():
        half = path.with_name(f"{path.name}.new")
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        half.write_text(text)
        half.rename(path)


def _stop(*_: object) -> NoReturn:
    """Leave every block in order, once: what comes while we stop is not heard."""
    for stop in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(stop, signal.SIG_IGN)
    raise KeyboardInterrupt


def _port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not (text.isdecimal() and 0 < int(text) < 65_536):
        raise NotStarted(
            f"PORT={text} is no port: choose a number from 1024 to 65535, as in PORT=8123 make demo."
        )
    return int(text)


def _refuse_taken(port: int) -> None:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError as error:
            raise NotStarted(
                f"Port {port} cannot be used ({error.strerror}). Choose another: PORT={port + 123} make demo"
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
    return {**os.environ, **own, **up.env()}


def _prepare_apart(env: dict[str, str]) -> None:
    command = [sys.executable, "-m", "skolefleks.development.demo", "prepare"]
    if subprocess.run(command, env=env, cwd=PROJECT, check=False).returncode != 0:
        raise NotStarted("The demo's data could not be prepared; the lines above say why.")


def _start_web(processes: Processes, env: dict[str, str], port: int) -> None:
    command = f"-m gunicorn skolefleks.wsgi --bind 127.0.0.1:{port} --worker-class gthread --workers 2 --threads 8"
    _start(
        processes,
        "web",
        [*command.split(), "--no-control-socket"],
        env | {"DATABASE_POOL": "1"},
        signal.SIGINT,
    )


def _start_tasks(processes: Processes, env: dict[str, str]) -> None:
    celery = ["-m", "celery", "-A", "skolefleks"]
    worker = [*celery, "worker", "--concurrency", "2", "--without-gossip", "--without-mingle"]
    # A cold stop: nothing is lost, since the outbox is the truth and a task is acknowledged when it is done.
    _start(processes, "worker", worker, env, signal.SIGQUIT)
    _start(
        processes,
        "beat",
        [*celery, "beat", "--pidfile=", "-s", str(STATE / "beat")],
        env,
        signal.SIGTERM,
    )


def _start(
    processes: Processes,
    name: str,
    arguments: list[str],
    env: dict[str, str],
    farewell: signal.Signals,
) -> None:
    """Killed at once if we are: Valkey dies with us then, and a worker that seeks it would not end by itself."""
    command = [sys.executable, *arguments]
    processes.start(
        name, command, env=env, cwd=PROJECT, farewell=farewell, if_we_die=signal.SIGKILL
    )


def _await_answer(processes: Processes, port: int) -> None:
    deadline = time.monotonic() + ANSWER_SECONDS
    while not _answers(port):
        _refuse_fallen(processes)
        if time.monotonic() > deadline:
            raise NotStarted(f"No answer on port {port}; {STATE / 'web.log'} may say why.")
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


def _refuse_fallen(processes: Processes) -> None:
    if fallen := processes.fallen():
        raise NotStarted(
            f"{fallen.name} ended by itself (exit code {fallen.process.returncode}), so everything is stopped."
            f" Its last lines, from {fallen.log}:\n{fallen.last_lines()}"
        )


def _people() -> Iterator[str]:
    """A line for each thing somebody may do: e-mail, role, place."""
    from skolefleks.models import Membership, Role

    held = (
        Membership.objects.current()
        .select_related("user", "school")
        .order_by("role", "user__email")
    )
    for membership in sorted(held, key=lambda one: list(Role.values).index(one.role)):
        place = membership.school.name if membership.school else membership.centre
        yield f"  {membership.user.email:<40} {', '.join(filter(None, (Role(membership.role).label, place)))}\n"


def _welcome(port: int) -> str:
    return (
        f"\nSkoleFleks: http://127.0.0.1:{port}/\n\n"
        f"Sign in with one click at http://127.0.0.1:{port}/demo/,\n"
        f'or at http://127.0.0.1:{port}/konto/login/ with an e-mail and the password "{PASSWORD}":\n\n'
        f"{PEOPLE.read_text()}\n"
        "Ctrl-C stops everything. `make demo RESET=1` starts afresh. What the parts say stands in .state/*.log."
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
