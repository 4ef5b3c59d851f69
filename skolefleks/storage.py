"""Files that lie encrypted on disk under random names, outside what the web server serves.

They are sealed as texts are (`skolefleks.encryption`), bound to a context: a file that is put in
another's place does not open.
"""

from __future__ import annotations

import os
import secrets
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from django.conf import settings

from skolefleks.encryption import key_ring

if TYPE_CHECKING:
    from collections.abc import Iterator


def keep(content: bytes, *, context: str) -> str:
    """Store `content` and give the name it lies under. It is on the disk when this returns."""
    name = secrets.token_hex(16)
    path = _path(name)
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)

    # Written beside its name and renamed: a file of that name is whole, whenever we are killed.
    unfinished = path.with_suffix(".part")
    with unfinished.open("xb") as file:
        file.write(key_ring().seal_bytes(content, context))
        file.flush()
        # The database may be committed next: the file must not be lost in a power cut after that.
        os.fsync(file.fileno())

    unfinished.replace(path)
    return name


def fetch(name: str, *, context: str) -> bytes:
    """What lies under `name`.

    Raises FileNotFoundError, and cryptography's InvalidTag for a file that was changed or belongs
    elsewhere.
    """
    return key_ring().open_bytes(_path(name).read_bytes(), context)


def discard(name: str) -> None:
    """Remove the file; one that is removed already is no error."""
    _path(name).unlink(missing_ok=True)


def names_before(moment: datetime) -> Iterator[str]:
    """The names of all files last written before `moment`."""
    for path in sorted(settings.PAPERS_DIR.glob("??/*")):
        written_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
        if written_at < moment:
            yield path.name


def _path(name: str) -> Path:
    # In folders by its first letters: a folder with very many files is slow to list.
    folder: Path = settings.PAPERS_DIR
    return folder / name[:2] / name
