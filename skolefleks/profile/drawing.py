"""A logo drawn anew, in the process where a stranger's file is opened (`skolefleks.workshop`)."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

from PIL import Image

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

# Pillow imports its readers when they are first asked for, and then nothing can
# be imported any more.
Image.preinit()


def draw(
    content: bytes, shut: Callable[[], None], pixels: str, side: str
) -> Iterator[bytes]:
    """The picture as a PNG of ours, without what lay beside it; nothing for what is too large."""
    shut()
    # An SVG may hold a program.
    with Image.open(BytesIO(content), formats=("PNG", "JPEG")) as image:
        # Nothing is unpacked before this: a small file may say that it is huge.
        if image.width * image.height > int(pixels):
            return
        image.thumbnail((int(side), int(side)))
        plain = image.convert("RGBA")

    plain.info = {}
    file = BytesIO()
    plain.save(file, "PNG")
    yield file.getvalue()
