"""A production site that bears accidents: its servers are its own, may be killed, and come back."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from socket import create_server
from typing import Any

import psycopg
import pytest
import requests
from django.db import connection
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from skolefleks.development import servers
from skolefleks.development.demo import write_secrets
from skolefleks.development.place import Place
from skolefleks.development.processes import Child
from tests.accidents.mailserver import MailServer
from tests.production import HOST, SECRETS, SERVICES, TRUSTED, Site
from tests.sign_on import Browser, Provider, sign_in
from tests.template import PROGRAMS

WAIT_SECONDS = 120

# As Docker's `restart: unless-stopped` would start them again.
STARTS: dict[str, Callable[[Any, Place], object]] = {
    "postgres": lambda processes, place: servers._start_postgres(processes, place, durable=True),
    "valkey": servers._start_valkey,
}


@dataclass
class Estate(Site):
    """A site with people, cases, a mail server, and an end to each of its processes."""

    provider: Provider
    mail: MailServer
    servers_state: Path
    cases: list[tuple[str, str]] = field(default_factory=list)

    def child(self, name: str) -> Child:
        return next(child for child in self.processes.children if child.name == name)

    def kill(self, name: str) -> float:
        """End the process and all that it started, as a power cut would; when that was."""
        child = self.child(name)
        family = [child.process.pid, *_descendants(child.process.pid)]
        for pid in family:
            _kill(pid)
        killed_at = time.time()
        child.process.wait()
        # Those whose parent is gone are init's to bury.
        until(lambda: not any(_is_alive(pid) for pid in family))
        self.processes.children.remove(child)
        return killed_at

    def revive(self, name: str, **env: str) -> None:
        if name in STARTS:
            sockets = Path(str(conninfo_to_dict(self.env["DATABASE_URL"])["host"]))
            STARTS[name](self.processes, Place(self.servers_state, sockets))
        else:
            self.start(name, **env)

    def is_ready(self) -> bool:
        """Whether people can work."""
        try:
            return self.get("/healthz/ready", timeout=20).status_code == 200
        except requests.RequestException:
            return False

    def visitor(self, email: str) -> Visitor:
        """A person who has signed in."""
        answer = sign_in(self.url, HOST, self.provider, sub=email, email=email)
        assert (answer.status_code, answer.headers.get("Location")) == (302, "/"), answer.text
        return Visitor(self.url, answer.session)

    def take_cases(self, count: int) -> list[tuple[str, str]]:
        """So many cases that nobody has decided yet: number, and the pupil's key."""
        taken, self.cases = self.cases[:count], self.cases[count:]
        assert len(taken) == count, "the cast brought too few"
        return taken

    def number(self, query: str) -> int:
        [[count]] = self.rows(query)
        return int(count)

    def deliver_all(self) -> None:
        """Hear now what the sweeper would within a minute or two, until nothing waits."""
        late = "UPDATE skolefleks_outboxmessage SET due_at = now() - interval '2 minutes'"
        late += " WHERE done_at IS NULL AND given_up_at IS NULL"
        with psycopg.connect(self.env["DATABASE_URL"], autocommit=True) as site:
            site.execute(late)
        self._sweep()
        until(lambda: not self.waiting())

    def waiting(self) -> int:
        """Messages of the outbox; those to a dead mailbox wait for another day."""
        return self.number(
            "SELECT count(*) FROM skolefleks_outboxmessage"
            " WHERE done_at IS NULL AND error NOT LIKE 'SMTPRecipientsRefused%'"
        )

    def proves_itself(self) -> None:
        """The books agree, the trail is whole, and no paper lacks its file."""
        said = self.tell_apart("tests.accidents.proof")
        assert said == {"wrong": [], "lost": [], "trail": True}

    def tell_apart(self, module: str, *words: str) -> Any:
        """What a module of ours, run on the site's database, says in JSON."""
        done = self.run(sys.executable, "-m", module, *words)
        assert done.returncode == 0, done.stdout
        return json.loads(done.stdout.splitlines()[-1])

    def _sweep(self) -> None:
        task = ("call", "skolefleks.tasks.sweep_outbox")
        done = self.run("celery", "--app=skolefleks", *task)
        assert done.returncode == 0, done.stdout


