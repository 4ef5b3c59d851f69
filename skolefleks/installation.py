"""Which database and which folder of papers belong together: both hold the installation's id.

Whoever points a site at a folder of another database, by a wrong mount or a
wrong address, would otherwise read nothing in it, and remove all of it as files
that no row names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.apps import apps
from django.conf import settings
from django.db import connection

if TYPE_CHECKING:
    from pathlib import Path

# The file in the folder of papers that holds the id.
MARK = "installation"

# A model's field of this name holds what `storage.keep` returned.
STORED_AS = "stored_as"


class ForeignPapers(Exception):
    """The folder of papers belongs to another database."""


def of_database() -> str:
    """The id that this database was given when it was made; a restored one has it too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM skolefleks_installation")
        return str(cursor.fetchone()[0])


def of_papers() -> str:
    """The id that the folder of papers is marked with; '' where it has no mark."""
    mark = _mark()
    if not mark.exists():
        return ""
    return mark.read_text().strip()


def require_own_papers() -> None:
    """Raise ForeignPapers unless the folder of papers is this database's.

    An empty folder becomes so, and one from before there were marks that holds
    a file of ours.
    """
    database_id = of_database()
    papers_id = of_papers()
    if not papers_id and _is_ours():
        mark_papers(database_id)
        return

    if papers_id != database_id:
        owner = papers_id or "another database"
        raise ForeignPapers(
            f"The papers in {settings.PAPERS_DIR} belong to {owner}, not to this database"
            f" ({database_id}): see where PAPERS_DIR and DATABASE_URL point."
        )


def mark_papers(database_id: str) -> None:
    """Write the id into the folder of papers."""
    mark = _mark()
    mark.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    mark.write_text(f"{database_id}\n")


def names_in_use() -> set[str]:
    """The names of all files that a row of this database names."""
    names: set[str] = set()
    for model in apps.get_models():
        fields = {field.name for field in model._meta.get_fields()}
        if STORED_AS in fields:
            names.update(model._base_manager.values_list(STORED_AS, flat=True))
    return names


def _is_ours() -> bool:
    """Whether the unmarked folder is empty, or holds a file by a name that we know.

    The names are random, 128 bits: two databases that know the same one are kin.
    """
    names = {path.name for path in settings.PAPERS_DIR.glob("??/*")}
    return not names or bool(names & names_in_use())


def _mark() -> Path:
    folder: Path = settings.PAPERS_DIR
    return folder / MARK
