"""Word documents, packed anew from their own parts.

Refused are macros, files inside the document, and what fetches from elsewhere.
"""

from __future__ import annotations

import re
import zipfile
import zlib
from io import BytesIO
from xml.parsers import expat

from applications.papers.unwelcome import Unwelcome, damaged, refuse_malware

# A document of more files than this is refused.
PARTS = 1_000
# All parts together may be this large once they are unpacked.
UNPACKED_BYTES = 60 * 1024 * 1024

# Bytes that one packed byte may become; asked only of what is large when it is unpacked.
RATIO = 200
RATIO_FROM_BYTES = 1024**2

# The first of a zip part's flag bits.
IS_ENCRYPTED = 1

WORD_TYPE = (
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
)

PROGRAMS = (".bin", ".exe", ".js", ".vbs")

# Field codes that fetch from elsewhere, at the beginning of a command.
FETCHING_FIELDS = re.compile(
    r"^[\s\"]*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE)\b",
    re.IGNORECASE | re.MULTILINE,
)

# The oldest time that a zip can say: when the document was written is nobody's business.
PACKED_AT = (1980, 1, 1, 0, 0, 0)


def clean(name: str, content: bytes) -> tuple[bytes, bool]:
    """The document packed anew; the second is always False: what could act is refused, not removed.

    Raises Unwelcome.
    """
    parts = _unpack(name, content)

    _refuse_what_is_not_plain_word(name, parts)
    for path, part in parts.items():
        refuse_malware(name, part)
        if path.lower().endswith((".xml", ".rels")):
            _refuse_fetching(name, part)

    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as fresh:
        for path, part in parts.items():
            fresh.writestr(
                zipfile.ZipInfo(path, PACKED_AT), part, zipfile.ZIP_DEFLATED
            )
    return file.getvalue(), False


def _unpack(name: str, content: bytes) -> dict[str, bytes]:
    """Each part of the document by its path."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _refuse_bomb(name, parts, len(content))
            _refuse_unsound_paths(name, parts)
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
        raise damaged(name) from error


def _refuse_bomb(name: str, parts: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse what would fill the memory when it is unpacked.

    The document's own figures are enough: zipfile never unpacks more of a part than it says it has.
    """
    unpacked = sum(part.file_size for part in parts)

    is_bomb = len(parts) > PARTS or unpacked > UNPACKED_BYTES
    if unpacked > RATIO_FROM_BYTES and unpacked > RATIO * size:
        is_bomb = True

    if is_bomb:
        raise Unwelcome(
            f"»{name}« pakker sig ud til langt mere, end den fylder, og er ikke gemt. "
            "Gem den som PDF i stedet."
        )


def _refuse_unsound_paths(name: str, parts: list[zipfile.ZipInfo]) -> None:
    """Refuse parts that are locked, that lead out of the document, or that hide one another."""
    paths = set()
    for part in parts:
        path = part.filename
        leads_out = path.startswith("/") or "\\" in path or ".." in path.split("/")
        is_encrypted = bool(part.flag_bits & IS_ENCRYPTED)
        if leads_out or is_encrypted:
            raise damaged(name)
        paths.add(path.lower())

    if len(paths) < len(parts):
        raise damaged(name)


def _refuse_what_is_not_plain_word(name: str, parts: dict[str, bytes]) -> None:
    """Refuse another kind of document, macros, and files inside the document."""
    types = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if "word/document.xml" not in parts or not types:
        raise Unwelcome(
            f"»{name}« er ikke et Word-dokument. Gem den som .docx eller PDF."
        )

    paths = [path.lower() for path in parts]
    has_macros = any("vba" in path or "activex" in path for path in paths)
    is_word_without_macros = WORD_TYPE in types and "macroenabled" not in types.lower()
    if has_macros or not is_word_without_macros:
        raise Unwelcome(
            f"»{name}« indeholder makroer (små programmer) og er ikke gemt. "
            "Gem dokumentet som PDF, og læg den på."
        )

    if any("/embeddings/" in path or path.endswith(PROGRAMS) for path in paths):
        raise Unwelcome(
            f"»{name}« har andre filer liggende inden i sig. Gem dokumentet som PDF, og læg den på."
        )


def _refuse_fetching(name: str, part: bytes) -> None:
    """Refuse a part that fetches from elsewhere when it is opened.

    A link that the reader presses may stay.
    """
    reading = Reading()
    try:
        reading.read(part)
    except expat.ExpatError as error:
        raise damaged(name) from error

    # A declaration (DOCTYPE) can define entities, which can name files elsewhere.
    has_fetching_field = FETCHING_FIELDS.search(reading.commands)
    if reading.has_doctype or reading.has_external_part or has_fetching_field:
        raise Unwelcome(
            f"»{name}« henter indhold andre steder fra, når den åbnes. "
            "Gem dokumentet som PDF, og læg den på."
        )


class Reading:
    """What one XML part of a Word document says that matters here; entities are never followed."""

    def __init__(self) -> None:
        self.has_doctype = False
        self.has_external_part = False
        self.commands = ""
        self._is_in_command = False

    def read(self, part: bytes) -> None:
        """Raises ExpatError for what is not well-formed."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._on_doctype
        parser.StartElementHandler = self._on_start
        parser.EndElementHandler = self._on_end
        parser.CharacterDataHandler = self._on_text
        parser.Parse(part, True)

    def _on_doctype(self, *_: object) -> None:
        self.has_doctype = True

    def _on_start(self, tag: str, attributes: dict[str, str]) -> None:
        local_name = tag.rpartition(" ")[2]

        is_external = attributes.get("TargetMode") == "External"
        if local_name == "Relationship" and is_external:
            is_link = attributes.get("Type", "").endswith("/hyperlink")
            if not is_link:
                self.has_external_part = True

        # A command stands whole in one attribute (fldSimple), or in pieces of text between two
        # fldChar (instrText): the pieces are joined, so that a divided word is still found.
        if local_name == "fldSimple":
            self.commands += "\n" + "\n".join(attributes.values())
        if local_name == "fldChar":
            self.commands += "\n"
        self._is_in_command = local_name == "instrText"

    def _on_end(self, _: str) -> None:
        self._is_in_command = False

    def _on_text(self, text: str) -> None:
        if self._is_in_command:
            self.commands += text
