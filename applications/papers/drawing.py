"""A page of a PDF as a picture, drawn by PDFium in a process of its own.

Run as a program this file is that process: the PDF on its standard input, the PNG on its output. It
is short-lived, has little memory, and is given nothing but the file. It must not know Django.
"""

from __future__ import annotations

import resource
import subprocess
import sys
from io import BytesIO

# Bytes the process may take; what asks for more is not shown.
MEMORY = 1024**3

# A small page is drawn at most this large: 144 points an inch.
SCALE = 2.0


class NotDrawn(Exception):
    """The page took too long or too much, or is no page."""


def count_pages(content: bytes) -> tuple[int, int]:
    """How many pages of a PDF are shown, and how many it has."""
    # Imported here, as in `draw`: the process that draws runs this file without them.
    import pikepdf
    from django.conf import settings

    with pikepdf.open(BytesIO(content)) as pdf:
        pages = len(pdf.pages)
    return min(pages, settings.PAPER_PAGES), pages


def draw(content: bytes, page: int) -> bytes:
    """The page (the first is 1) as a PNG.

    Raises NotDrawn after `settings.PAPER_SECONDS`, or where the page cannot be drawn.
    """
    from django.conf import settings

    bounds = (page, settings.PAPER_SIDE, settings.PAPER_SECONDS)
    # `-I`: no folder of ours on the path, no variable of ours in the environment.
    command = [sys.executable, "-I", __file__, *map(str, bounds)]
    try:
        process = subprocess.run(
            command,
            input=content,
            capture_output=True,
            check=True,
            timeout=settings.PAPER_SECONDS,
            env={},
        )
    except (subprocess.SubprocessError, OSError) as error:
        raise NotDrawn from error
    return process.stdout


def confine(seconds: int) -> None:
    """Let this process take so much memory and time, and write no file.

    An image of it (a core dump) would hold the paper, so none is left anywhere.
    """
    limits = (
        (resource.RLIMIT_AS, MEMORY),
        (resource.RLIMIT_CPU, seconds),
        (resource.RLIMIT_FSIZE, 0),
        (resource.RLIMIT_CORE, 0),
    )
    for what, limit in limits:
        resource.setrlimit(what, (limit, limit))


def draw_here(content: bytes, page: int, side: int) -> bytes:
    """Draw the page in this process; `side` is the most pixels of its longer side."""
    import pypdfium2

    pdf_page = pypdfium2.PdfDocument(content)[page - 1]
    # A page of no size at all would divide by zero.
    longer_side = max(*pdf_page.get_size(), 1)
    scale = min(SCALE, side / longer_side)

    file = BytesIO()
    pdf_page.render(scale=scale).to_pil().convert("RGB").save(file, "PNG")
    return file.getvalue()


if __name__ == "__main__":
    page, side, seconds = map(int, sys.argv[1:])
    confine(seconds)
    picture = draw_here(sys.stdin.buffer.read(), page, side)
    sys.stdout.buffer.write(picture)
