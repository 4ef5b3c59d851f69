"""The pages of a PDF as pictures, drawn by PDFium.

Runs in the process where a stranger's file is opened (`skolefleks.workshop`).
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import pypdfium2
from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Iterator

# A small page is drawn at most this large: 144 points an inch.
SCALE = 2.0

JPEG_QUALITY = 85

# Pillow imports its writers when they are first asked for, and in the workshop
# that is too late.
Image.preinit()


def draw_pages(content: bytes, *, most: int, side: int) -> Iterator[bytes]:
    """How many pages there are, in digits; then the first `most` of them, each as a JPEG.

    `side` is the most pixels of a page's longer side. Each page is given away
    as soon as it is drawn: where the next one takes too much, those before it
    are kept.
    """
    document = pypdfium2.PdfDocument(content)
    # What is filled into a form stands in the form, and not on the page.
    document.init_forms()
    pages = len(document)
    yield str(pages).encode()

    for place in range(min(pages, most)):
        page = document[place]
        # A page of no size at all would divide by zero.
        longer_side = max(*page.get_size(), 1)
        scale = min(SCALE, side / longer_side)

        file = BytesIO()
        picture = page.render(scale=scale).to_pil().convert("RGB")
        picture.save(file, "JPEG", quality=JPEG_QUALITY)
        page.close()
        yield file.getvalue()
