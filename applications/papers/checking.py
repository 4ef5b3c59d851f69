"""What may be laid on a case: each upload is known by its bytes, searched for what could harm, and written anew.

Nothing is believed of a file but its bytes. What can be cleaned is cleaned; the rest is refused with a sentence that
says what the school can do instead.
"""

from __future__ import annotations

import re
import unicodedata
import zipfile
import zlib
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING
from xml.parsers import expat

import pikepdf
from django.conf import settings
from PIL import Image, ImageOps

from applications.models import Paper
from skolefleks.refusals import Refusal

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pikepdf import Object


K = Paper.Kind


EXTENSIONS = {".pdf": K.PDF, ".docx": K.DOCX, ".jpg": K.JPEG, ".jpeg": K.JPEG, ".png": K.PNG}


MAGIC = {
    K.PDF: b"%PDF-",
    K.DOCX: b"PK\x03\x04",
    K.JPEG: b"\xff\xd8\xff",
    K.PNG: b"\x89PNG\r\n\x1a\n",
}


ACCEPT = ",".join(EXTENSIONS)


NAME = 100  # characters of a shown name


EICAR = b"EICAR-STANDARD-ANTIVIRUS-TEST-FILE"


PIXELS, SIDE = 50_000_000, 4_000  # more pixels are refused; a longer side than this is made smaller


PARTS, UNPACKED, RATIO = (
    1_000,
    60 * 1024 * 1024,
    200,
)  # of a Word document: files in it, bytes in all, bytes per byte


OBJECTS, DEPTH = 100_000, 60  # of a PDF


WORD_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"


FETCHES = re.compile(
    r"^[\s\"]*(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|DATABASE)\b",
    re.IGNORECASE | re.MULTILINE,
)


# What a PDF may still do: go to a place in itself, or to a web page that the reader presses.
HARMLESS = {"/GoTo", "/URI", "/Named"}


ACTIONS = {
    "/GoToR", "/GoToE", "/GoTo3DView", "/GoToDp", "/Hide", "/ImportData", "/JavaScript", "/Launch", "/Movie",
    "/Rendition", "/ResetForm", "/RichMediaExecute", "/SetOCGState", "/Sound", "/SubmitForm", "/Thread", "/Trans",
}  # fmt: skip


ACTIVE = (
    "/AA",
    "/AF",
    "/EF",
    "/EmbeddedFiles",
    "/JS",
    "/JavaScript",
    "/Launch",
    "/OpenAction",
    "/RichMediaContent",
    "/XFA",
)


class Unwelcome(Refusal):
    """A file that is not stored; the sentence says why, and what to do."""

    def __init__(self, message: str) -> None:
        super().__init__(message, field="file")


@dataclass(frozen=True)
class Checked:
    """A file as it may be stored. `is_cleaned`: something that could act or tell was taken out."""

    name: str
    kind: Paper.Kind
    content: bytes
    is_cleaned: bool


def check(name: str, content: bytes, *, size: int | None = None) -> Checked:
    """Judge one upload; `size` is what was sent where less was kept. Raises Unwelcome, a Refusal in Danish."""
    shown = shown_name(name)
    if (len(content) if size is None else size) > settings.PAPER_BYTES:
        raise Unwelcome(
            f"»{shown}« er for stor. En fil må højst fylde {settings.PAPER_BYTES // 1024**2} MB."
        )
    if not content:
        raise Unwelcome(f"»{shown}« er tom: den fylder 0 byte. Se efter, om filen er gemt rigtigt.")
    kind = EXTENSIONS.get(_extension(shown))
    if kind is None:
        raise Unwelcome(
            f"»{shown}« kan ikke lægges på. Vælg en PDF, et Word-dokument (.docx) eller et billede (JPEG, PNG)."
        )
    if not content.startswith(MAGIC[kind]):
        raise Unwelcome(
            f"»{shown}« er ikke det, navnet siger. Åbn filen, og gem den igen som {kind.upper()}."
        )
    _require_one_thing(shown, kind, content)
    cleaned, took_out = CLEANERS[kind](shown, content)
    return Checked(shown, kind, cleaned, took_out)


def shown_name(name: str) -> str:
    """The file's name without its folders, and without characters that hide, turn or forge it."""
    last = re.split(r"[/\\]", unicodedata.normalize("NFC", name))[-1]
    plain = "".join(letter if unicodedata.category(letter)[0] != "C" else "" for letter in last)
    plain = re.sub(r'[<>:"|?*\s]+', " ", plain).strip(" .")
    extension = _extension(plain)
    stem = plain.removesuffix(plain[len(plain) - len(extension) :]) if extension else plain
    return (stem[: NAME - len(extension)].strip(" .") or "bilag") + extension


