"""Photographs and drawings, written anew: place, camera and comments are gone."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps

from applications.papers.unwelcome import Unwelcome, damaged

# A picture of more pixels is refused.
PIXELS = 50_000_000
# Pixels: a longer side is made smaller.
SIDE = 4_000

# What a picture may say of itself without telling anything; the rest is reported as taken out.
HARMLESS_INFO = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def clean(name: str, content: bytes) -> tuple[bytes, bool]:
    """The picture written anew, and whether it told more than it shows.

    Place, camera, comments and whatever followed the picture are gone. Raises Unwelcome.
    """
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            # Nothing is unpacked before this: a small file may say that it is huge.
            if image.width * image.height > PIXELS:
                raise too_large(name)

            tells_more = bool(image.info.keys() - HARMLESS_INFO)
            image_format = str(image.format)

            image.draft("RGB", (SIDE, SIDE))
            # The camera's orientation is among what goes, so the picture itself is turned.
            upright = ImageOps.exif_transpose(image)
            upright.thumbnail((SIDE, SIDE))
            return _write(upright, image_format), tells_more
    except Image.DecompressionBombError as error:
        # Pillow's own bound, for a picture that says less than it unpacks to.
        raise too_large(name) from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise damaged(name) from error


def too_large(name: str) -> Unwelcome:
    """The refusal of a picture with more than `PIXELS`."""
    return Unwelcome(
        f"»{name}« har for mange billedpunkter. Gør billedet mindre, og prøv igen."
    )


def _write(image: Image.Image, image_format: str) -> bytes:
    has_transparency = image.mode in {"RGBA", "LA"} or "transparency" in image.info

    mode = "RGB"
    if image_format == "PNG" and has_transparency:
        mode = "RGBA"
    elif image.mode == "L":
        mode = "L"
    plain = image.convert(mode)
    plain.info = {}

    file = BytesIO()
    if image_format == "JPEG":
        plain.save(file, image_format, quality=88, optimize=True)
    else:
        plain.save(file, image_format, optimize=False)
    return file.getvalue()
