"""Processes that end with the one that started them, one owner to a state folder."""

from __future__ import annotations

import ctypes
import fcntl
import os
import signal
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence
    from pathlib import Path
    from pwd import struct_passwd


# How long a process gets to end in order before it is killed.
SERVER_STOP_SECONDS = 15
STOP_SECONDS = 5

# What the children of a killed owner get to end in.
DYING_SECONDS = 60

# From <linux/prctl.h>.
PR_SET_PDEATHSIG = 1


class NotStarted(Exception):
    """Says, to the person at the terminal, why it does not run."""


class InUse(NotStarted):
    """Another process owns the state."""


@dataclass(frozen=True)
class Child:
    """A process that we started."""

    name: str
    process: subprocess.Popen[bytes]
    log: Path
    # Ends it in order.
    farewell: signal.Signals
    # The others stand on it: it is stopped last, and gets time to save.
    server: bool

    def last_lines(self, count: int = 15) -> str:
        """The end of its log, for the person at the terminal."""
        with self.log.open("rb") as log:
            log.seek(max(0, self.log.stat().st_size - 8192))
            lines = log.read().decode(errors="replace").splitlines()
        return "\n".join(lines[-count:])


@dataclass
class Processes:
    """The children of one owner."""

    state: Path
    # Every child holds it with us, by inheritance.
    lock: int
    children: list[Child] = field(default_factory=list)

    def start(
        self,
        name: str,
        command: Sequence[str | Path],
        *,
        env: Mapping[str, str],
        cwd: Path,
        farewell: signal.Signals = signal.SIGTERM,
        if_we_die: signal.Signals | None = None,
        account: struct_passwd | None = None,
        server: bool = False,
    ) -> Child:
        """Start a process that ends with this one, writing to `<name>.log` in the state.

        `farewell` ends it in order; `if_we_die` is what the kernel sends it
        should we be killed, else the same. Call it from the main thread: the
        kernel tells a child of its parent's death when the *thread* ends.
        """
        log = _fresh_log(self.state / f"{name}.log")
        with log.open("ab") as out:
            process = subprocess.Popen(  # noqa: S603  our own programs, nothing of a user's
                command,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=env,
                cwd=cwd,
                umask=0o077,
                # A Ctrl-C at the terminal is for us: we end the children, in order.
                process_group=0,
                pass_fds=(self.lock,),
                # One system call, which takes no lock that the fork could have
                # left taken.
                preexec_fn=_ends_with_us(if_we_die or farewell),  # noqa: PLW1509
                **run_as(account),
            )
        child = Child(name, process, log, farewell, server)
        self.children.append(child)
        return child

    def first_ended(self) -> Child | None:
        """The first child that has ended by itself."""
        for child in self.children:
            if child.process.poll() is not None:
                return child
        return None

    def stop(self) -> None:
        """End every child, the servers last, each in time or by force."""
        _stop_all([child for child in self.children if not child.server], STOP_SECONDS)
        _stop_all(
            [child for child in self.children if child.server], SERVER_STOP_SECONDS
        )
        self.children.clear()


def _stop_all(children: Sequence[Child], seconds: float) -> None:
    # All are asked first, so that they end at the same time.
    for child in children:
        child.process.send_signal(child.farewell)

    for child in children:
        try:
            child.process.wait(seconds)
        except subprocess.TimeoutExpired:
            child.process.kill()
            child.process.wait()


@contextmanager
def owning(state: Path) -> Iterator[Processes]:
    """Own the state, alone, for as long as the block lasts; its end is the children's.

    There are two locks, and the kernel lets go of both when their holders are
    dead: ours, and one that the children hold with us. By these a second owner
    tells a living one, which it leaves alone, from the children of a killed
    one, whose end it awaits. Raises InUse.
    """
    state.mkdir(parents=True, exist_ok=True)
    mode = 0o700
    if os.geteuid() == 0:
        # The account that root drops to passes through.
        mode = 0o711
    state.chmod(mode)

    ours = _try_lock(state / "owner.lock")
    if ours is None:
        raise InUse(
            f"SkoleFleks already runs on {state}:"
            " stop that one first (Ctrl-C where it was started)."
        )

    try:
        processes = Processes(state, _await_the_dying(state))
        try:
            yield processes
        finally:
            processes.stop()
            os.close(processes.lock)
    finally:
        os.close(ours)


def has_owner(state: Path) -> bool:
    """Whether a living process owns the state just now."""
    if not state.exists():
        return False

    lock = _try_lock(state / "owner.lock")
    if lock is None:
        return True
    os.close(lock)
    return False


def run_as(account: struct_passwd | None) -> dict[str, Any]:
    """Arguments of `subprocess` that drop to the account; for None there is nothing to drop."""
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def end_with_parent() -> None:
    """Have ourselves killed when the process that started us is, and our children with us.

    Only Linux can.
    """
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL))


def _ends_with_us(how: signal.Signals) -> Callable[[], None] | None:
    """What the child does before it becomes its program: ask for a signal when we die.

    Only Linux can.
    """
    if sys.platform != "linux":
        return None

    # Looked up here: between fork and exec the child may not load anything.
    prctl = ctypes.CDLL(None).prctl
    parent = os.getpid()

    def ask() -> None:
        prctl(PR_SET_PDEATHSIG, int(how))
        if os.getppid() != parent:
            # We died before it could ask, and nobody would tell it any more.
            os._exit(1)

    return ask


def _try_lock(path: Path) -> int | None:
    """The open file that holds the lock, or None where somebody else does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _await_the_dying(state: Path) -> int:
    """The children's lock, once the children of an owner that was killed have ended."""
    path = state / "children.lock"
    deadline = time.monotonic() + DYING_SECONDS

    lock = _try_lock(path)
    while lock is None:
        if time.monotonic() > deadline:
            raise InUse(
                f"A process of an earlier run is still alive: it holds {path}."
            )
        time.sleep(0.05)
        lock = _try_lock(path)
    return lock


def _fresh_log(path: Path) -> Path:
    """An empty file that only we may read; what stood in it is now in `<name>.log.1`."""
    if path.exists():
        path.replace(path.with_name(f"{path.name}.1"))
    path.touch(mode=0o600)
    return path
