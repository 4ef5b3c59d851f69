"""The plugin of pytest that sows: one process is warm, and each fault gets a fork of it.

To start Django and make the database takes longer than to find a fault. So the tests run once in
this process, without a fault; then it forks for each fault, the child puts the faulty body into
the function, runs the tests that enter it, and dies. The test that failed is then asked without
the fault: only if it passes has it found anything.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Generator, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from _pytest.runner import runtestprotocol
from pytest_django.plugin import blocking_manager_key

from tests.mutants import bodies, printing
from tests.mutants.entering import Entering
from tests.mutants.known import Known
from tests.mutants.sowing import Fault

PROJECT = Path(__file__).resolve().parents[2]

# What a child ends with: any other number says that it broke, and nothing of the fault.
PASSED = 70
FAILED = 71
BROKE = 72

# What is told of a child that names no test.
NO_END = "no end"
BROKEN = "broke"


class Sower:
    def __init__(
        self, faults: list[Fault], subjects: Mapping[str, str], known: Known, entering: Entering
    ) -> None:
        self.faults = faults
        self.subjects = subjects
        self.known = known
        self.entering = entering
        self.survivors: list[Fault] = []
        # What the test enters that runs now, and what it took to make each scene.
        self.functions: set[str] = set()
        self.scenes: dict[Any, set[str]] = {}

    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        began = time.monotonic()
        number = self.run_without_a_fault(session)
        say(f"{number} tests in {time.monotonic() - began:.0f} s without a fault.")

        for fault in self.faults:
            began = time.monotonic()
            items = self.items_for(session, fault)
            answer = self.ask(fault, items)
            if answer:
                self.known.add(fault)
            else:
                self.survivors.append(fault)
            took = f"{time.monotonic() - began:.0f} s, {len(items)} tests"
            say(f"{'found' if answer else 'NOT FOUND':9} {fault} ({took}) {answer}")
        return True

    def run_without_a_fault(self, session: pytest.Session) -> int:
        """What a test takes, and what it enters. One that fails is not asked."""
        chosen = self.items_to_run(session)
        with ExitStack() as stack:
            stack.enter_context(printing.set_in_a_child())
            for module in self.subjects:
                source = (PROJECT / module).read_text()
                stack.enter_context(bodies.replaced(module, bodies.with_notes(module, source)))
            for number, item in enumerate(chosen):
                # The last one too leaves standing what the session began with.
                self.run_and_keep(item, chosen[(number + 1) % len(chosen)])
                # A run that is stopped goes on from here.
                if number % 50 == 0:
                    self.entering.write()
        self.entering.write()
        return len(chosen)

    def items_to_run(self, session: pytest.Session) -> list[pytest.Item]:
        """Those of which nothing is known by now, and the quickest of each other file.

        So what a file loads is loaded once, and not in every child.
        """
        chosen = [item for item in session.items if item not in self.entering]
        warm = {item.path for item in chosen}
        others = [item for item in session.items if item.path not in warm]
        for item in sorted(others, key=self.entering.seconds):
            if item.path not in warm:
                chosen.append(item)
                warm.add(item.path)
        # As they are run otherwise: those that commit come last.
        return sorted(chosen, key=session.items.index)

    def run_and_keep(self, item: pytest.Item, next_item: pytest.Item) -> None:
        self.functions = set()
        bodies.listeners[:] = [self.note]
        bodies.forget_results(self.subjects)
        began = time.monotonic()
        if failure_of(item, next_item):
            say(f"fails without a fault, and is not asked: {item.nodeid}")
            self.entering.forget(item)
            return
        self.entering.add(item, time.monotonic() - began, self.functions)

    def note(self, function: str) -> None:
        self.functions.add(function)

    @pytest.hookimpl(wrapper=True)
    def pytest_fixture_setup(
        self, fixturedef: Any, request: pytest.FixtureRequest
    ) -> Generator[None, object, object]:
        """A test enters too what made its scene, though that was put back for it."""
        if fixturedef.argname != "cast_on_stage":
            return (yield)

        from tests import scenes

        others = self.functions
        self.functions = set()
        answer = yield
        key = scenes._key_of(scenes._cast_of(request.node))
        making = self.scenes.setdefault(key, set())
        making |= self.functions
        self.functions = others | making
        return answer

    def items_for(self, session: pytest.Session, fault: Fault) -> list[pytest.Item]:
        """The tests of its subject that enter the function, the quickest first."""
        chosen = tuple(self.subjects[fault.module].split())
        function = f"{fault.module} {fault.function}"
        own = [item for item in session.items if item.nodeid.startswith(chosen)]
        own = [item for item in own if self.entering.enters(item, function)]
        return sorted(own, key=self.entering.seconds)

    def ask(self, fault: Fault, items: list[pytest.Item]) -> str:
        """The test that finds the fault; empty where none does."""
        items = list(items)
        marks = [f"{item.nodeid} {self.entering.mark_of(item.path)}" for item in items]
        tests = " ".join(sorted(marks))
        if self.known.was_missed_by(fault, tests):
            return ""
        while items:
            seconds = 60 + 5 * sum(self.entering.seconds(item) for item in items)
            answer = self.run_in_child(fault, items, seconds)
            if answer == BROKEN:
                return ""
            if not answer:
                self.known.add_missed(fault, tests)
                return ""

            # Without an end no test is named: all of them have to end without the fault.
            finders = [item for item in items if item.nodeid == answer] or items
            # Were the database not as it was, every test would fail, and every fault be found.
            answer_without = self.run_in_child(None, finders, seconds)
            if not answer_without:
                return answer
            say(f"Without a fault: {answer_without} ({answer} with {fault})")
            if answer_without in {NO_END, BROKEN}:
                return ""
            items = [item for item in items if item.nodeid not in {answer, answer_without}]
        return ""

    def run_in_child(self, fault: Fault | None, items: list[pytest.Item], seconds: float) -> str:
        """The first of `items` that fails in a fork; NO_END for an endless loop, or BROKEN."""
        forget_connections()
        reading, writing = os.pipe()
        child = os.fork()
        if child == 0:
            os.close(reading)
            answer = BROKE
            try:
                answer = run_and_tell(fault, items, writing)
            finally:
                # Whatever happens: the rest of the run is the parent's.
                os._exit(answer)

        os.close(writing)
        status = waited_for(child, seconds)
        with os.fdopen(reading) as told:
            name = told.read()
        if status is None:
            with items[0].config.stash[blocking_manager_key].unblock():
                clean_up()
            return NO_END
        answer = os.waitstatus_to_exitcode(status)
        if answer not in {PASSED, FAILED}:
            # Not of a test: nobody knows what the tests would have found.
            say(f"broke     {fault}: {answer}")
            return BROKEN
        return name


def run_and_tell(fault: Fault | None, items: list[pytest.Item], writing: int) -> int:
    """In the child: the first test that fails is written to the pipe."""
    from tests import scenes

    with ExitStack() as stack:
        # Made without the fault.
        scenes.SCENES.clear()
        if fault is not None:
            bodies.forget_results([fault.module])
            stack.enter_context(bodies.replaced(fault.module, fault.source))
        items[0].session._setupstate.teardown_exact(items[0])
        for item in items:
            # Nothing of the session is torn down: it is the parent's.
            if failure_of(item, other_than(item)):
                os.write(writing, item.nodeid.encode())
                return FAILED
    return PASSED


def other_than(item: pytest.Item) -> pytest.Item | None:
    """A test of another file, or of the same where there is one file only."""
    items = [one for one in item.session.items if one is not item]
    items.sort(key=lambda one: one.path == item.path)
    return next(iter(items), None)


def failure_of(item: pytest.Item, next_item: pytest.Item | None) -> bool:
    reports = runtestprotocol(item, nextitem=next_item, log=False)
    return any(report.failed for report in reports)


def forget_connections() -> None:
    """Two processes must not speak on one connection."""
    from django.core.cache import cache
    from django.db import connections

    connections.close_all()
    cache._cache.get_client(None, write=True).connection_pool.disconnect()


def waited_for(child: int, seconds: float) -> int | None:
    """The child's status; None where it had to be killed."""
    until = time.monotonic() + seconds
    try:
        while time.monotonic() < until:
            done, status = os.waitpid(child, os.WNOHANG)
            if done:
                child = 0
                return status
            time.sleep(0.02)
    finally:
        # Also where the run is stopped: no child is left behind.
        if child:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    return None


def clean_up() -> None:
    """End what a killed child left open, and take away what it stored."""
    from django.db import connection

    from tests.roles import empty_tables
    from visitation.models import Scale

    with connection.cursor() as cursor:
        cursor.execute("RESET SESSION AUTHORIZATION")
        cursor.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
    connection.close()
    empty_tables(but={Scale._meta.db_table})


def say(line: str) -> None:
    """Past what pytest captures of the tests."""
    print(line, file=sys.__stdout__, flush=True)
