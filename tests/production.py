"""Production on this machine: what the image runs, by the same command lines and settings.

Commands and environment are read from `Dockerfile` and `docker-compose.yml`, so that they cannot
drift apart.
"""

from __future__ import annotations

import json
import os
import re
import runpy
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from socket import socket
from typing import Any

import certifi
import psycopg
import pytest
import requests
import yaml

from skolefleks.development.processes import Processes
from tests import template
from tests.sign_on import Browser

PROJECT = Path(__file__).resolve().parent.parent


IMAGE = (PROJECT / "Dockerfile").read_text()


SERVICES: dict[str, dict[str, Any]] = yaml.safe_load((PROJECT / "docker-compose.yml").read_text())[
    "services"
]


OURS = {name: one for name, one in SERVICES.items() if one["image"] == SERVICES["web"]["image"]}


HOST = "skolefleks.example"


LEADER = "leder@skolefleks.example"


ADMINISTRATOR = "adm@skolefleks.example"


SECRETS = {
    "SECRET_KEY_FILE": "secret_key",
    "ENCRYPTION_KEYS_FILE": "encryption_keys.json",
    "DATABASE_PASSWORD_FILE": "password",
    "OIDC_SECRET_FILE": "password",
}


MANAGE = """
import json, sys
from django.core.management import execute_from_command_line
for words in json.loads(sys.argv[1]):
    execute_from_command_line(words)
"""


# This machine's Valkey has no password: it listens on a socket in a private folder.
TRUSTED = {
    "VALKEY_PASSWORD_FILE": "",
    "REQUESTS_CA_BUNDLE": certifi.where(),
    "SSL_CERT_FILE": certifi.where(),
}


