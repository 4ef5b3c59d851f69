"""docs/production.md, followed on a real engine from the first secret to the last rollback."""

from __future__ import annotations

import os
import re
import shutil
import signal
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml

from tests.engine import bases, document
from tests.engine.bases import PROJECT
from tests.engine.clock import step
from tests.engine.daemon import OUTSIDE
from tests.engine.machine import DOCKER
from tests.engine.visitor import HOST, LEADER, SCHOOL, Visitor
from tests.sign_on import Provider

# What a checkout holds of it: the image's context, the compose file and what that mounts.
CHECKOUT = ("Dockerfile", ".dockerignore", "docker-compose.yml", "deploy", "requirements")

# Whom the document makes the first administrator.
ADMINISTRATOR = "signe@example.dk"

# How long a part that was killed may be away.
BACK_SECONDS = 30

# Seconds between two questions whether a service is well: the documents' intervals are for every
# day, and a drill need not wait for the next half minute.
INTERVALS = {"web": 2, "worker": 2, "mailer": 2, "beat": 2, "valkey": 1, "database": 1}


def run(folder: Path, provider: Provider, *, has_accidents: bool, has_updates: bool) -> None:
    """All of it; raises at the first thing that is not as it should be."""
    site = _check_out(folder)
    _start(site, provider)
    if has_accidents:
        _break_and_mend(site)
    visitor = Visitor(provider)
    with visitor.proxy(folder, document.block("5. Proxy", "caddyfile")):
        _work_and_lose_everything(site, visitor)
        if has_updates:
            _update_and_go_back(site, visitor)
    with step("stop"):
        compose(site, "down")


def _start(site: Path, provider: Provider) -> None:
    with step("secrets, as documented"):
        document.run("Step by step", site)
        document.run("The client secret", site, typed="a client secret\n")
        _write_settings(site, provider)
    with step("build, start, until all are healthy"):
        document.run("4. Start", site)
        _require_guarded(site)
    with step("first figures, first people"):
        assert f"https://{HOST}/" in document.run("6. First figures", site)
        document.run("6. First figures", site, number=1)
        give = ("exec", "worker", "python", "manage.py", "give_role", LEADER, "school_leader")
        more = ("--name", "Lene Leder", "--school", SCHOOL, "--by", ADMINISTRATOR)
        assert "given." in (said := compose(site, *give, *more)), said


def _break_and_mend(site: Path) -> None:
    """The document's commands of a bad day, and what it says comes back by itself."""
    with step("killed parts come back by themselves"):
        ill = {service: _kill(site, service) for service in ("web", "worker", "mailer")}
        _await(lambda: all(_process_of(site, name) not in {"0", ill[name]} for name in ill))
    with step("look, and start anew what stands still"):
        assert '"ok": true' in document.run("5. Proxy", site)
        assert "(healthy)" in document.run("When something breaks", site)
        document.run("When something breaks", site, number=1)


def _work_and_lose_everything(site: Path, visitor: Visitor) -> None:
    with step("sign in through the proxy, lay a paper on"):
        visitor.sign_in()
        paper = visitor.lay_on("plan.pdf")
    with step("backup"):
        head = head_in(document.run("Backup", site))
    with step("everything is lost"):
        compose(site, "down", "--volumes")
    with step("restore into an empty engine"):
        restored = document.run("Restore", site)
        assert head_in(restored) == head, restored
        assert "The books are proved" in restored
    with step("the paper is there, whoever was signed in is not"):
        assert not visitor.is_signed_in()
        visitor.sign_in()
        assert visitor.papers() == [paper]


def _update_and_go_back(site: Path, visitor: Visitor) -> None:
    # A backup of the day before the update; the day's own name is taken.
    backups = site / "backups"
    shutil.rmtree(next(backups.iterdir()))
    with step("backup, then update to the next version"):
        head = head_in(document.run("Backup", site))
        _name_version(site, "drill-2")
        document.run("Updates", site)
        visitor.sign_in()
        visitor.lay_on("senere.pdf")
        assert len(visitor.papers()) == 2
    [day] = backups.iterdir()
    with step("a rollback is refused while the site is running"):
        done = try_compose(site, "run", "--rm", "operator", "rollback", f"/backups/{day.name}")
        assert "stop web, worker, mailer and beat first" in done.stdout, done.stdout
    with step("go back to the version and the data before"):
        _name_version(site, "drill-1")
        assert head_in(document.run("To go back", site)) == head
        visitor.sign_in()
        assert len(visitor.papers()) == 1
        assert images_of(site) == {"skolefleks:drill-1"}


