"""What somebody may write in an address or a field, for fun or for harm."""

from __future__ import annotations

NONSENSE = [
    "x",
    "-1",
    "9" * 30,
    "²",
    "\x00",
    "æøå",
    "' OR 1=1",
    "SF-",
    "SF-\x00",
    "<b>",
    "%",
    "_",
    "1e5",
    "٣",
    "x" * 5_000,
]
