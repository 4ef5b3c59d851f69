"""What is done to a paper in the process where it is opened (`skolefleks.workshop`)."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from applications.papers.verdicts import Cleaned


def clean(content: bytes, shut: Callable[[], None], kind: str) -> Iterator[bytes]:
    """The verdict as JSON, then the file as it may be kept; an unwelcome one is not given back."""
    from applications.papers import cleaning
    from applications.papers.verdicts import Unwelcome, too_much

    cleaner = _cleaner_of(kind)
    shut()
    try:
        cleaned = cleaning.clean(kind, content, cleaner)
    except Unwelcome as unwelcome:
        yield _as_json(refusal=str(unwelcome))
    except (MemoryError, RecursionError):
        yield _as_json(refusal=str(too_much()))
    else:
        yield _as_json(is_cleaned=cleaned.is_cleaned, remarks=cleaned.remarks)
        yield cleaned.content


def draw(
    content: bytes, shut: Callable[[], None], most: str, side: str
) -> Iterator[bytes]:
    """How many pages there are, then the first `most` as pictures."""
    from applications.papers import drawing

    shut()
    yield from drawing.draw_pages(content, most=int(most), side=int(side))


def shrink(content: bytes, shut: Callable[[], None], side: str) -> Iterator[bytes]:
    """The picture as a JPEG for paper."""
    from applications.papers import pictures

    shut()
    yield pictures.shrink(content, int(side))


def _cleaner_of(kind: str) -> Callable[[bytes], Cleaned]:
    """What opens that kind; to load what opens the others too takes twice as long."""
    if kind == "pdf":
        from applications.papers import pdfs

        pdfs.ask_for_randomness()
        return pdfs.clean
    if kind == "docx":
        from applications.papers import word

        return word.clean
    from applications.papers import pictures

    return pictures.clean


def _as_json(**verdict: object) -> bytes:
    return json.dumps(verdict, ensure_ascii=False).encode()
