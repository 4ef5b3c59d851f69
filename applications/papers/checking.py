"""What may be laid on a case: an upload is known by its bytes, searched for harm, and written anew.

Nothing is believed of a file but its bytes. What can be cleaned is cleaned; the rest is refused
with a sentence that says what the school can do instead. Each kind of file has a module of its own.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

from django.conf import settings

from applications.models import Paper
from applications.papers import pdfs, pictures, word
from applications.papers.unwelcome import Unwelcome, refuse_malware
from skolefleks import cpr

if TYPE_CHECKING:
    from collections.abc import Callable


Kind = Paper.Kind

EXTENSIONS = {
    ".pdf": Kind.PDF,
    ".docx": Kind.DOCX,
    ".jpg": Kind.JPEG,
    ".jpeg": Kind.JPEG,
    ".png": Kind.PNG,
}

# What the file chooser of the browser offers.
ACCEPT = ",".join(EXTENSIONS)

# The first bytes of each kind.
MAGIC = {
    Kind.PDF: b"%PDF-",
    Kind.DOCX: b"PK\x03\x04",
    Kind.JPEG: b"\xff\xd8\xff",
    Kind.PNG: b"\x89PNG\r\n\x1a\n",
}

# Each gives the file written anew, and whether something was taken out of it.
CLEANERS: dict[Paper.Kind, Callable[[str, bytes], tuple[bytes, bool]]] = {
    Kind.PDF: pdfs.clean,
    Kind.DOCX: word.clean,
    Kind.JPEG: pictures.clean,
    Kind.PNG: pictures.clean,
}

# Characters of a shown name.
NAME_LENGTH = 100
# Characters; what is longer is a part of the name.
EXTENSION_LENGTH = 10

# Programs look for the beginning of their own kind of file this far into one, in bytes.
HEAD = 1024


@dataclass(frozen=True)
class Checked:
    """A file as it may be stored. `is_cleaned`: something that could act or tell was taken out."""

    name: str
    kind: Paper.Kind
    content: bytes
    is_cleaned: bool


def check(name: str, content: bytes, *, size: int | None = None) -> Checked:
    """Judge one upload. `size` is what was sent, in bytes, where less of it was kept.

    Raises Unwelcome, a Refusal in Danish.
    """
    name = shown_name(name)
    if size is None:
        size = len(content)

    if size > settings.PAPER_BYTES:
        limit = settings.PAPER_BYTES // 1024**2
        raise Unwelcome(f"»{name}« er for stor. En fil må højst fylde {limit} MB.")
    if not content:
        raise Unwelcome(
            f"»{name}« er tom: den fylder 0 byte. Se efter, om filen er gemt rigtigt."
        )

    kind = _kind_of(name, content)
    refuse_malware(name, content)
    _refuse_two_files_in_one(name, kind, content)

    cleaned, is_cleaned = CLEANERS[kind](name, content)
    return Checked(name, kind, cleaned, is_cleaned)


def shown_name(name: str) -> str:
    """The file's name without its folders, and without characters that hide, turn or forge it."""
    without_folders = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]

    # Category C: control characters, and those that turn the direction of writing.
    letters = [
        letter for letter in without_folders if unicodedata.category(letter)[0] != "C"
    ]
    plain = re.sub(r'[<>:"|?*\s]+', " ", "".join(letters)).strip(" .")

    extension = _extension(plain)
    stem = plain
    if extension:
        stem = plain[: -len(extension)]

    stem = stem[: NAME_LENGTH - len(extension)].strip(" .")
    if not stem:
        stem = "bilag"
    # The number of a child is no part of a file's name; without it the name still tells what it is.
    return cpr.struck_from(stem) + extension


def _extension(name: str) -> str:
    """`.pdf` of `Plan.PDF`; '' where there is none."""
    stem, dot, last = name.rpartition(".")
    if not stem or len(last) > EXTENSION_LENGTH:
        return ""
    return dot + last.lower()


def _kind_of(name: str, content: bytes) -> Paper.Kind:
    """The kind that the name says, and the first bytes agree with."""
    kind = EXTENSIONS.get(_extension(name))
    if kind is None:
        raise Unwelcome(
            f"»{name}« kan ikke lægges på. Vælg en PDF, et Word-dokument (.docx) "
            "eller et billede (JPEG, PNG)."
        )
    if not content.startswith(MAGIC[kind]):
        raise Unwelcome(
            f"»{name}« er ikke det, navnet siger. Åbn filen, og gem den igen som {kind.upper()}."
        )
    return kind


def _refuse_two_files_in_one(name: str, kind: Paper.Kind, content: bytes) -> None:
    """Refuse a polyglot: a file that another program would read as something else."""
    head = content[:HEAD].lower()
    foreign = [b"<html", b"<script"]
    for other in (Kind.PDF, Kind.PNG):
        if other != kind:
            foreign.append(MAGIC[other].lower())

    is_polyglot = any(beginning in head for beginning in foreign)
    # A zip is read from its end, so that it can lie behind any other file.
    if kind != Kind.DOCX and zipfile.is_zipfile(BytesIO(content)):
        is_polyglot = True

    if is_polyglot:
        raise Unwelcome(
            f"»{name}« er flere slags filer i én og er ikke gemt. "
            "Gem dokumentet igen, og prøv på ny."
        )
