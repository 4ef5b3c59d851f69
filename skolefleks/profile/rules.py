"""What holds of the municipality's profile: a colour one can read on, a prefix, a picture."""

from __future__ import annotations

import re

from skolefleks.numbers import PREFIX
from skolefleks.refusals import Refusal

# WCAG 2.1 AA for ordinary text.
LEAST_CONTRAST = 4.5

# Main group, group, subject; and what is done with it, a letter and two digits.
_KLE = re.compile(r"\d\d\.\d\d\.\d\d( [A-ZÆØÅ]\d\d)?")

_COLOUR = re.compile(r"#[0-9a-f]{6}")

# Bytes, and pixels of the longest side that is kept.
LOGO_BYTES = 1024 * 1024
LOGO_PIXELS = 4_000_000
LOGO_SIDE = 400

NO_PICTURE = "Filen er ikke et billede, vi kan bruge. Vælg en PNG eller JPEG."


def require_colour(colour: str) -> None:
    """Raise Refusal for what is no colour, or one that white text cannot be read on."""
    if _COLOUR.fullmatch(colour) is None:
        raise Refusal(
            "Skriv farven som # og seks tegn, for eksempel #0b4f6c.", field="colour"
        )
    contrast = contrast_with_white(colour)
    if contrast < LEAST_CONTRAST:
        in_words = f"{contrast:.1f}".replace(".", ",")
        raise Refusal(
            f"Hvid tekst kan ikke læses på farven: kontrasten er {in_words} : 1,"
            " og den skal være mindst 4,5 : 1. Vælg en mørkere.",
            field="colour",
        )


def contrast_with_white(colour: str) -> float:
    """The contrast of `#rrggbb` with white, from 1 to 21 (WCAG 2.1)."""
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (_linear(part) for part in parts)
    luminance = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return 1.05 / (luminance + 0.05)


def _linear(part: float) -> float:
    if part <= 0.04045:
        return part / 12.92
    return float(((part + 0.055) / 1.055) ** 2.4)


def require_kle(number: str) -> None:
    """Raise Refusal for what is no subject of the journal plan; nothing is allowed."""
    if number and _KLE.fullmatch(number) is None:
        raise Refusal(
            "Skriv KLE-nummeret som 00.00.00, med et mellemrum og facetten efter, hvis"
            " I bruger den: 00.00.00 A00.",
            field="kle",
        )


def require_prefix(prefix: str) -> None:
    """Raise Refusal for a prefix that a case number could not be recognised by."""
    if re.fullmatch(PREFIX, prefix) is None:
        raise Refusal("Skriv 2-6 store bogstaver.", field="number_prefix")
