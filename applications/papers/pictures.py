"""Photographs and drawings, written anew: place, camera and comments are gone.

Runs in the process where a stranger's file is opened (`skolefleks.workshop`).
"""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageOps, MpoImagePlugin  # noqa: F401 - a JPEG may be one

from applications.papers.verdicts import NAME, Cleaned, Unwelcome, damaged

# A picture with more is refused. A JPEG is made smaller while it is read; a PNG
# is read whole.
PIXELS = 50_000_000
PNG_PIXELS = 16_000_000

# Pixels: a longer side is made smaller.
SIDE = 4_000
# Pixels that are left of a longer side at least.
SHARP_SIDE = 2_400

# Pillow imports its readers when they are first asked for, and in the workshop
# that is too late.
Image.preinit()

# What a picture may say of itself without telling anything; the rest is reported
# as taken out.
HARMLESS_INFO = {"jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}


def clean(content: bytes) -> Cleaned:
    """The picture written anew, and whether it told more than it shows.

    Place, camera, comments and whatever followed the picture are gone. Raises
    Unwelcome.
    """
    try:
        with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
            # A photograph of two pictures in one file (MPO) is read as its first.
            is_png = image.format == "PNG"
            most = PNG_PIXELS if is_png else PIXELS
            # Nothing is unpacked before this: a small file may say that it is huge.
            if image.width * image.height > most:
                raise too_large()

            tells_more = bool(image.info.keys() - HARMLESS_INFO)
            _read_smaller(image)
            # Made smaller before it is turned, so that only the small one is
            # there twice.
            image.thumbnail((SIDE, SIDE))
            # The camera's orientation is among what goes, so the picture itself
            # is turned.
            upright = ImageOps.exif_transpose(image)
            return Cleaned(_write(upright, is_png=is_png), tells_more)
    except Image.DecompressionBombError as error:
        # Pillow's own bound, for a picture that says less than it unpacks to.
        raise too_large() from error
    except (OSError, SyntaxError, ValueError, EOFError) as error:
        raise damaged() from error


def shrink(content: bytes, side: int) -> bytes:
    """A picture that was cleaned before, as a JPEG for paper with `side` pixels at most."""
    with Image.open(BytesIO(content), formats=("JPEG", "PNG")) as image:
        image.thumbnail((side, side))
        # Paper is white: what a drawing leaves open would else be black.
        sheet = Image.new("RGB", image.size, "white")
        drawn = image.convert("RGBA")
        sheet.paste(drawn, mask=drawn)
        file = BytesIO()
        sheet.save(file, "JPEG", quality=85)
        return file.getvalue()


def _read_smaller(image: Image.Image) -> None:
    """Let a large JPEG be read at a half, a quarter or an eighth, as long as it stays sharp."""
    scale = SHARP_SIDE / max(*image.size, SHARP_SIDE)
    width = max(int(image.width * scale), 1)
    height = max(int(image.height * scale), 1)
    image.draft("RGB", (width, height))


def too_large() -> Unwelcome:
    """The refusal of a picture with more pixels than are read."""
    return Unwelcome(
        f"»{NAME}« har for mange billedpunkter. Gør billedet mindre, og prøv igen."
    )


def _write(image: Image.Image, *, is_png: bool) -> bytes:
    has_transparency = image.mode in {"RGBA", "LA"} or "transparency" in image.info

    mode = "RGB"
    if is_png and has_transparency:
        mode = "RGBA"
    elif image.mode == "L":
        mode = "L"
    plain = image
    if image.mode != mode:
        plain = image.convert(mode)
    plain.info = {}

    file = BytesIO()
    if is_png:
        # Half the time of the usual level, and a tenth more bytes.
        plain.save(file, "PNG", compress_level=3)
    else:
        plain.save(file, "JPEG", quality=88)
    return file.getvalue()
