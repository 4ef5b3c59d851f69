"""Says what is done and how long it took."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

BEGAN = time.monotonic()


@contextmanager
def step(title: str) -> Iterator[None]:
    """A line with the seconds that the block took."""
    began = time.monotonic()
    print(f"-- {title} ...", flush=True)
    yield
    print(f"   {time.monotonic() - began:6.1f} s  {title}", flush=True)


def total() -> float:
    """Seconds since we began."""
    return time.monotonic() - BEGAN
