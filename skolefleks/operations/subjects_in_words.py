"""What a line of a log is about, as it is read: a case's number, or what was fetched or shown.

A log is only ever added to: lines that were written with a short word of the
code keep it, and here it gets its Danish.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

# By the first word of a subject: how the whole of it is said. The floors above
# add their own (their `words.py`).
SUBJECTS: dict[str, Callable[[str], str]] = {}


def register(first_words: dict[str, Callable[[str], str]]) -> None:
    """Add what a floor's subjects begin with, each with the function that says them."""
    SUBJECTS.update(first_words)


def words_of(subject: str) -> str:
    """A subject in Danish: `oekonomi` is »Økonomien som regneark«. What is no such is itself."""
    first = first_word(subject)
    if first not in SUBJECTS:
        return subject
    return SUBJECTS[first](subject)


def first_word(subject: str) -> str:
    """`oekonomi` of `oekonomi-2026-den-2026-03-01`, `kvartal` of `kvartal 2026-3`."""
    return subject.replace(" ", "-").split("-")[0]
