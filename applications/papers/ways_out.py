"""Files that people often have and cannot lay on: what each can do instead."""

from __future__ import annotations

from typing import NamedTuple

from applications.papers.verdicts import NAME


class Foreign(NamedTuple):
    """A kind of file by its names and its first bytes, and the sentence that leads on."""

    extensions: tuple[str, ...]
    beginning: bytes  # '' where only the name tells
    begins_at: int  # in bytes
    way_out: str


HEIC = (
    f"»{NAME}« er et HEIC-billede fra en iPhone. Åbn det, og gem det som JPEG, eller vælg "
    "»Mest kompatibel« under Indstillinger, Kamera, Formater, og tag det igen."
)
MAIL = (
    f"»{NAME}« er en mail. Åbn den i Outlook, vælg Udskriv og »Microsoft Print to PDF«, "
    "og vedlæg PDF-filen. Filer i mailen vedlægges hver for sig."
)
OLD_OFFICE = (
    f"»{NAME}« har et ældre format. Åbn dokumentet, og gem det som PDF eller .docx."
)
OTHER_DOCUMENT = (
    f"»{NAME}« kan ikke vedlægges. Åbn den, og gem eller udskriv den som PDF."
)

# In the order in which they are asked: a mail from Outlook begins like an old
# Word document.
FOREIGN = (
    Foreign((".msg", ".eml"), b"", 0, MAIL),
    Foreign((".heic", ".heif"), b"", 0, HEIC),
    Foreign((), b"ftypheic", 4, HEIC),
    Foreign((), b"ftypheix", 4, HEIC),
    Foreign((), b"ftyphevc", 4, HEIC),
    Foreign((), b"ftypmif1", 4, HEIC),
    Foreign((), b"ftypmsf1", 4, HEIC),
    Foreign((), b"\xd0\xcf\x11\xe0", 0, OLD_OFFICE),
    Foreign((".doc", ".dot", ".wps"), b"", 0, OLD_OFFICE),
    Foreign((".odt", ".rtf", ".pages", ".txt"), b"", 0, OTHER_DOCUMENT),
    Foreign((".xls", ".xlsx", ".ppt", ".pptx"), b"", 0, OTHER_DOCUMENT),
    Foreign((".tif", ".tiff", ".gif", ".webp"), b"", 0, OTHER_DOCUMENT),
)


def way_out_of(extension: str, content: bytes) -> str:
    """The sentence for a file that is one of these kinds; '' for any other."""
    for foreign in FOREIGN:
        is_called_so = extension in foreign.extensions
        begins_so = foreign.beginning and content.startswith(
            foreign.beginning, foreign.begins_at
        )
        if is_called_so or begins_so:
            return foreign.way_out
    return ""
