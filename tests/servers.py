"""A PostgreSQL and a Valkey of the run's own, loaded by pytest before anything reads the settings.

The controller starts them once; xdist's workers inherit their addresses. An address that the
environment already has is used as it is.
"""

from __future__ import annotations

import gc
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Generator
from contextlib import ExitStack
from pathlib import Path

import pytest

from skolefleks.development import servers
from skolefleks.development.demo import write_secrets
from skolefleks.development.processes import NotStarted
from tests import template


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Generator[None, object, object]:
    """Start the servers. A wrapper, since wrappers come before pytest-django reads the settings."""
    os.environ.setdefault("PAYMENT_ACCOUNT", "XG-STANDARD")
    os.environ.setdefault("PAYMENT_DEBIT_ACCOUNT", "XG-DEBET")
    # What one process has compiled the next ones read: many tests start one.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False
    # Side by side on one Valkey: nobody forgets for the others.
    os.environ["CACHE_PREFIX"] = os.environ.get("PYTEST_XDIST_WORKER", "alone")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        stack = ExitStack()
        early_config.add_cleanup(stack.close)
        _begin(stack)
    return (yield)


# Files that take longest, beside the journeys.
LONG = {
    "test_accidents.py",
    "test_surfaces.py",
    "test_fuzz.py",
    "test_permissions.py",
    "test_production.py",
    "test_invited.py",
    "test_books_machine.py",
    # Eight times slower on tables that many tests have filled and emptied.
    "test_demo.py",
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes longest first: it is not left to one worker alone at the end."""
    items.sort(
        key=lambda item: item.get_closest_marker("browser") is None and item.path.name not in LONG
    )


def pytest_collection_finish() -> None:
    """Leave what is loaded out of the collector's rounds: they took a tenth of all time."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(100_000, 50, 1_000)


def _begin(stack: ExitStack) -> None:
    # As Ctrl-C: the servers are stopped in order.
    signal.signal(signal.SIGTERM, signal.default_int_handler)

    state = Path(tempfile.mkdtemp(prefix="skolefleks-test-"))
    stack.callback(shutil.rmtree, state, ignore_errors=True)
    write_secrets(state)
    try:
        up = stack.enter_context(servers.running(state, durable=False))
    except NotStarted as refusal:
        raise pytest.UsageError(str(refusal)) from refusal
    os.environ.update(up.env(), SKOLEFLEKS_MODE="test", SKOLEFLEKS_STATE=str(state))
    os.environ["DATABASE_TEMPLATE"] = template.prepare()
