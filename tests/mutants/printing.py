"""Letters are set and charts are drawn in a child: the setter's threads do not live through a fork.

`typst` and `vl_convert` start them with the first one. Had the process that forks for each fault
made one, its children would wait for them without end.
"""

from __future__ import annotations

import os
import pickle
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any

import typst
import vl_convert

compile_here = typst.compile
draw_here = vl_convert.vegalite_to_svg


@contextmanager
def set_in_a_child() -> Iterator[None]:
    typst.compile = partial(in_a_child, compile_here)
    vl_convert.vegalite_to_svg = partial(in_a_child, draw_here)
    try:
        yield
    finally:
        typst.compile = compile_here
        vl_convert.vegalite_to_svg = draw_here


def in_a_child(make: Callable[..., Any], *args: Any, **named: Any) -> Any:
    """What `make` returns; whatever it raises is a RuntimeError here."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            with os.fdopen(writing, "wb") as pipe:
                pipe.write(pickle.dumps(make(*args, **named)))
        finally:
            os._exit(0)

    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        content = pipe.read()
    os.waitpid(child, 0)
    if not content:
        raise RuntimeError("It could not be set or drawn.")
    # Of our own child.
    return pickle.loads(content)  # noqa: S301
