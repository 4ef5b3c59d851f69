"""Where in an application the committee can ask for more, and how it stands with what it asked.

A place is named by its block (`blocks.write_blocks`) and field:
`pupil:<id>.description`, `cooperation.ppr_daily`; without a field it is a whole
row (`planned:<id>`) or a whole step (`cooperation`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse

from applications.fields.declarations import (
    NEVER_ASKED_ABOUT,
    PUPIL,
    ROW_KINDS,
    STEPS,
    STEPS_ASKED_ABOUT,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from applications.fields.blocks import Block

FIRST_STEP = next(iter(STEPS))


class Place(NamedTuple):
    """One field, row or step, with what the school wrote there; a row and a step have no label."""

    key: str
    step: str
    title: str
    label: str = ""
    text: str = ""

    @property
    def full_label(self) -> str:
        """What it is called away from its own page: a pupil's field with whose it is."""
        if self.label and self.key.startswith("pupil:"):
            return f"{self.title}: {self.label}"
        return self.label or self.title

    @property
    def is_step(self) -> bool:
        return self.key == self.step

    def url(self, number: str, *, is_gone: bool) -> str:
        """Where the question stands on the school's form; of what is gone, on its step."""
        block, _, _ = self.key.partition(".")
        kind, _, pk = block.partition(":")

        page = reverse(f"applications:{self.step}", args=[number])
        if kind == PUPIL.kind and not is_gone:
            page = reverse("applications:pupil", args=[number, pk])
        return f"{page}#ask-{self.key}"


class Question(NamedTuple):
    """What the committee asks, and where it stands.

    `is_changed`: whether the school has changed what it is about, None where
    nobody can tell.
    """

    place: Place
    text: str
    url: str
    is_changed: bool | None
    is_gone: bool


def find_places(blocks: Sequence[Block]) -> list[Place]:
    """Every place of the application, step by step; of each step the whole of it comes last."""
    places = []
    for step, title in STEPS_ASKED_ABOUT.items():
        for block in blocks:
            if block["step"] == step:
                places += _places_in(block)
        places.append(Place(step, step, f"Hele trinnet »{title}«"))
    return places


def list_questions(
    asks: Mapping[str, str],
    number: str,
    *,
    now: Sequence[Block],
    before: Sequence[Block] | None = None,
) -> list[Question]:
    """What is asked by place (`asks`) of the case `number`, in its order.

    `before`: what had been submitted when it was asked, where that is at hand.
    """
    places_now = {place.key: place for place in find_places(now)}
    places_before = {place.key: place for place in find_places(before or ())}

    questions = []
    for key, text in asks.items():
        place = places_now.get(key) or places_before.get(key)
        if place is None:
            place = Place(key, FIRST_STEP, "Noget, der er fjernet")

        is_gone = key not in places_now
        # Without a copy from before nobody can tell.
        is_changed = None
        if before is not None:
            is_changed = _is_changed(place, before, now)

        # Shown with what stood there when it was asked, where that is known.
        place_when_asked = places_before.get(key, place)
        url = place.url(number, is_gone=is_gone)
        questions.append(Question(place_when_asked, text, url, is_changed, is_gone))
    return questions


def _places_in(block: Block) -> list[Place]:
    key = block["key"]
    step = block["step"]
    title = block["title"]

    kind, _, _ = key.partition(":")
    # A row is short: one question about all of it.
    if kind in ROW_KINDS:
        texts = {name: text for name, _, text in block["lines"]}
        return [Place(key, step, title, text=texts.get("what", ""))]

    places = []
    for name, label, text in block["lines"]:
        if name not in NEVER_ASKED_ABOUT:
            places.append(Place(f"{key}.{name}", step, title, label, text))
    return places


def _is_changed(
    place: Place, before: Sequence[Block], now: Sequence[Block]
) -> bool | None:
    lines_before = _lines_at(place, before)
    lines_now = _lines_at(place, now)
    if not lines_before and not lines_now:
        return None
    return lines_before != lines_now


def _lines_at(place: Place, blocks: Iterable[Block]) -> list[tuple[str, str]]:
    """The name and text of every line at `place`."""
    key, _, field = place.key.partition(".")
    lines = []
    for block in blocks:
        is_in_step = place.is_step and block["step"] == key
        if not is_in_step and block["key"] != key:
            continue
        for name, _, text in block["lines"]:
            if not field or name == field:
                lines.append((name, text))
    return lines
