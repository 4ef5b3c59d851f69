"""PDF documents, written anew without scripts, actions and files inside them.

Runs in the process where a stranger's file is opened (`skolefleks.workshop`).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from applications.papers.verdicts import NAME, Cleaned, Unwelcome, damaged, too_much

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pikepdf import Object, Pdf


# A document with more is refused.
OBJECTS = 50_000
PAGES = 2_000
# Objects inside one another.
DEPTH = 60

# A document that becomes this much larger when it is written anew was made to.
GROWTH = 10
GROWTH_FROM_BYTES = 256 * 1024

# Actions that go when they are met. What stays: to go to a place in the document
# itself, and to a web page that the reader presses (ISO 32000-1, 12.6.4 names
# all).
ACTIONS = {
    "/GoTo3DView",
    "/GoToDp",
    "/GoToE",
    "/GoToR",
    "/Hide",
    "/ImportData",
    "/JavaScript",
    "/Launch",
    "/Movie",
    "/Rendition",
    "/ResetForm",
    "/RichMediaExecute",
    "/SetOCGState",
    "/Sound",
    "/SubmitForm",
    "/Thread",
    "/Trans",
}

# Entries that start something, or hold a file.
ACTIVE = {
    "/AA",
    "/AF",
    "/EF",
    "/EmbeddedFiles",
    "/JS",
    "/JavaScript",
    "/Launch",
    "/OpenAction",
    "/RichMediaContent",
}

WEB_ADDRESSES = ("http://", "https://", "mailto:")

# Characters that are shown of one.
ATTACHMENT_NAME = 60
ATTACHMENTS_NAMED = 10

SIGNATURE_BROKEN = (
    "Den digitale underskrift gælder ikke i kopien, fordi noget er taget ud af filen. "
    "Gem selv den underskrevne fil."
)


def ask_for_randomness() -> None:
    """Let qpdf open the source of random numbers, which it asks for at the first locked document.

    In the workshop nothing can be opened any more by then.
    """
    with pikepdf.new() as pdf:
        pdf.save(BytesIO(), encryption=pikepdf.Encryption(owner="x", user=""))


def clean(content: bytes) -> Cleaned:
    """The document written anew from what its pages reach; a signed one as it is where it is clean.

    Raises Unwelcome for one that is locked, damaged, a form that only Adobe
    shows, or too much.
    """
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            return _clean(pdf, content)
    except pikepdf.PasswordError as error:
        raise Unwelcome(
            f"»{NAME}« er låst med en adgangskode. Gem den uden, og prøv igen."
        ) from error
    except (
        pikepdf.PdfError,
        pikepdf.DependencyError,
        RuntimeError,
        ValueError,
        TypeError,
    ) as error:
        raise damaged() from error


def _clean(pdf: Pdf, content: bytes) -> Cleaned:
    if not len(pdf.pages):
        raise damaged()
    if len(pdf.objects) > OBJECTS or len(pdf.pages) > PAGES:
        raise too_much()
    _refuse_form_of_adobes(pdf)

    search = Search()
    for thing in pdf.objects:
        search.defuse(thing, DEPTH)

    # Written anew a signature never holds: of a file that needs no cleaning each
    # byte stays.
    if search.is_signed and not search.is_cleaned:
        return Cleaned(content)

    file = BytesIO()
    pdf.save(file, linearize=False, fix_metadata_version=False)
    cleaned = file.getvalue()
    if len(cleaned) > GROWTH_FROM_BYTES and len(cleaned) > GROWTH * len(content):
        raise too_much()
    return Cleaned(cleaned, search.is_cleaned, search.remarks)


def _refuse_form_of_adobes(pdf: Pdf) -> None:
    """Refuse XFA: what is filled in stands in XML, and the pages themselves are empty."""
    form = pdf.Root.get("/AcroForm")
    if isinstance(form, pikepdf.Dictionary) and "/XFA" in form:
        raise Unwelcome(
            f"»{NAME}« er en formular, som kun Adobe Reader kan vise (XFA), og er ikke gemt. "
            "Åbn den dér, udskriv den til PDF, og vedlæg udskriften."
        )


@dataclass
class Search:
    """Goes through a document, takes out what could act, and notes what there was."""

    is_cleaned: bool = False
    is_signed: bool = False
    attachments: list[str] = field(default_factory=list)

    @property
    def remarks(self) -> list[str]:
        """What whoever laid it on must know of the copy."""
        remarks = []
        if self.attachments:
            # A file is met by its name and by its page: it is named once.
            names = list(dict.fromkeys(self.attachments))[:ATTACHMENTS_NAMED]
            remarks.append(
                f"Filer, der lå inden i den, er taget ud: {', '.join(names)}. "
                "Vedlæg dem hver for sig."
            )
        if self.is_signed and self.is_cleaned:
            remarks.append(SIGNATURE_BROKEN)
        return remarks

    def defuse(self, thing: Object, depth: int) -> None:
        """Take what could act out of `thing` and of what lies in it."""
        if depth == 0:
            raise ValueError("nested too deeply")
        if isinstance(thing, pikepdf.Array):
            self._defuse_all(thing.as_list(), depth)
            return
        if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
            return

        # Asked once: a document may have tens of thousands of objects.
        keys = set(thing.keys())
        self._note(thing, keys)
        active = _active_keys(thing, keys)
        for key in active:
            del thing[key]
        self.is_cleaned = self.is_cleaned or bool(active)

        # What lies within is cleaned too, whether or not something was found here.
        if keys - active:
            self._defuse_all([part for _, part in thing.items()], depth)

    def _note(self, thing: Object, keys: set[str]) -> None:
        if "/ByteRange" in keys:
            self.is_signed = True
        if "/EF" in keys:
            self.attachments.append(_attachment_name(thing))

    def _defuse_all(self, parts: Iterable[object], depth: int) -> None:
        for part in parts:
            # An indirect object is one of the document's own and is met as such.
            if isinstance(part, pikepdf.Object) and not part.is_indirect:
                self.defuse(part, depth - 1)


def _active_keys(thing: Object, keys: set[str]) -> set[str]:
    """What of a dictionary could act; all of it where it is an action itself."""
    active = keys & ACTIVE
    if "/S" in keys and _is_harmful_action(thing):
        active = keys
    # A stream without its length could not be written.
    return active - {"/Length"}


def _is_harmful_action(thing: Object) -> bool:
    action = str(thing.get("/S", ""))
    if action == "/URI":
        address = str(thing.get("/URI", "")).lower()
        return not address.startswith(WEB_ADDRESSES)
    return action in ACTIONS


def _attachment_name(thing: Object) -> str:
    """As the document calls the file inside it, without what could forge the sentence."""
    name = str(thing.get("/UF", thing.get("/F", "uden navn")))
    letters = [letter for letter in name if letter.isprintable()]
    return "".join(letters)[:ATTACHMENT_NAME].strip() or "uden navn"
