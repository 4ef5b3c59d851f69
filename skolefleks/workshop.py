"""The process in which a stranger's file is opened; nothing else ever opens one.

Run as a program: the file on its standard input, what became of it on its
output, as parts that each stand behind their length. What is done to it is the
job's, a function of the floor that asks. It is short-lived, has
little time and memory, writes no file, starts no program, and once it has begun
it opens nothing more. It knows neither Django nor our keys nor whose file it
is.
"""

from __future__ import annotations

import os
import resource
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType

# Before each part of the output.
LENGTH_BYTES = 4

# The site's pages come before a file.
NICE = 5

# Input, output and errors.
STANDARD = 3


def confine(seconds: int, memory: int) -> None:
    """Let this process take so much processor time and memory (bytes), and write no file.

    An image of it (a core dump) would hold the paper, so none is left anywhere.
    """
    limits = (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NPROC, 0),
    )
    for what, limit in limits:
        resource.setrlimit(what, (limit, limit))
    os.nice(NICE)


def shut() -> None:
    """From now on this process opens no file and no connection.

    A job is given it, and calls it once it has loaded what it needs, before it
    looks at the file.
    """
    resource.setrlimit(resource.RLIMIT_NOFILE, (STANDARD, STANDARD))


def main() -> None:
    """Do one job: its limits, its name and what it asks for stand on the command line."""
    seconds, memory, job, *options = sys.argv[1:]
    confine(int(seconds), int(memory))
    # Isolated Python (`-I`) looks for nothing in our folders; of them it is shown
    # this one.
    ours = Path(__file__).resolve().parents[1]
    sys.path.append(str(ours))
    # The ground floor without what its package loads: a job of its own needs no Celery.
    ground = ModuleType("skolefleks")
    ground.__path__ = [str(ours / "skolefleks")]
    sys.modules["skolefleks"] = ground

    module, _, name = job.rpartition(".")
    work = getattr(import_module(module), name)
    content = sys.stdin.buffer.read()
    for part in work(content, shut, *options):
        sys.stdout.buffer.write(len(part).to_bytes(LENGTH_BYTES, "big") + part)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
