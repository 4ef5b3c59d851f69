"""PDF documents, written anew without scripts, actions and files inside them."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pikepdf

from applications.papers.unwelcome import Unwelcome, damaged

if TYPE_CHECKING:
    from collections.abc import Iterable

    from pikepdf import Object


# A document of more objects is refused.
OBJECTS = 100_000
# Objects may lie this deep inside one another.
DEPTH = 60

# Actions that go when they are met. What stays: to go to a place in the document itself, and to a
# web page that the reader presses (ISO 32000-1, 12.6.4 names all).
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

WEB_ADDRESSES = ("http://", "https://", "mailto:")


def clean(name: str, content: bytes) -> tuple[bytes, bool]:
    """The document written anew from what its pages reach, and whether anything was taken out.

    Raises Unwelcome for one that is locked, damaged or without pages.
    """
    try:
        with pikepdf.open(BytesIO(content)) as pdf:
            if not len(pdf.pages) or len(pdf.objects) > OBJECTS:
                raise damaged(name)

            is_cleaned = False
            for thing in pdf.objects:
                if _defuse(thing, DEPTH):
                    is_cleaned = True

            file = BytesIO()
            pdf.save(file, linearize=False, fix_metadata_version=False)
            return file.getvalue(), is_cleaned
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
        raise damaged(name) from error


def _defuse(thing: Object, depth: int) -> bool:
    """Take what could act out of `thing` and of what lies in it; whether there was anything."""
    if depth == 0:
        raise ValueError("nested too deeply")
    if isinstance(thing, pikepdf.Array):
        return _defuse_all(thing.as_list(), depth)
    if not isinstance(thing, pikepdf.Dictionary | pikepdf.Stream):
        return False

    active = {key for key in ACTIVE if key in thing}
    if _is_harmful_action(thing):
        active |= set(thing.keys())
    # A stream without its length could not be written.
    active.discard("/Length")
    for key in active:
        del thing[key]

    # What lies within is cleaned too, whether or not something was found here.
    is_cleaned_within = _defuse_all([part for _, part in thing.items()], depth)
    return is_cleaned_within or bool(active)


def _defuse_all(parts: Iterable[object], depth: int) -> bool:
    is_cleaned = False
    for part in parts:
        # An indirect object is one of the document's own and is met as such.
        if not isinstance(part, pikepdf.Object) or part.is_indirect:
            continue
        if _defuse(part, depth - 1):
            is_cleaned = True
    return is_cleaned


def _is_harmful_action(thing: Object) -> bool:
    action = str(thing.get("/S", ""))
    if action == "/URI":
        address = str(thing.get("/URI", "")).lower()
        return not address.startswith(WEB_ADDRESSES)
    return action in ACTIONS