def _extension(name: str) -> str:
    stem, dot, last = name.rpartition(".")
    return f"{dot}{last.lower()}" if stem and dot and len(last) <= 10 else ""


def _require_one_thing(name: str, kind: Paper.Kind, content: bytes) -> None:
    """Refuse known malware, and a file that another program would read as something else (a polyglot)."""
    if EICAR in content:
        raise Unwelcome(f"»{name}« indeholder skadelig kode og er ikke gemt.")
    packed = kind != K.DOCX and zipfile.is_zipfile(BytesIO(content))
    starts = content[:1024].lower()
    others = [magic for other, magic in MAGIC.items() if other != kind and other in {K.PDF, K.PNG}]
    if (
        packed
        or any(magic.lower() in starts for magic in others)
        or b"<html" in starts
        or b"<script" in starts
    ):
        raise Unwelcome(
            f"»{name}« er flere slags filer i én og er ikke gemt. Gem dokumentet igen, og prøv på ny."
        )


def _damaged(name: str) -> Unwelcome:
    return Unwelcome(
        f"»{name}« er beskadiget eller ufuldstændig. Åbn filen, gem den igen, og prøv på ny."
    )


# -- images -------------------------------------------------------------------------------------------------------------
def _image(name: str, content: bytes) -> tuple[bytes, bool]:
    """The picture written anew: place, camera, comments and whatever followed it are gone."""
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            _require_modest(image)
            told, form = (
                bool(
                    image.info.keys() - {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
                ),
                image.format,
            )
            image.draft("RGB", (SIDE, SIDE))
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((SIDE, SIDE))
            return _written(upright, str(form)), told
    except Image.DecompressionBombError as error:
        raise Unwelcome(
            f"»{name}« har for mange billedpunkter. Gør billedet mindre, og prøv igen."
        ) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise _damaged(name) from error


def _require_modest(image: Image.Image) -> None:
    if image.width * image.height > PIXELS:
        raise Image.DecompressionBombError


def _written(image: Image.Image, form: str) -> bytes:
    transparent = form == "PNG" and (image.mode in {"RGBA", "LA"} or "transparency" in image.info)
    plain = image.convert("RGBA" if transparent else "L" if image.mode == "L" else "RGB")
    plain.info = {}
    written = BytesIO()
    plain.save(
        written,
        form,
        **({"quality": 88, "optimize": True} if form == "JPEG" else {"optimize": False}),
    )
    return written.getvalue()


# -- PDF ----------------------------------------------------------------------------------------------------------------
def _pdf(name: str, content: bytes) -> tuple[bytes, bool]:
    """The document written anew from what its pages reach, without scripts, actions and files inside it."""
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not len(pdf.pages) or len(pdf.objects) > OBJECTS:
                raise _damaged(name)
            took_out = False
            for thing in pdf.objects:
                took_out |= _defuse(thing, DEPTH)
            written = BytesIO()
            pdf.save(written, linearize=False, fix_metadata_version=False)
            return written.getvalue(), took_out
    except pikepdf.PasswordError as error:
        raise Unwelcome(
            f"»{name}« er låst med en adgangskode. Gem den uden, og prøv igen."
        ) from error
    except (
        pikepdf.PdfError,
        pikepdf.DependencyError,
        RuntimeError,
        ValueError,
        TypeError,
    ) as error:
        raise _damaged(name) from error


def _defuse(thing: Object, depth: int) -> bool:
    """Take out of `thing`, and of what lies directly in it, what could act; whether there was anything."""
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(thing, pikepdf.Array):
        return _defuse_all(thing.as_list(), depth)
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False
    active = {key for key in ACTIVE if key in thing}
    action = str(thing.get("/S", ""))
    if action in ACTIONS or (action == "/URI" and not _is_web(thing)):
        active |= set(thing.keys())
    for key in active - {"/Length"}:
        del thing[key]
    return _defuse_all((part for _, part in thing.items()), depth) or bool(active)


def _defuse_all(parts: Iterable[object], depth: int) -> bool:
    """What stands on its own is met by itself; here only what lies within."""
    inside = [part for part in parts if isinstance(part, pikepdf.Object) and not part.is_indirect]
    return sum(_defuse(part, depth - 1) for part in inside) > 0


def _is_web(action: Object) -> bool:
    return str(action.get("/URI", "")).lower().startswith(("http://", "https://", "mailto:"))


# -- Word ---------------------------------------------------------------------------------------------------------------
def _docx(name: str, content: bytes) -> tuple[bytes, bool]:
    """The document packed anew from its own parts; macros, files inside it and what it would fetch are refused."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as packed:
            parts = packed.infolist()
            _require_sound(name, parts, len(content))
            unpacked = {part.filename: packed.read(part) for part in parts if not part.is_dir()}
    except (
        zipfile.BadZipFile,
        NotImplementedError,
        RuntimeError,
        EOFError,
        OSError,
        ValueError,
        zlib.error,
    ) as error:
        raise _damaged(name) from error
    _require_word(name, unpacked)
    for path, part in unpacked.items():
        _require_quiet(name, path, part)
    written = BytesIO()
    with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as fresh:
        for path, part in unpacked.items():
            fresh.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), part, zipfile.ZIP_DEFLATED)
    return written.getvalue(), False


def _require_sound(name: str, parts: list[zipfile.ZipInfo], size: int) -> None:
    """Refuse a bomb by what it says of itself (more than it says is never unpacked), and paths that lead out of it."""
    unpacked = sum(part.file_size for part in parts)
    if (
        len(parts) > PARTS
        or unpacked > UNPACKED
        or (unpacked > 1024**2 and unpacked > RATIO * size)
    ):
        raise Unwelcome(
            f"»{name}« pakker sig ud til langt mere, end den fylder, og er ikke gemt. Gem den som PDF i stedet."
        )
    paths = [part.filename for part in parts]
    if len({path.lower() for path in paths}) < len(paths) or any(
        part.flag_bits & 1 for part in parts
    ):
        raise _damaged(name)
    if any(path.startswith("/") or "\\" in path or ".." in path.split("/") for path in paths):
        raise _damaged(name)


def _require_word(name: str, parts: dict[str, bytes]) -> None:
    types = parts.get("[Content_Types].xml", b"").decode("utf-8", "replace")
    if "word/document.xml" not in parts or not types:
        raise Unwelcome(f"»{name}« er ikke et Word-dokument. Gem den som .docx eller PDF.")
    lowered = [path.lower() for path in parts]
    if (
        any("vba" in path or "activex" in path for path in lowered)
        or "macroenabled" in types.lower()
        or WORD_TYPE not in types
    ):
        raise Unwelcome(
            f"»{name}« indeholder makroer (små programmer) og er ikke gemt. Gem dokumentet som PDF, og læg den på."
        )
    if any(
        "/embeddings/" in path or path.endswith((".bin", ".exe", ".js", ".vbs")) for path in lowered
    ):
        raise Unwelcome(
            f"»{name}« har andre filer liggende inden i sig. Gem dokumentet som PDF, og læg den på."
        )


def _require_quiet(name: str, path: str, part: bytes) -> None:
    """Refuse a part that fetches from elsewhere when it is opened; a link that the reader presses may stay."""
    if EICAR in part:
        raise Unwelcome(f"»{name}« indeholder skadelig kode og er ikke gemt.")
    if not path.lower().endswith((".xml", ".rels")):
        return
    seen = _Xml()
    try:
        seen.read(part)
    except expat.ExpatError as error:
        raise _damaged(name) from error
    if seen.declares or seen.fetches or FETCHES.search(seen.commands):
        raise Unwelcome(
            f"»{name}« henter indhold andre steder fra, når den åbnes. Gem dokumentet som PDF, og læg den på."
        )


class _Xml:
    """What one part of a Word document says that matters here; entities are never followed."""

    def __init__(self) -> None:
        self.declares = self.fetches = self._in_command = False
        self.commands = ""

    def read(self, part: bytes) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        parser.Parse(part, True)

    def _doctype(self, *_: object) -> None:
        self.declares = True

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        local = tag.rpartition(" ")[2]
        if local == "Relationship" and attributes.get("TargetMode") == "External":
            self.fetches |= not attributes.get("Type", "").endswith("/hyperlink")
        if local == "fldSimple":
            self.commands += "\n" + "\n".join(attributes.values())
        if local == "fldChar":
            self.commands += "\n"
        self._in_command = local == "instrText"

    def _end(self, _: str) -> None:
        self._in_command = False

    def _text(self, text: str) -> None:
        if self._in_command:
            self.commands += text


CLEANERS: dict[Paper.Kind, Callable[[str, bytes], tuple[bytes, bool]]] = {
    K.PDF: _pdf,
    K.DOCX: _docx,
    K.JPEG: _image,
    K.PNG: _image,
}
