"""A stranger's file judged and written anew, each kind by a module of its own.

Runs in the process where the file is opened (`skolefleks.workshop`). Nothing is believed
of a file but its bytes. What can be cleaned is cleaned; the rest is refused
with a sentence that says what the school can do instead.
"""

from __future__ import annotations

import zipfile
from io import BytesIO
from typing import TYPE_CHECKING

from applications.papers.verdicts import NAME, Unwelcome, refuse_malware

if TYPE_CHECKING:
    from collections.abc import Callable

    from applications.papers.verdicts import Cleaned

# The first bytes of each kind, by the kind's name.
MAGIC = {
    "pdf": b"%PDF-",
    "docx": b"PK\x03\x04",
    "jpeg": b"\xff\xd8\xff",
    "png": b"\x89PNG\r\n\x1a\n",
}

# Programs look for the beginning of their own kind of file this far into one, in
# bytes.
HEAD = 1024


def clean(kind: str, content: bytes, cleaner: Callable[[bytes], Cleaned]) -> Cleaned:
    """The file as it may be kept, written anew by its kind's `cleaner`. Raises Unwelcome."""
    refuse_malware(content)
    _refuse_two_files_in_one(kind, content)
    return cleaner(content)


def _refuse_two_files_in_one(kind: str, content: bytes) -> None:
    """Refuse a polyglot: a file that another program would read as something else."""
    head = content[:HEAD].lower()
    foreign = [b"<html", b"<script"]
    for other in ("pdf", "png"):
        if other != kind:
            foreign.append(MAGIC[other].lower())

    is_polyglot = any(beginning in head for beginning in foreign)
    # A zip is read from its end, so that it can lie behind any other file.
    if kind != "docx" and zipfile.is_zipfile(BytesIO(content)):
        is_polyglot = True

    if is_polyglot:
        raise Unwelcome(
            f"»{NAME}« er flere slags filer i én og er ikke gemt. "
            "Gem dokumentet igen, og prøv på ny."
        )
