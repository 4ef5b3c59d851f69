"""Acts that arrive at the same moment, each in a thread and a connection of its own.

`race` is for a lock: its test runs twice, once with the lock and once without it, when the race
must be lost, as the negative control. Nobody waits for a time to pass: the second act begins once
the first is done and not yet committed, and the first is committed once the second is done, or is
held up.
"""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from functools import wraps
from typing import Any

import pytest
from django.db import DatabaseError, connection, transaction
from django.db.backends.utils import CursorWrapper
from django.db.models import QuerySet

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


def race(lock: str, *, held: Any, off: Any) -> Callable[[Callable[..., None]], Any]:
    """A test of `lock`, with two arguments of its own.

    `together` lets two acts meet, and `outcome` is what must come of it: `held` with the lock,
    `off` without, which is a long test.
    """
    both = [
        pytest.param(Together(lock, is_held=True), held, id="held"),
        pytest.param(Together(lock, is_held=False), off, id="off", marks=pytest.mark.long),
    ]

    def mark(test: Callable[..., None]) -> Any:
        marked = pytest.mark.parametrize(("together", "outcome"), both)(test)
        return pytest.mark.django_db(transaction=True)(marked)

    return mark


@dataclass(frozen=True)
class Together:
    """Lets two acts meet, with `lock` (`visitation.letters.actions.finish`) or without it."""

    lock: str
    is_held: bool

    def __call__(self, first: Callable[[], Any], second: Callable[[], Any]) -> list[Any]:
        """What each returned, or how it was refused."""
        guard = nullcontext() if self.is_held else lock_off(self.lock)
        with guard, ThreadPoolExecutor(1) as thread:
            with transaction.atomic():
                early = answer_of(first)
                late = thread.submit(with_connection, second)
                wait_for(late)
            return [early, late.result()]


def answer_of(act: Callable[[], Any]) -> Any:
    try:
        return act()
    except (Refusal, DatabaseError) as refused:
        return refused


def with_connection(act: Callable[[], Any]) -> Any:
    try:
        return answer_of(act)
    finally:
        connection.close()


def wait_for(late: Future[Any]) -> None:
    """Until it is done, or waits for a lock that this connection has."""
    # Not `pg_stat_activity`: within one transaction it never changes.
    question = (
        "SELECT EXISTS (SELECT FROM pg_locks WHERE NOT granted"
        " AND pg_backend_pid() = ANY (pg_blocking_pids(pid)))"
    )
    pause = threading.Event()
    for _ in range(6_000):
        with connection.cursor() as cursor:
            cursor.execute(question)
            is_held_up = cursor.fetchone()[0]
        if is_held_up or late.done():
            return
        pause.wait(0.005)
    raise AssertionError("The second act neither ends nor waits.")


@contextmanager
def lock_off(lock: str) -> Iterator[None]:
    """The function named asks for its rows and its advisory lock, and gets none of them held."""
    select_for_update = QuerySet.select_for_update
    execute = CursorWrapper.execute

    def only_read(rows: Any, *args: Any, **named: Any) -> Any:
        if caller() == lock:
            return rows.all()
        return select_for_update(rows, *args, **named)

    def only_say(cursor: Any, sql: Any, params: Any = None) -> Any:
        if "advisory_xact_lock" in str(sql) and caller() == lock:
            sql, params = "SELECT true", None
        return execute(cursor, sql, params)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(QuerySet, "select_for_update", only_read)
        patch.setattr(CursorWrapper, "execute", only_say)
        yield


def caller() -> str:
    """The project's function that is at work."""
    frame = sys._getframe(2)
    while frame.f_globals["__name__"].startswith("django."):
        frame = frame.f_back
    return f"{frame.f_globals['__name__']}.{frame.f_code.co_name}"
