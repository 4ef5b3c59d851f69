"""Has a job done on a stranger's file in a process of its own (`workshop`), and kills it beyond."""

from __future__ import annotations

import os
import select
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, TYPE_CHECKING, cast

from django.conf import settings

from skolefleks.workshop import LENGTH_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterator

WORKSHOP = Path(__file__).with_name("workshop.py")

# Bytes read at once.
CHUNK = 64 * 1024


@dataclass
class Outcome:
    """What came back. `is_whole`: the job was done to its end within its limits."""

    parts: list[bytes] = field(default_factory=list)
    is_whole: bool = False


def run(
    job: str, content: bytes, *options: object, cpu_seconds: int | None = None
) -> Outcome:
    """Have `job`, a function by its dotted name, done on `content` in the workshop.

    It is killed where it takes more than `cpu_seconds` (unless given,
    `settings.PAPER_CPU_SECONDS`), `PAPER_SECONDS` (by the clock), `PAPER_MEMORY`
    or `PAPER_OUTPUT`. Raises OSError where no process can be started.
    """
    if cpu_seconds is None:
        cpu_seconds = settings.PAPER_CPU_SECONDS
    with _in_memory(content) as file:
        process = subprocess.Popen(
            command_for(job, *options, cpu_seconds=cpu_seconds),
            stdin=file,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={},
            cwd="/",
        )
        try:
            output = _read(process, until=time.monotonic() + settings.PAPER_SECONDS)
        finally:
            # Done or not: nothing of it goes on.
            process.kill()
            status = process.wait()
    return Outcome(_split(output), is_whole=status == 0)


def command_for(job: str, *options: object, cpu_seconds: int) -> list[str]:
    """The workshop as it is started, with its limits."""
    bounds = (cpu_seconds, settings.PAPER_MEMORY)
    # `-I`: no folder of ours on the path, no variable of ours in the environment.
    # `-B`: it may not write what it compiles.
    command = [sys.executable, "-I", "-B", str(WORKSHOP)]
    return command + [str(part) for part in (*bounds, job, *options)]


@contextmanager
def _in_memory(content: bytes) -> Iterator[IO[bytes]]:
    """A file on no disk, at its beginning."""
    with os.fdopen(os.memfd_create("paper"), "w+b") as file:
        file.write(content)
        file.flush()
        file.seek(0)
        yield file


def _read(process: subprocess.Popen[bytes], *, until: float) -> bytes:
    """What the process writes, until it ends, its time is up, or it writes too much."""
    output = bytearray()
    # It was asked for as a pipe.
    stream = cast("IO[bytes]", process.stdout)

    while len(output) <= settings.PAPER_OUTPUT:
        seconds = max(until - time.monotonic(), 0)
        readable, _, _ = select.select([stream], [], [], seconds)
        if not readable:
            break
        chunk = os.read(stream.fileno(), CHUNK)
        if not chunk:
            # It has ended, or does so within what is left of its time.
            _wait(process, until)
            break
        output += chunk
    stream.close()
    return bytes(output)


def _wait(process: subprocess.Popen[bytes], until: float) -> None:
    try:
        process.wait(max(until - time.monotonic(), 0))
    except subprocess.TimeoutExpired:
        return


def _split(output: bytes) -> list[bytes]:
    """The parts that came whole."""
    parts = []
    place = 0
    while place + LENGTH_BYTES <= len(output):
        begins = place + LENGTH_BYTES
        ends = begins + int.from_bytes(output[place:begins], "big")
        if ends > len(output):
            break
        parts.append(output[begins:ends])
        place = ends
    return parts
