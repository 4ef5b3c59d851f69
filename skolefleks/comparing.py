"""What differs between two texts, line by line and then word by word, within a budget.

Whoever writes a text decides how long it takes to compare. So the work is
counted, and a pair of texts that takes too much of it is shown side by side.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

# Steps of comparing: half a second of work, and a tenth of that for a page that
# somebody waits for. Forty words changed in a text of a thousand take ten
# thousand.
STEPS_IN_A_TASK = 600_000
STEPS_ON_A_PAGE = 60_000

LINES = re.compile(r"[^\n]*\n|[^\n]+")
WORDS = re.compile(r"\s+|\S+")


class Word(NamedTuple):
    """A run of text: `same`, `new` or `old`."""

    kind: str
    text: str


class Overspent(Exception):
    """The texts would take more steps to compare than are left."""


@dataclass
class Budget:
    """The steps that are left for all the texts of one comparison."""

    steps: int

    def take(self, steps: int) -> None:
        """Raises Overspent."""
        if steps > self.steps:
            raise Overspent
        self.steps -= steps


def compare(old: str, new: str, budget: Budget) -> list[Word]:
    """`new` beside `old`: the lines that changed word by word, the rest as it stands.

    Raises Overspent.
    """
    words: list[Word] = []
    for kind, old_lines, new_lines in _runs(
        LINES.findall(old), LINES.findall(new), budget
    ):
        if kind == "same":
            _add(words, "same", "".join(old_lines))
            continue

        old_words = WORDS.findall("".join(old_lines))
        new_words = WORDS.findall("".join(new_lines))
        for word_kind, old_run, new_run in _runs(old_words, new_words, budget):
            if word_kind == "same":
                _add(words, "same", "".join(old_run))
                continue
            _add(words, "old", "".join(old_run))
            _add(words, "new", "".join(new_run))
    return words


def _add(words: list[Word], kind: str, text: str) -> None:
    """Put the text at the end; runs of one kind become one."""
    if not text:
        return
    if words and words[-1].kind == kind:
        text = words.pop().text + text
    words.append(Word(kind, text))


# What two lists have: ("same", old, new), or ("changed", what is gone, what is new).
Run = tuple[str, list[str], list[str]]


def _runs(old: list[str], new: list[str], budget: Budget) -> list[Run]:
    """The lists beside each other, in order."""
    budget.take(len(old) + len(new))
    first = _length_of_same_beginning(old, new)
    last = _length_of_same_beginning(old[first:][::-1], new[first:][::-1])
    old_end = len(old) - last
    new_end = len(new) - last

    runs: list[Run] = [("same", old[:first], new[:first])]
    runs += _runs_between(old[first:old_end], new[first:new_end], budget)
    runs.append(("same", old[old_end:], new[new_end:]))
    return [run for run in runs if run[1] or run[2]]


def _length_of_same_beginning(old: Sequence[str], new: Sequence[str]) -> int:
    length = 0
    for one, other in zip(old, new, strict=False):
        if one != other:
            break
        length += 1
    return length


def _runs_between(old: list[str], new: list[str], budget: Budget) -> list[Run]:
    """The same by Myers' way (An O(ND) Difference Algorithm, 1986): quick where little differs."""
    if not old or not new:
        return [("changed", old, new)]

    runs: list[Run] = []
    old_from = new_from = 0
    for old_at, new_at in _common_places(old, new, budget):
        if old_at > old_from or new_at > new_from:
            runs.append(("changed", old[old_from:old_at], new[new_from:new_at]))
        runs.append(("same", [old[old_at]], [new[new_at]]))
        old_from, new_from = old_at + 1, new_at + 1
    runs.append(("changed", old[old_from:], new[new_from:]))
    return runs


def _common_places(
    old: list[str], new: list[str], budget: Budget
) -> list[tuple[int, int]]:
    """(place in the old, place in the new) of all that both have, in one order."""
    # How far along the old list one comes on each diagonal, for each number of
    # differences.
    trace: list[dict[int, int]] = []
    furthest = {1: 0}
    for differences in range(len(old) + len(new) + 1):
        budget.take(differences + 1)
        trace.append(dict(furthest))
        for diagonal in range(-differences, differences + 1, 2):
            at_old = _step(furthest, diagonal, differences)
            at_new = at_old - diagonal
            begins_at = at_old
            while (
                at_old < len(old) and at_new < len(new) and old[at_old] == new[at_new]
            ):
                at_old += 1
                at_new += 1
            budget.take(at_old - begins_at)
            furthest[diagonal] = at_old
            if at_old >= len(old) and at_new >= len(new):
                return _trace_back(trace, len(old), len(new))
    raise AssertionError("Two lists differ in no more than all they hold.")


def _step(furthest: dict[int, int], diagonal: int, differences: int) -> int:
    """Where one comes to on a diagonal by one more difference."""
    if _is_by_new(furthest, diagonal, differences):
        return furthest[diagonal + 1]
    return furthest[diagonal - 1] + 1


def _is_by_new(furthest: dict[int, int], diagonal: int, differences: int) -> bool:
    """Whether the difference is one more of the new list, or one less of the old."""
    # On the outermost diagonals there is only one to come from.
    if diagonal == -differences:
        return True
    if diagonal == differences:
        return False
    return furthest[diagonal - 1] < furthest[diagonal + 1]


def _trace_back(
    trace: list[dict[int, int]], at_old: int, at_new: int
) -> list[tuple[int, int]]:
    """The way that was taken, read from its end."""
    places = []
    for differences in range(len(trace) - 1, -1, -1):
        furthest = trace[differences]
        diagonal = at_old - at_new
        came_to = _step(furthest, diagonal, differences)
        while at_old > came_to:
            at_old -= 1
            at_new -= 1
            places.append((at_old, at_new))

        # One difference earlier one was on the diagonal beside.
        if _is_by_new(furthest, diagonal, differences):
            at_new -= 1
        else:
            at_old -= 1
    return places[::-1]
