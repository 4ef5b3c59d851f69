"""Letters are set in a child of their own: the setter's threads do not live through a fork.

`typst` starts them with the first letter. Had the process that forks for each fault set one, its
children would wait for them without end.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import typst

compile_here = typst.compile


@contextmanager
def set_in_a_child() -> Iterator[None]:
    typst.compile = compile_in_a_child
    try:
        yield
    finally:
        typst.compile = compile_here


def compile_in_a_child(*args: Any, **named: Any) -> bytes:
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(compile_here(*args, **named))
        finally:
            os._exit(0)

    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    if not content:
        raise RuntimeError("The letter could not be set.")
    return content
