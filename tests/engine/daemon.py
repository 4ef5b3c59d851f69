"""An engine of our own: in this network namespace, with data, state and socket of its own.

Whatever engine the machine has is left alone.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.engine.machine import CACHE, DOCKER, TOOLS

START_SECONDS = 60

STOP_SECONDS = 60

# The namespace's own address for the containers: sign-on and mail server answer there (TEST-NET-2).
OUTSIDE = "198.51.100.1"


class CannotRun(Exception):
    """This machine lets no engine run, or none of its containers; in words."""


@contextmanager
def running(folder: Path) -> Iterator[None]:
    """The engine, and the environment that the `docker` of the documents finds it by."""
    _prepare_network()
    _forget_killed_run()
    socket = folder / "docker.sock"
    os.environ.update(_environment(folder, socket))
    log = (folder / "dockerd.log").open("wb")
    command = ["setpriv", "--pdeathsig", "TERM", "dockerd", f"--host=unix://{socket}"]
    command += [f"--data-root={CACHE / 'docker'}", f"--exec-root={folder / 'exec'}"]
    command += [f"--pidfile={folder / 'pid'}", "--storage-driver=overlay2"]

    process = subprocess.Popen(command, stdout=log, stderr=log)
    try:
        _await(process, folder / "dockerd.log")
        _forget_containers()
        yield
    finally:
        _forget_containers()
        process.terminate()
        process.wait(STOP_SECONDS)


def _prepare_network() -> None:
    subprocess.run(["ip", "link", "set", "lo", "up"], check=True)
    subprocess.run(["ip", "address", "add", f"{OUTSIDE}/32", "dev", "lo"], check=True)


def _environment(folder: Path, socket: Path) -> dict[str, str]:
    programs = folder / "programs"
    programs.mkdir()
    (programs / "docker").symlink_to(DOCKER)
    # The kernel of a small machine may not have the new ones.
    for name in ("iptables", "ip6tables"):
        (programs / name).symlink_to(str(shutil.which(f"{name}-legacy")))

    plugins = folder / "client" / "cli-plugins"
    plugins.mkdir(parents=True)
    (plugins / "docker-compose").symlink_to(TOOLS / "bin/docker-compose")
    return {
        "PATH": f"{programs}:{os.environ['PATH']}",
        "DOCKER_HOST": f"unix://{socket}",
        "DOCKER_CONFIG": str(folder / "client"),
        # Debian's package has no buildx.
        "DOCKER_BUILDKIT": "0",
        "COMPOSE_BAKE": "false",
        "COMPOSE_PROGRESS": "quiet",
    }


def _await(process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while subprocess.run([DOCKER, "info"], capture_output=True).returncode != 0:
        has_ended = process.poll() is not None
        if has_ended or time.monotonic() > deadline:
            raise CannotRun(f"it does not start:\n{log.read_text()[-3000:]}")
        time.sleep(0.2)


def require_containers(image: str) -> None:
    """The smallest container there is: where it does not run, it is not the product's fault."""
    done = subprocess.run([DOCKER, "run", "--rm", image, "true"], capture_output=True, text=True)
    if done.returncode != 0:
        raise CannotRun(f"it runs no container:\n{done.stderr[-3000:]}")


def _forget_killed_run() -> None:
    """Remove what an engine that was killed knew of its containers; the images stay.

    Else the engine would look for their processes, by numbers that are somebody else's by now.
    """
    for name in ("containers", "containerd", "network", "volumes"):
        shutil.rmtree(CACHE / "docker" / name, ignore_errors=True)


def _forget_containers() -> None:
    """Remove containers, volumes and networks."""
    ids = subprocess.run([DOCKER, "ps", "-aq"], capture_output=True, text=True).stdout.split()
    if ids:
        subprocess.run([DOCKER, "rm", "--force", "--volumes", *ids], capture_output=True)
    for kind in ("volume", "network"):
        subprocess.run([DOCKER, kind, "prune", "--force"], capture_output=True)
