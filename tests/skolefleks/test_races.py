"""A file that is to go while a backup is made."""

from __future__ import annotations

from contextlib import ExitStack, suppress
from functools import partial

from skolefleks import storage
from tests.racing import race


def discard_if_may(name):
    with suppress(storage.BackupRuns):
        storage.discard(name)


def discard_during_a_backup(together):
    """Whether the file is still there."""
    name = storage.keep(b"x", context="y")
    with ExitStack() as backup:
        begin = partial(backup.enter_context, storage.nothing_is_discarded())
        together(begin, partial(discard_if_may, name))
    return storage.path_of(name).exists()


@race("skolefleks.storage.nothing_is_discarded", held=True, off=False)
def test_a_backup_holds_every_removal_back(together, outcome):
    assert discard_during_a_backup(together) is outcome


@race("skolefleks.storage.discard", held=True, off=False)
def test_a_removal_asks_whether_a_backup_runs(together, outcome):
    assert discard_during_a_backup(together) is outcome
