"""A page of a PDF as a picture. PDFium draws it in a process of its own: poor, short-lived, and told nothing but the file.

Run as a program it is that process: the PDF on its standard input, the PNG on its output. It must not know Django.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from io import BytesIO

MEMORY = 1024**3  # bytes the process may take; what asks for more is not shown


TWICE = 2.0  # a small page is drawn at most this large: 144 points an inch


class NotDrawn(Exception):
    """The page took too long or too much, or is no page."""


def pages_of(content: bytes) -> tuple[int, int]:
    """How many pages of a PDF are shown, and how many it has."""
    import pikepdf
    from django.conf import settings

    with pikepdf.open(BytesIO(content)) as pdf:
        return min(len(pdf.pages), settings.PAPER_PAGES), len(pdf.pages)


def draw(content: bytes, page: int) -> bytes:
    """The page (the first is 1) as a PNG. Raises NotDrawn after `settings.PAPER_SECONDS`, or where it cannot be."""
    from django.conf import settings

    bounds = (page, settings.PAPER_SIDE, settings.PAPER_SECONDS)
    command = [sys.executable, "-I", __file__, *map(str, bounds)]
    try:
        done = subprocess.run(
            command,
            input=content,
            capture_output=True,
            check=True,
            timeout=settings.PAPER_SECONDS,
            env={},
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NotDrawn from error
    return done.stdout


def _confine(seconds: int) -> None:
    """So much memory and time, no file written, and no image of this process left anywhere."""
    bounds = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
    )
    for what, limit in (*bounds, (resource.RLIMIT_CORE, 0)):
        resource.setrlimit(what, (limit, limit))


def _drawn(content: bytes, page: int, side: int) -> bytes:
    import pypdfium2

    found = pypdfium2.PdfDocument(content)[page - 1]
    scale = min(TWICE, side / max(*found.get_size(), 1))
    made = BytesIO()
    found.render(scale=scale).to_pil().convert("RGB").save(made, "PNG")
    return made.getvalue()


if __name__ == "__main__":
    page, side, seconds = map(int, sys.argv[1:])
    _confine(seconds)
    sys.stdout.buffer.write(_drawn(sys.stdin.buffer.read(), page, side))
