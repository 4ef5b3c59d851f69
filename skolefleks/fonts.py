"""Which letters the fonts of the PDFs hold, read from the fonts themselves."""

from __future__ import annotations

import struct
from functools import cache
from typing import TYPE_CHECKING

from django.conf import settings

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

FOLDER = settings.BASE_DIR / "static" / "dist" / "fonts"

# The first for what it holds, the second for the rest of the world's letters.
REGULAR = ("IBMPlexSans-Regular.ttf", "DejaVuSans.ttf")

# A font's table of letters in its two usual shapes: up to U+FFFF, and all.
SHORT, LONG = 4, 12


@cache
def letters() -> frozenset[int]:
    """The code points that at least one of the fonts holds."""
    letters_here: set[int] = set()
    for name in REGULAR:
        letters_here.update(_letters_in(FOLDER / name))
    return frozenset(letters_here)


def _letters_in(path: Path) -> Iterator[int]:
    data = path.read_bytes()
    table = _table(data, b"cmap")
    count = struct.unpack_from(">H", data, table + 2)[0]
    for number in range(count):
        start = table + struct.unpack_from(">L", data, table + 8 + 8 * number)[0]
        shape = struct.unpack_from(">H", data, start)[0]
        if shape == LONG:
            yield from _of_all(data, start)
        elif shape == SHORT:
            yield from _of_first_plane(data, start)


def _table(data: bytes, name: bytes) -> int:
    """Where a table of the font begins."""
    count = struct.unpack_from(">H", data, 4)[0]
    for number in range(count):
        tag, _, offset = struct.unpack_from(">4sLL", data, 12 + 16 * number)
        if tag == name:
            return int(offset)
    raise LookupError(name)


def _of_all(data: bytes, start: int) -> Iterator[int]:
    count = struct.unpack_from(">L", data, start + 12)[0]
    for number in range(count):
        first, last = struct.unpack_from(">LL", data, start + 16 + 12 * number)
        yield from range(first, last + 1)


def _of_first_plane(data: bytes, start: int) -> Iterator[int]:
    double = struct.unpack_from(">H", data, start + 6)[0]
    ends = struct.unpack_from(f">{double // 2}H", data, start + 14)
    # Two bytes of padding lie between the ends and the beginnings.
    firsts = struct.unpack_from(f">{double // 2}H", data, start + 16 + double)
    for first, last in zip(firsts, ends, strict=True):
        # The last stretch is the mark of the table's end.
        if first != 0xFFFF:
            yield from range(first, last + 1)
