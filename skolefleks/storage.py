"""Files that lie encrypted on disk under random names, outside what the web server serves.

They are sealed as texts are (`skolefleks.encryption`), bound to a context: a
file that is put in another's place does not open.
"""

from __future__ import annotations

import os
import secrets
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction

from skolefleks import installation
from skolefleks.encryption import key_ring

if TYPE_CHECKING:
    from collections.abc import Iterator

# A removal shares it, a backup has it alone.
LOCK = "skolefleks.papers"


class BackupRuns(Exception):
    """No file is removed while a backup is made; it is asked for again later."""


def keep(content: bytes, *, context: str) -> str:
    """Store `content` and give the name it lies under. It is on the disk when this returns.

    Raises ForeignPapers, and OSError where the disk is full; nothing of it is
    left then.
    """
    installation.require_own_papers()
    name = secrets.token_hex(16)
    path = path_of(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    # Written beside its name and renamed: a file of that name is whole, whenever
    # we are killed.
    unfinished = path.with_suffix(".part")
    try:
        with unfinished.open("xb") as file:
            file.write(key_ring().seal_bytes(content, context))
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except BaseException:
        # A full disk gets back what the part took.
        unfinished.unlink(missing_ok=True)
        raise

    _write_folder_to_disk(path.parent)
    return name


def fetch(name: str, *, context: str) -> bytes:
    """What lies under `name`.

    Raises FileNotFoundError, and cryptography's InvalidTag for a file that was
    changed or belongs elsewhere.
    """
    return key_ring().open_bytes(path_of(name).read_bytes(), context)


def discard(name: str) -> None:
    """Remove the file; one that is removed already is no error.

    Raises BackupRuns, and ForeignPapers for a folder that is not this database's.
    """
    installation.require_own_papers()
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock_shared(hashtext(%s))", [LOCK])
        if not cursor.fetchone()[0]:
            raise BackupRuns("A backup is being made.")
        path_of(name).unlink(missing_ok=True)


@contextmanager
def nothing_is_discarded() -> Iterator[None]:
    """Hold every removal back until the block ends; what is added is not held back.

    On a connection of its own, so that a snapshot taken in the block is younger
    than the lock.
    """
    other = connection.copy()
    try:
        other.set_autocommit(False)
        with other.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [LOCK])
        yield
    finally:
        other.close()


def names_before(moment: datetime) -> Iterator[str]:
    """The names of all files last written before `moment`."""
    for path in sorted(settings.PAPERS_DIR.glob("??/*")):
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if written_at < moment:
            yield path.name


def path_of(name: str) -> Path:
    """Where the file of this name lies."""
    # In folders by its first letters: a folder with very many files is slow to list.
    folder: Path = settings.PAPERS_DIR
    return folder / name[:2] / name


def _write_folder_to_disk(folder: Path) -> None:
    """Without it a power cut could take the file's name, though its bytes are there."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
