"""`make engine`: the image built and docs/production.md followed, on a container engine of our own.

The engine lives in a network namespace that reaches nothing but itself. Everything from outside,
Debian's packages and the wheels, is fetched before we go in.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.engine import bases, daemon, drill, machine
from tests.engine.clock import step, total
from tests.engine.visitor import HOST
from tests.sign_on import Provider

INSIDE = "inside"

# With what tests/accidents shows without an engine too: parts that are killed and come back.
ALL = "all"

# Up to the restore: without an update and the way back.
SHORT = "short"

# With processes of its own: whatever kills us, no container is left running.
NAMESPACES = ("--net", "--mount", "--pid", "--fork", "--kill-child", "--mount-proc")


def main() -> None:
    """Outside first; `inside` is what we start ourselves by, in the namespace."""
    # As Ctrl-C: the engine is stopped in order. The first process of a namespace hears no other.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    words = sys.argv[1:]
    if INSIDE in words:
        inside(has_accidents=ALL in words, has_updates=SHORT not in words)
        return

    reason = machine.why_not()
    if reason:
        say_none(reason)
        return
    outside()


def say_none(reason: str) -> None:
    print(f"\n*** NO ENGINE HERE, NOTHING OF IT IS TESTED: {reason}. ***\n", flush=True)


def outside() -> None:
    """Fetch, lint, go in."""
    with machine.alone():
        with step("packages"):
            machine.install_packages()
        with step("tools, hadolint and dclint, and what the base images are made of"):
            fetch_and_lint()
        command = ["unshare", *NAMESPACES, sys.executable, "-m", "tests.engine", INSIDE]
        command += sys.argv[1:]
        code = subprocess.run(command, cwd=bases.PROJECT).returncode
    print(f"   {total():6.1f} s  in all", flush=True)
    sys.exit(code)


def fetch_and_lint() -> None:
    """All that waits for somebody else's server at the same time."""
    with ThreadPoolExecutor() as pool:
        jobs = [pool.submit(fetch) for fetch in (lint, *bases.fetches())]
        for job in jobs:
            job.result()


def lint() -> None:
    machine.install_tools()
    machine.lint(bases.PROJECT)


def inside(*, has_accidents: bool, has_updates: bool) -> None:
    """The engine, the sign-on, and the drill."""
    with tempfile.TemporaryDirectory(prefix="engine-") as name:
        folder = Path(name)
        _know_host(folder)
        try:
            with daemon.running(folder), Provider.running(daemon.OUTSIDE) as provider:
                _build_bases()
                drill.run(folder, provider, has_accidents=has_accidents, has_updates=has_updates)
        except daemon.CannotRun as reason:
            say_none(str(reason))


def _build_bases() -> None:
    with step("base images"):
        bases.bring_root()
        daemon.require_containers(bases.ROOT)
        bases.build()


def _know_host(folder: Path) -> None:
    """The site's name leads here, in this mount namespace only."""
    hosts = folder / "hosts"
    hosts.write_text(f"127.0.0.1 localhost {os.uname().nodename} {HOST}\n")
    subprocess.run(["mount", "--bind", hosts, "/etc/hosts"], check=True)


if __name__ == "__main__":
    main()
