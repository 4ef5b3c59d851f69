"""Acts that arrive at the same moment, each in a thread and a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import wraps
from typing import Any

import pytest
from django.db import DatabaseError, connection

from skolefleks.refusals import Refusal

# How long one waits for another that a lock may keep from coming.
SECONDS = 1


def at_once(acts: Sequence[Callable[[], Any]]) -> list[Any]:
    """Let `acts` go together; what each returned, or how it was refused."""
    gate = threading.Barrier(len(acts))

    def run(act: Callable[[], Any]) -> Any:
        try:
            connection.ensure_connection()
            gate.wait(30)
            return act()
        except (Refusal, DatabaseError) as refused:
            return refused
        finally:
            connection.close()

    with ThreadPoolExecutor(len(acts)) as threads:
        return list(threads.map(run, acts))


def all_met(monkeypatch: pytest.MonkeyPatch, place: Any, name: str, people: int = 2) -> None:
    """Let nobody go on after `place.name` before all have come so far.

    Without a lock that is certain; behind a lock the first waits in vain, and goes on alone.
    """
    step = getattr(place, name)
    everybody = threading.Barrier(people)

    @wraps(step)
    def meet(*args: Any, **named: Any) -> Any:
        answer = step(*args, **named)
        with suppress(threading.BrokenBarrierError):
            everybody.wait(SECONDS)
        return answer

    monkeypatch.setattr(place, name, meet)
