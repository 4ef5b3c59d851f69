"""What happens to a text before it is printed: letters the fonts lack, spaces, length, names."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Shorter parts of a name (`Bo`, `af`) are words of the language too, and would be
# taken out of it.
SHORTEST_NAME = 3

# What the two fonts hold: a PDF/A may not say what it cannot show.
_UNPRINTABLE = re.compile(
    "[^\n\u0020-\u007e\u00a0-\u024f\u2010-\u2027\u2030-\u2040\u2044-\u205e"
    "\u20a0-\u20bf\u2190-\u226f]+"
)


def printable(value: Any) -> Any:
    """`value` with `?` for what the fonts do not hold (emoji, Arabic), in all that is nested in it.

    Texts are composed first: `e` with an accent after it becomes `é`, which the
    fonts hold.
    """
    if isinstance(value, dict):
        return {key: printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [printable(inner) for inner in value]
    if isinstance(value, str):
        return _UNPRINTABLE.sub("?", unicodedata.normalize("NFC", value))
    return value


def one_line(text: str) -> str:
    """`text` with one space for each break and each run of spaces, and none around it."""
    return " ".join(text.split())


def shortened(text: str, length: int) -> str:
    """At most `length` characters of `text`, cut after a whole word, and `…` where it was cut."""
    if len(text) <= length:
        return text

    whole_words = text[:length].rsplit(" ", 1)[0]
    return whole_words.rstrip(" ,.;:") + " …"


def name_remover(replacements: Iterable[tuple[str, str]]) -> Callable[[str], str]:
    """A function that puts a pupil's initials for the name in a text.

    `replacements` are pairs of a whole name and what is said instead of it, of
    each of its parts and of the halves of a double name: `Anna-Sofie Berg`,
    `Anna`, `Sofie`, also in the genitive.
    """
    instead_of: dict[str, str] = {}
    for name, instead in replacements:
        for word in _words_of(name):
            if len(word) >= SHORTEST_NAME:
                instead_of[word] = instead

    if not instead_of:
        return _unchanged

    # The longest first, so that a whole name is not taken for its first part.
    words = sorted(instead_of, key=len, reverse=True)
    alternatives = "|".join(re.escape(word) for word in words)
    # Followed by a genitive's `s` or nothing, which stays in the text.
    names = re.compile(rf"\b({alternatives})(?=s?\b)")

    def without_names(text: str) -> str:
        return names.sub(lambda match: instead_of[match[1]], text)

    return without_names


def _words_of(name: str) -> set[str]:
    words = {name.strip()}
    for part in name.split():
        words.add(part)
        words.update(part.split("-"))
    return words


def _unchanged(text: str) -> str:
    return text
