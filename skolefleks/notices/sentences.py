"""The one sentence of a notice: declared by each floor, and said as it reads today.

A floor's `sentences` holds what its notices say. The notice keeps the words that
it was written with.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

from skolefleks.models import Notice
from skolefleks.texts import declarations, wording
from skolefleks.texts.declarations import Group, Placeholder, Preview, Text

if TYPE_CHECKING:
    from skolefleks.texts.wording import Wording

# Characters of a notice. A place or a name may be longer than fits.
LONGEST = Notice._meta.get_field("text").max_length


def sentence(key: str, label: str, default: str, *needs: Placeholder) -> Text:
    """What a notice says; it has no markup, no name of a child, and one line."""
    return Text(
        key=f"besked-{key}",
        group=Group.OF_CASES,
        label=label,
        meaning="Sætningen under Beskeder, og i overblikket.",
        default=default,
        preview=Preview(
            "skolefleks/notices/_sentence.html", partial(_made_up, f"besked-{key}")
        ),
        # All of them: a notice without its day, or its place, tells nobody anything.
        needs=needs,
        longest=LONGEST,
    )


def under(group: Group, *sentences: Text) -> tuple[Text, ...]:
    """The sentences under a heading of the page where they are written anew."""
    return tuple(replace(one, group=group) for one in sentences)


def say(key: str, **values: str) -> str:
    """The sentence as the municipality has it today, cut to what a notice holds."""
    return wording.now().say(f"besked-{key}", **values)[:LONGEST]


def _made_up(key: str, wording: Wording) -> dict[str, Any]:
    examples = declarations.every()[key].examples
    return {"text": wording.say(key, **examples)[:LONGEST]}