@dataclass
class Site:
    """Production on this machine: where it answers, and the processes behind it."""

    state: Path
    url: str
    env: dict[str, str]
    processes: Processes

    def environment(self, service: str) -> dict[str, str]:
        """The service's environment in the compose file, with this machine's addresses."""
        asked: dict[str, str] = SERVICES[service]["environment"]
        told = {
            name: self.env.get(name, re.sub(r"\$\{\w+:-([^}]*)\}", r"\1", text))
            for name, text in asked.items()
        }
        if "skolefleks_owner@" in asked["DATABASE_URL"]:
            told["DATABASE_URL"] = self.env["DATABASE_OWNER_URL"]
        if "PULSE_FILE" in asked:
            told["PULSE_FILE"] = str(self.pulse(service))
        assert "${" not in str(told), "the test must say what the compose file asks for"
        fixed = dict(re.findall(r"(DJANGO_SETTINGS_MODULE|SKOLEFLEKS_MODE)=(\S+)", IMAGE))
        return {"PATH": f"{Path(sys.executable).parent}:{os.defpath}", **fixed, **told} | {
            "SKOLEFLEKS_STATE": str(self.state)
        }

    def pulse(self, service: str) -> Path:
        """The file that the service's heart touches; each container has one of its own."""
        return self.state / f"{service}.pulse"

    def is_healthy(self, service: str) -> bool:
        """What its health check in the compose file says."""
        kind, line = SERVICES[service]["healthcheck"]["test"]
        assert kind == "CMD-SHELL"
        in_container = SERVICES[service]["environment"]["PULSE_FILE"]
        here = line.replace("$$", "$").replace(in_container, str(self.pulse(service)))
        return self.run("sh", "-c", here, service=service).returncode == 0

    def settings(self, monkeypatch: pytest.MonkeyPatch, **changed: str) -> dict[str, Any]:
        """What the web's settings come to in its environment, here and now."""
        for name, text in (self.environment("web") | changed).items():
            monkeypatch.setenv(name, text)
        return runpy.run_path(str(PROJECT / "skolefleks" / "settings.py"))

    def start(self, service: str, **env: str) -> None:
        command = SERVICES[service].get("command") or json.loads(
            re.findall(r"(?m)^CMD (.*)", IMAGE)[-1]
        )
        here = {
            "--bind=0.0.0.0:8000": f"--bind={self.url.removeprefix('http://')}",
            "--schedule=/srv/beat/schedule": f"--schedule={self.state / 'schedule'}",
        }
        words = [here.get(word, word) for word in command]
        farewell = {"web": signal.SIGINT, "worker": signal.SIGQUIT, "mailer": signal.SIGQUIT}.get(
            service, signal.SIGTERM
        )  # the quick ones
        self.processes.start(
            service, words, env=self.environment(service) | env, cwd=PROJECT, farewell=farewell
        )

    def run(
        self, *words: str, service: str = "worker", **env: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a command as `docker compose run` would; what it says is in stdout."""
        told = {name: text for name, text in (self.environment(service) | env).items() if text}
        both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        return subprocess.run(words, env=told, cwd=PROJECT, check=False, **both)

    def manage(self, *lines: str) -> None:
        """What `manage.py` does of each line."""
        done = self.manage_all(*lines)
        assert done.returncode == 0, done.stdout

    def manage_all(self, *lines: str) -> subprocess.CompletedProcess[str]:
        """The same, up to the first that fails; in one process, since a start takes seconds."""
        each = [["manage.py", *shlex.split(line)] for line in lines]
        return self.run("python", "-c", MANAGE, json.dumps(each))

    def get(self, path: str, **options: Any) -> requests.Response:
        return Browser(HOST).get(self.url + path, allow_redirects=False, **options)

    def health(self) -> tuple[int, dict[str, Any]]:
        answer = self.get("/healthz")
        return answer.status_code, answer.json()

    def log(self, name: str) -> str:
        """What the process has written so far."""
        child = next(child for child in self.processes.children if child.name == name)
        return child.log.read_text()

    def becomes(self, code: int) -> dict[str, Any]:
        """Wait until /healthz answers with `code`, and a 200 without a warning."""
        deadline = time.monotonic() + 90
        while True:
            found, report = self.health()
            if found == code and not report["warnings"]:
                return report
            assert time.monotonic() < deadline, report
            time.sleep(0.1)

    @contextmanager
    def frozen(self, name: str) -> Iterator[None]:
        """The process stands still and answers nobody, until the block ends."""
        process = next(child.process for child in self.processes.children if child.name == name)
        process.send_signal(signal.SIGSTOP)
        try:
            yield
        finally:
            process.send_signal(signal.SIGCONT)

    def rows(self, query: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.env["DATABASE_URL"]) as connection:
            return connection.execute(query).fetchall()


def bring_up(site: Site) -> None:
    template.fill(site.env["DATABASE_OWNER_URL"])
    done = site.run(*SERVICES["migrate"]["command"], service="migrate")
    assert done.returncode == 0, done.stdout
    site.manage(
        "collectstatic --noinput",
        "load_figures",
        f"give_role {LEADER} school_leader --name 'Lene Leder' --school Baltorpskolen",
        f"give_role {ADMINISTRATOR} administrator --name 'Ada Admin'",
    )
    site.start("beat")
    site.start("worker")
    site.start("mailer")
    site.start("web")
    deadline = time.monotonic() + 90
    while not listens(site.url):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def listens(url: str) -> bool:
    with socket() as probe:
        return probe.connect_ex(("127.0.0.1", int(url.rpartition(":")[2]))) == 0


def knock(site: Site, address: str, form: dict[str, str]) -> Any:
    """Send the form of the emergency door, from there."""
    session = Browser(HOST)
    session.headers["X-Forwarded-For"] = address
    page = session.get(site.url + "/konto/noedadgang/")
    token = re.search(r'csrfmiddlewaretoken" value="([^"]+)', page.text)
    if token is None:
        return page
    data = form | {"csrfmiddlewaretoken": token[1]}
    return session.post(site.url + "/konto/noedadgang/", data=data, allow_redirects=False)
