"""What a text is that the municipality writes itself, and where each is declared.

A floor declares its own texts in a module that the setting TEXTS names: as
`TEXTS`, a tuple of `Text`. What it says there is the standard, and holds until
somebody writes another.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import import_module
from typing import Any

from django.conf import settings

from skolefleks import alphabet


class Group(Enum):
    """Under which heading of the page a text stands."""

    SCHOOL_LETTER = "Breve til skolen"
    PARENTS_LETTER = "Tekster til forældrene"
    BOTH_LETTERS = "I begge breve"
    LAW = "Lovtekst"
    NOTICE = "Mails"
    OF_WRITING = "Beskeder: ansøgningen"
    OF_CASES = "Beskeder: udvalget og sagen"
    OF_MEETINGS = "Beskeder: møder"
    OF_EFFORTS = "Beskeder: indsatser"
    OF_MONEY = "Beskeder: penge"
    OF_ACCESS = "Beskeder: adgang"
    GUIDE = "Vejledning til ansøgningen"
    HELP = "Hjælp ved felterne"

    @property
    def slug(self) -> str:
        """Its name in an address."""
        return alphabet.slug(self.value)


class Shape(Enum):
    """How a text is written, and what of it ends up where."""

    LINE = "Én linje"
    PARAGRAPHS = "Afsnit med linjeskift mellem"
    LIST = "En liste: hver linje er et punkt"


@dataclass(frozen=True)
class Placeholder:
    """`{elev}`: what the system puts in its place."""

    name: str
    meaning: str
    example: str

    @property
    def in_braces(self) -> str:
        return "{" + self.name + "}"


@dataclass(frozen=True)
class Preview:
    """How a text is seen where it stands, on a made-up case.

    `make` gives what the part `template` shows as `source`, of a `Wording`. With `paper`, a
    template of `skolefleks.pdf`, the same is seen as the PDF that it becomes.
    """

    template: str
    make: Callable[..., dict[str, Any]]
    paper: str = ""


@dataclass(frozen=True)
class Text:
    """One text: its name on screen, where it is used, and how it reads as it comes.

    `needs` are the placeholders that may not be left out, `may` those that can
    be used beside them.
    """

    key: str
    group: Group
    label: str
    meaning: str
    default: str
    preview: Preview
    shape: Shape = Shape.LINE
    needs: tuple[Placeholder, ...] = ()
    may: tuple[Placeholder, ...] = ()
    speaks_of_law: bool = False
    # Whether the text that it comes with is signed.
    is_signed: bool = False
    may_be_empty: bool = False
    # Characters, the examples in their places; None where only the column bounds it.
    longest: int | None = None

    @property
    def placeholders(self) -> tuple[Placeholder, ...]:
        return self.needs + self.may

    @property
    def examples(self) -> dict[str, str]:
        return {one.name: one.example for one in self.placeholders}


@cache
def every() -> dict[str, Text]:
    """All texts by their keys, in the order in which they are declared."""
    texts = {}
    for path in settings.TEXTS:
        for text in import_module(path).TEXTS:
            texts[text.key] = text
    return texts