@dataclass
class Visitor:
    """One person at a browser."""

    url: str
    browser: Browser

    def get(self, path: str, **options: Any) -> requests.Response:
        return self.browser.get(self.url + path, allow_redirects=False, timeout=30, **options)

    def post(self, path: str, form: dict[str, str], **options: Any) -> requests.Response:
        form = {"csrfmiddlewaretoken": self.browser.cookies["__Host-csrftoken"], **form}
        return self.browser.post(
            self.url + path, data=form, allow_redirects=False, timeout=30, **options
        )


@contextmanager
def standing(folder: Path, cases: int) -> Iterator[Estate]:
    """The site, started as the compose file starts it, with so many cases to decide."""
    state = folder / "site"
    write_secrets(state)
    (state / "password").write_text("known to nobody")
    with create_server(("127.0.0.1", 0)) as probe:
        url = f"http://127.0.0.1:{probe.getsockname()[1]}"

    dump = folder / "tables.dump"
    _dump_tables(dump)
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DATABASE_URL", "DATABASE_OWNER_URL", "VALKEY_URL"):
            patch.delenv(name)
        with (
            Provider.running() as provider,
            MailServer.running() as mail,
            servers.running(folder / "servers", durable=True) as up,
        ):
            addresses = {
                "ALLOWED_HOSTS": HOST,
                "OIDC_SERVER_URL": provider.url,
                "OIDC_CLIENT_ID": "skolefleks",
                "MAIL_PORT": mail.port,
                "MAIL_HOST": "127.0.0.1",
                "PAPERS_DIR": str(state / "papers"),
                "PAPERS_LEAST_FREE": "1",
            }
            files = {name: str(state / file) for name, file in SECRETS.items()}
            env = addresses | files | TRUSTED | up.env()
            estate = Estate(state, url, env, up.processes, provider, mail, folder / "servers")
            _bring_up(estate, dump, cases)
            yield estate


def until(holds: Callable[[], Any], *, seconds: float = WAIT_SECONDS) -> float:
    """Wait until it holds, and say how long that took."""
    began = time.monotonic()
    while not holds():
        assert time.monotonic() - began < seconds, holds
        time.sleep(0.05)
    return time.monotonic() - began


def new_key() -> dict[str, str]:
    return {"idempotency_key": str(uuid.uuid4())}


def _bring_up(estate: Estate, dump: Path, cases: int) -> None:
    whole = ("--no-owner", "--single-transaction", "--exit-on-error")
    owner = f"--dbname={estate.env['DATABASE_OWNER_URL']}"
    subprocess.run([PROGRAMS / "pg_restore", *whole, owner, dump], check=True)
    # Nothing is left to migrate; it gives the application its rights.
    done = estate.run(*SERVICES["migrate"]["command"], service="migrate")
    assert done.returncode == 0, done.stdout
    told = estate.tell_apart("tests.accidents.cast", str(cases))
    estate.cases = [(number, pupil) for number, pupil in told]

    for service in ("beat", "worker", "mailer", "web"):
        estate.start(service)
    until(estate.is_ready)


def _dump_tables(path: Path) -> None:
    """The suite's own database as it was migrated: no second migration, and other keys."""
    database = make_conninfo(
        os.environ["DATABASE_OWNER_URL"], dbname=connection.settings_dict["NAME"]
    )
    without = "--exclude-table-data=skolefleks_keycanary"
    command = [PROGRAMS / "pg_dump", "--format=custom", f"--file={path}", without]
    subprocess.run([*command, f"--dbname={database}"], check=True)


def _descendants(pid: int) -> list[int]:
    """All that a process has started, and what those have."""
    found = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            words = status.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(words[1]) == pid:
            child = int(status.parent.name)
            found += [child, *_descendants(child)]
    return found


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


def _is_alive(pid: int) -> bool:
    try:
        words = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return words[0] != "Z"
