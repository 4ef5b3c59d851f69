"""Word documents, packed anew from their own parts.

Refused are macros, files inside the document, and what fetches from elsewhere.
Runs in the process where a stranger's file is opened (`skolefleks.workshop`).
"""

from __future__ import annotations

import zipfile
import zlib
from io import BytesIO
from itertools import takewhile
from xml.parsers import expat

from applications.papers.verdicts import (
    NAME,
    Cleaned,
    Unwelcome,
    damaged,
    refuse_malware,
)

# Files in a document.
PARTS = 1_000
# All parts together.
UNPACKED_BYTES = 40 * 1024 * 1024

# Bytes that one packed byte may become; asked only of what is large when it is
# unpacked.
RATIO = 200
RATIO_FROM_BYTES = 1024**2

# The first of a zip part's flag bits.
IS_ENCRYPTED = 1

WORD_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)

PROGRAMS = (".bin", ".exe", ".js", ".vbs")

# The first bytes of a zip and of a program.
INNER_FILES = (b"PK\x03\x04", b"MZ")

# Field codes that fetch from elsewhere, at the beginning of a command.
FETCHING_FIELDS = {
    "DATABASE",
    "DDE",
    "DDEAUTO",
    "IMPORT",
    "INCLUDEPICTURE",
    "INCLUDETEXT",
    "LINK",
}

# Elements inside one another.
XML_DEPTH = 300

# zipfile asks for it when it reads a name, and then nothing can be imported any more.
"".encode("cp437")

# The oldest time that a zip can say: when the document was written is nobody's
# business.
PACKED_AT = (1980, 1, 1, 0, 0, 0)


def clean(content: bytes) -> Cleaned:
    """The document packed anew: what could act is refused, and never removed.

    Raises Unwelcome.
    """
    parts = _unpack(content)

    _refuse_what_is_not_plain_word(parts)
    for path, part in parts.items():
        refuse_malware(part)
        if path.lower().endswith((".xml", ".rels")):
            _refuse_fetching(part)

    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as fresh:
        for path, part in parts.items():
            fresh.writestr(
                zipfile.ZipInfo(path, PACKED_AT), part, zipfile.ZIP_DEFLATED
            )
    return Cleaned(file.getvalue())


def _unpack(content: bytes) -> dict[str, bytes]:
    """Each part of the document by its path."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _refuse_bomb(parts, len(content))
            _refuse_unsound_paths(parts)
            return {
                part.filename: packed.read(part) for part in parts if not part.is_dir()
            }
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        raise damaged() from error


def _refuse_bomb(parts: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse what would fill the memory when it is unpacked.

    The document's own figures are enough: zipfile never unpacks more of a part
    than it says it has.
    """
    unpacked = sum(part.file_size for part in parts)

    is_bomb = len(parts) > PARTS or unpacked > UNPACKED_BYTES
    if unpacked > RATIO_FROM_BYTES and unpacked > RATIO * size:
        is_bomb = True

    if is_bomb:
        raise Unwelcome(
            f"»{NAME}« pakker sig ud til langt mere, end den fylder, og er ikke gemt. "
            "Gem den som PDF i stedet."
        )


def _refuse_unsound_paths(parts: list[zipfile.ZipInfo]) -> None:
    """Refuse parts that are locked, that lead out of the document, or that hide one another."""
    paths = set()
    for part in parts:
        path = part.filename
        leads_out = path.startswith("/") or "\\" in path or ".." in path.split("/")
        is_encrypted = bool(part.flag_bits & IS_ENCRYPTED)
        if leads_out or is_encrypted:
            raise damaged()
        paths.add(path.lower())

    if len(paths) < len(parts):
        raise damaged()