def _check_out(folder: Path) -> Path:
    site = folder / "site"
    site.mkdir()
    listed = (PROJECT / ".dockerignore").read_text().splitlines()
    context = [line[1:] for line in listed if line.startswith("!") and "/" not in line]
    for name in {*CHECKOUT, *context}:
        source = PROJECT / name
        if source.is_dir():
            shutil.copytree(source, site / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy(source, site / name)

    file = site / "docker-compose.yml"
    services = yaml.safe_load(file.read_text())["services"]
    hasty = {name: _hasty(services[name], seconds) for name, seconds in INTERVALS.items()}
    (site / "docker-compose.override.yml").write_text(yaml.safe_dump({"services": hasty}))
    return site


def _hasty(service: dict[str, Any], seconds: int) -> dict[str, Any]:
    """What is otherwise in a drill: asked more often, and no wait for half a processor."""
    otherwise: dict[str, Any] = {"healthcheck": {"interval": f"{seconds}s"}}
    if service["cpus"] == 0.5:
        otherwise["cpus"] = 1
    return otherwise


def _write_settings(site: Path, provider: Provider) -> None:
    """The document's own settings, with the values of this machine in their place."""
    document.run("2. Settings", site)
    here = {
        "SKOLEFLEKS_VERSION": "drill-1",
        "ALLOWED_HOSTS": HOST,
        "OIDC_SERVER_URL": provider.url,
        "MAIL_HOST": OUTSIDE,
        "WEB_CPUS": str(os.cpu_count()),
        "DATABASE_CPUS": str(os.cpu_count()),
        # The stand-ins have the names of the real ones and no digest.
        **{f"{name.upper()}_IMAGE": tag for name, tag in bases.BASES.items()},
    }
    with (site / ".env").open("a") as file:
        # Of two lines the later one holds.
        file.writelines(f"{name}={text}\n" for name, text in here.items())


def _name_version(site: Path, version: str) -> None:
    file = site / ".env"
    file.write_text(
        re.sub("(?m)^SKOLEFLEKS_VERSION=.*", f"SKOLEFLEKS_VERSION={version}", file.read_text())
    )


def _require_guarded(site: Path) -> None:
    """What the compose file promises, asked of the running containers.

    Their words are read: this engine's `exec` has no exit code for a newer compose.
    """
    script = "touch /srv/skolefleks/x; touch /srv/papers/.x && rm /srv/papers/.x && echo kept"
    said = compose(site, "exec", "web", "sh", "-c", script)
    assert "Read-only file system" in said, said
    assert "kept" in said, said

    # Nobody asks Valkey anything without its password.
    assert "NOAUTH" in compose(site, "exec", "valkey", "valkey-cli", "ping")

    form = "{{.HostConfig.Memory}} {{.HostConfig.NanoCpus}} {{.HostConfig.PidsLimit}}"
    for container in compose(site, "ps", "--quiet").split():
        command = [DOCKER, "inspect", "--format", form, container]
        limits = subprocess.run(command, capture_output=True, text=True, check=True).stdout
        assert not {"0", "<no", "<nil>"} & set(limits.split()), limits


def _process_of(site: Path, service: str) -> str:
    """The number of the service's first process, as this machine counts; 0 while there is none."""
    container = compose(site, "ps", "--all", "--quiet", service).strip()
    command = [DOCKER, "inspect", "--format", "{{.State.Pid}}", container]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()


def _kill(site: Path, service: str) -> str:
    """As the kernel does where memory is out; the number that the process had.

    `docker kill` would not do: the engine takes it for a wish, and starts nothing.
    """
    process = _process_of(site, service)
    os.kill(int(process), signal.SIGKILL)
    return process


def _await(holds: Callable[[], bool]) -> None:
    deadline = time.monotonic() + BACK_SECONDS
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.2)


def images_of(site: Path) -> set[str]:
    """The product's own images that run."""
    done = try_compose(site, "ps", "--format", "{{.Image}}")
    return {line for line in done.stdout.split() if line.startswith("skolefleks:")}


def head_in(said: str) -> str:
    """The head of the audit trail, out of what a command said."""
    match = re.search("head ([0-9a-f]{64})", said)
    assert match, said
    return match[1]


def compose(site: Path, *words: str) -> str:
    done = try_compose(site, *words)
    if done.returncode != 0:
        raise SystemExit(f"docker compose {' '.join(words)}:\n{done.stdout[-6000:]}")
    return done.stdout


def try_compose(site: Path, *words: str) -> subprocess.CompletedProcess[str]:
    both = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    return subprocess.run(["docker", "compose", *words], cwd=site, stdin=subprocess.DEVNULL, **both)
