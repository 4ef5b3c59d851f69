"""What stands beside a backup: what it holds, so that a restored one can be held against it."""

from __future__ import annotations

import base64
import hashlib
import json
import os
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from cryptography.exceptions import InvalidTag
from django.db import connection
from django.db.migrations.loader import MigrationLoader
from psycopg import sql

from skolefleks.encryption import key_ring

if TYPE_CHECKING:
    from pathlib import Path

DUMP = "database.dump"
PAPERS = "papers"
MANIFEST = "backup.json"

# Whoever signed in before a backup is not signed in after it was restored.
LEFT_OUT = ("skolefleks_session",)

CHUNK = 1024 * 1024  # bytes read at a time

_PROBE = b"SkoleFleks"


class Refused(Exception):
    """A backup, a restore or a rollback is not made; the words are for the operator."""


@dataclass(frozen=True)
class Manifest:
    """One backup. It is written last: a folder without it is no backup."""

    made_at: str  # ISO 8601
    version: str
    installation: str
    migrations: list[str]  # "app.name" of all that had run
    trail: dict[str, str | int | None]  # audit.Verdict
    rows: dict[str, int]  # by table
    dump: str  # sha256 of the dump
    papers: dict[str, str]  # sha256 of each file's ciphertext, by name
    missing: list[str]  # named by a row, and not there
    probe: str  # opens with the right keys only
    # audit.Verdict; backups of before its chain have none
    access_log: dict[str, str | int | None] | None = None

    def write(self, folder: Path) -> None:
        """Put it beside the rest, whole or not at all."""
        unfinished = folder / f"{MANIFEST}.new"
        with unfinished.open("w") as file:
            json.dump(asdict(self), file, indent=1)
            file.flush()
            os.fsync(file.fileno())
        unfinished.rename(folder / MANIFEST)


def read(folder: Path) -> Manifest:
    """The manifest of a backup; raises Refused where there is none that can be read."""
    try:
        return Manifest(**json.loads((folder / MANIFEST).read_text()))
    except FileNotFoundError:
        raise Refused(
            f"{folder} holds no whole backup: {MANIFEST} is missing."
        ) from None
    except (ValueError, TypeError) as error:
        raise Refused(f"{folder / MANIFEST} cannot be read: {error}") from error


def require_whole(folder: Path, manifest: Manifest) -> None:
    """Raise Refused unless every file is there as it was written."""
    expected = {
        folder / PAPERS / name: digest for name, digest in manifest.papers.items()
    }
    expected[folder / DUMP] = manifest.dump

    damaged = []
    for path, digest in expected.items():
        if not path.exists() or digest_of(path) != digest:
            damaged.append(path.name)
    if damaged:
        raise Refused(
            f"Missing or changed since the backup: {', '.join(sorted(damaged))}."
        )


def require_keys(manifest: Manifest) -> None:
    """Raise Refused unless our keys are those that the backup was made with."""
    sealed = base64.b64decode(manifest.probe)
    try:
        key_ring().open_bytes(sealed, _probe_context(manifest.installation))
    except (KeyError, InvalidTag):
        raise Refused(
            "The encryption keys are not those of this backup: nothing in it could be read."
        ) from None


def _known_migrations() -> set[str]:
    """ "app.name" of each migration here, and of the steps that it stands for.

    A database has those on record too, though they are files no more.
    """
    migrations = MigrationLoader(None).disk_migrations
    names = set(migrations)
    for migration in migrations.values():
        names.update(migration.replaces)
    return {f"{app}.{name}" for app, name in names}


def require_known_migrations(manifest: Manifest) -> None:
    """Raise Refused for the backup of a newer version than this one."""
    unknown = sorted(set(manifest.migrations) - _known_migrations())
    if unknown:
        raise Refused(
            f"The backup is of a newer version ({manifest.version}): it has {', '.join(unknown)}."
            f" Restore it with that version."
        )


def new_probe(installation_id: str) -> str:
    """Something that opens with the right keys only."""
    sealed = key_ring().seal_bytes(_PROBE, _probe_context(installation_id))
    return base64.b64encode(sealed).decode()


def digest_of(path: Path) -> str:
    """sha256 of the file, read in pieces."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def count_rows() -> dict[str, int]:
    """How many rows each table has, those of LEFT_OUT excepted."""
    counts = {}
    with connection.cursor() as cursor:
        for table in sorted(connection.introspection.table_names(cursor)):
            if table in LEFT_OUT:
                continue
            query = sql.SQL("SELECT count(*) FROM {}").format(sql.Identifier(table))
            cursor.execute(query)
            counts[table] = cursor.fetchone()[0]
    return counts


def _probe_context(installation_id: str) -> str:
    return f"backup.{installation_id}"
