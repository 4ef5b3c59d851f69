"""Backup, restore and rollback: the database and its papers, always both and of the same moment."""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import connection, transaction
from django.db.migrations.recorder import MigrationRecorder
from django.utils import timezone
from django.utils.module_loading import import_string

from skolefleks import audit, installation, storage
from skolefleks.models import AuditSeal
from skolefleks.operations import manifest, postgres
from skolefleks.operations.manifest import Manifest, Refused

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

# Begins the name of what a rollback set aside, database and folder of papers alike.
BEFORE = "before"


@dataclass(frozen=True)
class Aside:
    """What a rollback has set aside."""

    database: str
    papers: Path


def make(folder: Path) -> Manifest:
    """Write a backup of database and papers into `folder`, which must be new or empty.

    The site goes on working meanwhile; papers that are taken off are removed
    when it is done. Raises Refused and ForeignPapers.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    if any(folder.iterdir()):
        raise Refused(f"{folder} is not empty: each backup has a folder of its own.")
    installation.require_own_papers()

    # First the lock, then the snapshot: no file that a row of the snapshot names
    # can go.
    with storage.nothing_is_discarded(), _snapshot() as snapshot:
        postgres.dump(folder / manifest.DUMP, snapshot=snapshot)
        papers, missing = _copy_papers(folder / manifest.PAPERS)
        backup = _describe(folder, papers, missing)

    backup.write(folder)
    return backup


def note(backup: Manifest) -> None:
    """Write a line of the trail, by which the page of operations knows the last backup.

    After it was made: the backup itself does not hold it.
    """
    seal = AuditSeal(pk=int(backup.trail["length"] or 0))
    audit.record("backup", seal, by=None, papers=len(backup.papers))


def restore(folder: Path) -> Manifest:
    """Put a backup into an empty database and an empty folder of papers, and prove it.

    Raises Refused where it is not whole, not ours, or not what it was; the
    database is then as it was before, unless the proof alone failed.
    """
    backup = _readable(folder)
    if not postgres.is_empty():
        raise Refused(
            "The database is not empty: restore into a new one, or use rollback."
        )
    if any(settings.PAPERS_DIR.glob("??/*")):
        raise Refused(f"{settings.PAPERS_DIR} is not empty.")

    _restore_both(folder, backup)
    return backup


def rollback(folder: Path) -> tuple[Manifest, Aside]:
    """Set database and papers aside, and restore a backup in their place.

    Where that fails they are put back. Raises Refused, also while the site is
    running.
    """
    backup = _readable(folder)
    postgres.require_may_create()

    name = connection.settings_dict["NAME"]
    stamp = f"{BEFORE}_{timezone.now():%Y%m%d_%H%M%S}"
    aside = Aside(f"{name}_{stamp}", settings.PAPERS_DIR / stamp)

    postgres.set_aside(aside.database)
    try:
        _move_papers(settings.PAPERS_DIR, aside.papers)
        _restore_both(folder, backup)
    except BaseException:
        postgres.put_back(aside.database)
        _remove_papers()
        _move_papers(aside.papers, settings.PAPERS_DIR)
        raise
    return backup, aside


def _readable(folder: Path) -> Manifest:
    """The backup's manifest, once all is found in order that can be without a database."""
    backup = manifest.read(folder)
    manifest.require_keys(backup)
    manifest.require_known_migrations(backup)
    manifest.require_whole(folder, backup)
    return backup


@contextmanager
def _snapshot() -> Iterator[str]:
    """One moment of the database, for our own queries and for whoever is given its name."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        cursor.execute("SELECT pg_export_snapshot()")
        yield cursor.fetchone()[0]


def _copy_papers(folder: Path) -> tuple[dict[str, str], list[str]]:
    """Copy every file that a row names: its digest by name, and the names that had no file."""
    folder.mkdir(mode=0o700)
    digests = {}
    missing = []
    for name in sorted(installation.names_in_use()):
        try:
            shutil.copyfile(storage.path_of(name), folder / name)
        except FileNotFoundError:
            missing.append(name)
        else:
            digests[name] = manifest.digest_of(folder / name)
    return digests, missing


def _describe(folder: Path, papers: dict[str, str], missing: list[str]) -> Manifest:
    installation_id = installation.of_database()
    applied = MigrationRecorder(connection).applied_migrations()
    return Manifest(
        made_at=timezone.now().isoformat(),
        version=settings.VERSION,
        installation=installation_id,
        migrations=sorted(f"{app}.{name}" for app, name in applied),
        trail=asdict(audit.verify()),
        rows=manifest.count_rows(),
        dump=manifest.digest_of(folder / manifest.DUMP),
        papers=papers,
        missing=missing,
        probe=manifest.new_probe(installation_id),
        access_log=asdict(audit.verify_access_log()),
    )


def _restore_both(folder: Path, backup: Manifest) -> None:
    # The papers first: without its rows a file does no harm, a row without its
    # file does.
    for name in backup.papers:
        path = storage.path_of(name)
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copyfile(folder / manifest.PAPERS / name, path)
    installation.mark_papers(backup.installation)

    try:
        postgres.restore(folder / manifest.DUMP)
    except Refused:
        _remove_papers()
        raise
    _prove(backup)


def _prove(backup: Manifest) -> None:
    """Raise Refused with every way in which what was restored is not what was backed up."""
    differences = []
    if installation.of_database() != backup.installation:
        differences.append("the database has another id than the backup")

    rows = manifest.count_rows()
    for table in sorted(rows.keys() | backup.rows.keys()):
        if rows.get(table) != backup.rows.get(table):
            differences.append(
                f"{table}: {backup.rows.get(table)} rows, now {rows.get(table)}"
            )
    if asdict(audit.verify()) != backup.trail:
        differences.append("the audit trail is another")
    if backup.access_log not in (None, asdict(audit.verify_access_log())):
        differences.append("the access log is another")

    if differences:
        raise Refused(f"Restored, but not the same: {'; '.join(differences)}.")
    _prove_books()


def _prove_books() -> None:
    """Raise Refused where the books do not agree with their lines."""
    wrong = []
    for check in import_string(settings.BOOKS_PROOF)():
        if not check.holds:
            wrong.append(check.title)
    if wrong:
        raise Refused(f"Restored, but the books do not agree: {'; '.join(wrong)}.")


def _move_papers(source: Path, target: Path) -> None:
    """Move the papers' own folders and the mark; what an earlier rollback set aside stays."""
    target.mkdir(exist_ok=True, mode=0o700)
    for path in [*source.glob("??"), *source.glob(installation.MARK)]:
        path.rename(target / path.name)
    if source != settings.PAPERS_DIR:
        source.rmdir()


def _remove_papers() -> None:
    for path in settings.PAPERS_DIR.glob("??"):
        shutil.rmtree(path)
    (settings.PAPERS_DIR / installation.MARK).unlink(missing_ok=True)