def _refuse_what_is_not_plain_word(parts: dict[str, bytes]) -> None:
    """Refuse another kind of document, macros, and files inside the document."""
    types = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if "word/document.xml" not in parts or not types:
        raise Unwelcome(
            f"»{NAME}« er ikke et Word-dokument. Gem den som .docx eller PDF."
        )

    paths = [path.lower() for path in parts]
    has_macros = any("vba" in path or "activex" in path for path in paths)
    is_word_without_macros = WORD_TYPE in types and "macroenabled" not in types.lower()
    if has_macros or not is_word_without_macros:
        raise Unwelcome(
            f"»{NAME}« indeholder makroer (små programmer) og er ikke gemt. "
            "Gem dokumentet som PDF, og vedlæg den."
        )

    has_inner_files = any(
        "/embeddings/" in path or path.endswith(PROGRAMS) for path in paths
    )
    if has_inner_files or any(part.startswith(INNER_FILES) for part in parts.values()):
        raise Unwelcome(
            f"»{NAME}« har andre filer liggende inden i sig. Gem dokumentet som PDF, og vedlæg den."
        )


def _refuse_fetching(part: bytes) -> None:
    """Refuse a part that fetches from elsewhere when it is opened.

    A link that the reader presses may stay.
    """
    reading = Reading()
    try:
        reading.read(part)
    # An unknown encoding, and what is nested too deeply, are no document of
    # Word's either.
    except (expat.ExpatError, LookupError, ValueError) as error:
        raise damaged() from error

    if reading.has_doctype or reading.has_external_part or reading.has_fetching_field:
        raise Unwelcome(
            f"»{NAME}« henter indhold andre steder fra, når den åbnes. "
            "Gem dokumentet som PDF, og vedlæg den."
        )


def fetches(command: str) -> bool:
    """Whether a line of a field's command begins with a code that fetches from elsewhere."""
    for line in command.splitlines():
        # A code may stand in quotation marks.
        code = line.replace('"', " ").lstrip()[:20].upper()
        # `LINK` fetches, `LINKS` is no code: all of its letters count.
        letters = takewhile(str.isalnum, code)
        if "".join(letters) in FETCHING_FIELDS:
            return True
    return False


class Doctype(Exception):
    """The part declares entities (DOCTYPE), which can name files elsewhere or grow without end."""


class Reading:
    """What one XML part of a Word document says that matters here; entities are never followed."""

    def __init__(self) -> None:
        self.has_doctype = False
        self.has_external_part = False
        self.has_fetching_field = False
        self._command: list[str] = []
        self._is_in_command = False
        self._depth = 0

    def read(self, part: bytes) -> None:
        """Raises ExpatError for what is not well-formed, ValueError for what is too deep."""
        parser = expat.ParserCreate(namespace_separator=" ")
        # Text comes in one piece, and not line by line.
        parser.buffer_text = True
        parser.StartDoctypeDeclHandler = self._on_doctype
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        try:
            parser.Parse(part, True)
        except Doctype:
            self.has_doctype = True
        self._end_command()

    def _on_doctype(self, *_: object) -> None:
        # Nothing after it is read: what it declares is never unfolded.
        raise Doctype

    def _on_start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > XML_DEPTH:
            raise ValueError("nested too deeply")
        local_name = tag.rpartition(" ")[2]

        is_external = attributes.get("TargetMode") == "External"
        if local_name == "Relationship" and is_external:
            is_link = attributes.get("Type", "").endswith("/hyperlink")
            if not is_link:
                self.has_external_part = True

        # A command stands whole in one attribute (fldSimple), or in pieces of
        # text between two fldChar (instrText): the pieces are joined, so that a
        # divided word is still found.
        if local_name == "fldSimple":
            self._end_command()
            self._command += ["\n".join(attributes.values())]
        if local_name in {"fldSimple", "fldChar"}:
            self._end_command()
        self._is_in_command = local_name == "instrText"

    def _on_end(self, _: str) -> None:
        self._depth -= 1
        self._is_in_command = False

    def _on_text(self, text: str) -> None:
        # Kept in pieces: to add each to one long text takes the square of its length.
        if self._is_in_command:
            self._command.append(text)

    def _end_command(self) -> None:
        if self._command and fetches("".join(self._command)):
            self.has_fetching_field = True
        self._command = []
