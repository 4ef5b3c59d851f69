"""What happens to a text before it is printed: letters the fonts lack, spaces, length, names."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING, Any

from skolefleks import fonts

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

# Shorter parts of a name (`Bo`, `af`) are words of the language too, and would be
# taken out of it.
SHORTEST_NAME = 3

# How lines are broken elsewhere: Windows, old Macs, word processors.
_BREAKS = re.compile("\r\n|[\r\v\f\x85\u2028\u2029]")

# Two broad spaces, between which a line may be broken.
_TAB = "\N{EM SPACE}\N{EM SPACE}"

# What is not seen by itself: control characters, and what joins or colours an emoji.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2069"
    "\ufe00-\ufe0f\ufeff\U0001f3fb-\U0001f3ff\U000e0000-\U000e0fff]"
)

# A PDF/A may not say what it cannot show: this stands for a letter that no font has.
MISSING = "\N{WHITE VERTICAL RECTANGLE}"


def printable(value: Any) -> Any:
    """`value` as the PDFs can show it, in all that is nested in it.

    Only what neither font holds is replaced, by an empty frame.
    """
    if isinstance(value, dict):
        return {key: printable(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [printable(inner) for inner in value]
    if isinstance(value, str):
        return _with_frames(_cleaned(value))
    return value


def _with_frames(text: str) -> str:
    """An empty frame for each letter that no font holds."""
    for letter in unprintable(text):
        text = text.replace(letter, MISSING)
    return text


def unprintable(*texts: str) -> list[str]:
    """The letters that no font holds, each once in the order of the texts."""
    in_fonts = fonts.letters()
    letters = dict.fromkeys("".join(map(_cleaned, texts)))
    letters.pop("\n", None)
    return [letter for letter in letters if ord(letter) not in in_fonts]


def _cleaned(text: str) -> str:
    """Composed (`e` with an accent after it becomes `é`), with breaks and tabs of one kind."""
    text = _BREAKS.sub("\n", unicodedata.normalize("NFC", text))
    return _UNSEEN.sub("", text.replace("\t", _TAB))


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
    one_name = re.compile(alternatives)
    # Followed by a genitive's `s` or nothing, which stays in the text. Once it fits, no
    # other way is tried (`(?>`, `*+`): a name like `ab. ab.` has more ways than time.
    name = rf"(?>(?:{alternatives})(?=s?(?!\w)))"
    # Two names in a row are one person more often than two: their initials stand once.
    names = re.compile(rf"(?<!\w){name}(?:[ -]{name})*+")

    def initials_of(match: re.Match[str]) -> str:
        parts = one_name.findall(match[0])
        return " ".join(dict.fromkeys(instead_of[part] for part in parts))

    def without_names(text: str) -> str:
        return names.sub(initials_of, text)

    return without_names


def _words_of(name: str) -> set[str]:
    words = {name.strip()}
    for part in name.split():
        words.add(part)
        words.update(part.split("-"))
    return words


def _unchanged(text: str) -> str:
    return text
