"""The process in which a stranger's file is opened; nothing else ever opens one.

Run as a program: the file on its standard input, what became of it on its
output, as parts that each stand behind their length. It is short-lived, has
little time and memory, writes no file, starts no program, and once it has begun
it opens nothing more. It knows neither Django nor our keys nor whose file it
is.
"""

from __future__ import annotations

import json
import os
import resource
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

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
    """From now on this process opens no file and no connection."""
    resource.setrlimit(resource.RLIMIT_NOFILE, (STANDARD, STANDARD))


def clean(content: bytes, kind: str) -> Iterator[bytes]:
    """The verdict as JSON, then the file as it may be kept; an unwelcome one is not given back."""
    from applications.papers import cleaning, pdfs
    from applications.papers.verdicts import Unwelcome, too_much

    pdfs.ask_for_randomness()
    shut()
    try:
        cleaned = cleaning.clean(kind, content)
    except Unwelcome as unwelcome:
        yield _as_json(refusal=str(unwelcome))
    except (MemoryError, RecursionError):
        yield _as_json(refusal=str(too_much()))
    else:
        yield _as_json(is_cleaned=cleaned.is_cleaned, remarks=cleaned.remarks)
        yield cleaned.content


def draw(content: bytes, most: str, side: str) -> Iterator[bytes]:
    """How many pages there are, then the first `most` as pictures."""
    from applications.papers import drawing

    shut()
    yield from drawing.draw_pages(content, most=int(most), side=int(side))


JOBS: dict[str, Callable[..., Iterator[bytes]]] = {"clean": clean, "draw": draw}


def _as_json(**verdict: object) -> bytes:
    return json.dumps(verdict, ensure_ascii=False).encode()


def main() -> None:
    """Do one job: its limits, its name and what it asks for stand on the command line."""
    seconds, memory, job, *options = sys.argv[1:]
    confine(int(seconds), int(memory))
    # Isolated Python (`-I`) looks for nothing in our folders; of them it is shown
    # this one.
    sys.path.append(str(Path(__file__).resolve().parents[2]))

    content = sys.stdin.buffer.read()
    for part in JOBS[job](content, *options):
        sys.stdout.buffer.write(len(part).to_bytes(LENGTH_BYTES, "big") + part)
        sys.stdout.buffer.flush()


if __name__ == "__main__":
    main()
