"""Where in an application the committee can ask for more, and how it stands with what was asked. Reads, never writes.

A place is named by its block (`changes.blocks`) and field: `pupil:<id>.description`, `cooperation.ppr_daily`; without a
field it is a whole row (`planned:<id>`) or a whole step (`cooperation`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from django.urls import reverse

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from applications.fields.blocks import Block


ROWS = {"tried", "planned", "goal"}  # kinds of blocks that are asked about as a whole


NEVER = {"cpr"}


class Place(NamedTuple):
    """One field, row or step, with what the school wrote there; `label` is '' for a row and a step."""

    key: str
    step: str
    title: str
    label: str = ""
    text: str = ""

    @property
    def shown(self) -> str:
        of_pupil = self.label and self.key.startswith("pupil:")
        return f"{self.title}: {self.label}" if of_pupil else self.label or self.title

    @property
    def is_step(self) -> bool:
        return self.key == self.step

    def url(self, number: str, *, is_gone: bool) -> str:
        """Where the question stands on the school's form; of what is gone, on its step."""
        kind, _, pk = self.key.partition(".")[0].partition(":")
        of_pupil = [pk] if kind == "pupil" and not is_gone else []
        name = "applications:pupil" if of_pupil else f"applications:{self.step}"
        return f"{reverse(name, args=[number, *of_pupil])}#ask-{self.key}"


class Asked(NamedTuple):
    """A question, where it stands, and whether the school has changed what it is about; None where nobody can tell."""

    place: Place
    question: str
    url: str
    is_changed: bool | None
    is_gone: bool


def places(blocks: Iterable[Block], steps: Mapping[str, str]) -> list[Place]:
    """Every place of the application, step by step; of each step itself comes last."""
    told = list(blocks)
    found: list[Place] = []
    for step, title in steps.items():
        found += [place for block in told if block["step"] == step for place in _in(block)]
        found.append(Place(step, step, f"Hele trinnet »{title}«"))
    return found


def asked(
    asks: Mapping[str, str],
    steps: Mapping[str, str],
    number: str,
    *,
    now: Sequence[Block],
    before: Sequence[Block] | None = None,
) -> list[Asked]:
    """The questions in their order. `before`: what had been submitted when they were asked, where that is at hand."""
    here, there = (
        {place.key: place for place in places(blocks, steps)} for blocks in (now, before or ())
    )
    found = []
    for key, question in asks.items():
        place = (
            here.get(key)
            or there.get(key)
            or Place(key, next(iter(steps)), "Noget, der er fjernet")
        )
        changed = None if before is None else _is_changed(place, before, now)
        url = place.url(number, is_gone=key not in here)
        found.append(Asked(there.get(key, place), question, url, changed, key not in here))
    return found


def _in(block: Block) -> Iterator[Place]:
    key, step, title = block["key"], block["step"], block["title"]
    if key.partition(":")[0] in ROWS:
        yield Place(
            key,
            step,
            title,
            text=next((text for name, _, text in block["lines"] if name == "what"), ""),
        )
        return
    for name, label, text in block["lines"]:
        if name not in NEVER:
            yield Place(f"{key}.{name}", step, title, label, text)


def _is_changed(place: Place, before: Sequence[Block], now: Sequence[Block]) -> bool | None:
    old, new = _said(place, before), _said(place, now)
    return old != new if old or new else None


def _said(place: Place, blocks: Sequence[Block]) -> list[tuple[str, str]]:
    """What stands at `place`, line by line."""
    key, _, field = place.key.partition(".")
    within = [
        block for block in blocks if place.step == key == block["step"] or block["key"] == key
    ]
    return [
        (name, text)
        for block in within
        for name, _, text in block["lines"]
        if not field or name == field
    ]
