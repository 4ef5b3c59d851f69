"""Small counts are hidden, and so much beside them that no sum gives them back.

A count of 1 to SMALL_COUNT - 1 could point at one pupil. Hidden alone, it is the total less the
other rows. So further rows are hidden, the smallest first, until each small count could as well be
another one. It is judged as against a reader who knows this rule: who sees a hidden row knows that
it is small, or else at least SMALL_COUNT. Where no choice of rows is enough, all of them are
hidden, the empty ones too, so that nobody knows which rows the small ones are.

A row is hidden with everything that follows from its count: days, amounts, shares, intervals. The
same rows stay hidden in every later version, since two versions that hid different rows would be
held against each other.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from skolefleks.setup import trade

# More than any count there is.
MANY = 10**9


class Line(NamedTuple):
    """A row of a table, and the counts that it shows or lets be computed."""

    name: str
    counts: tuple[int, ...]


def is_small(count: int) -> bool:
    """So few that it could point at one pupil. 0 is no small count: it points at nobody."""
    return 0 < count < trade.now().small_count


def has_small(counts: Sequence[int]) -> bool:
    return any(is_small(count) for count in counts)


def hidden_lines(
    lines: Sequence[Line], *, before: Collection[str] = ()
) -> frozenset[str]:
    """The names of the lines to hide in a table whose lines add up to a total that is shown.

    `before` are those that an earlier version hid. A total that is small itself is the caller's
    to hide (`has_small`), with the whole table.
    """
    hidden = [line for line in lines if has_small(line.counts) or line.name in before]
    rest = [line for line in lines if line not in hidden]
    # The smallest first: so little as can be is lost. Empty ones would protect nothing.
    rest = [line for line in rest if line.counts[0]]
    rest.sort(key=lambda line: (line.counts[0], lines.index(line)))

    while not is_safe(hidden):
        if not rest:
            return frozenset(line.name for line in lines)
        # One that is enough by itself, before the smallest that is not.
        enough = [line for line in rest if is_safe([*hidden, line])]
        chosen = next(iter(enough or rest))
        hidden.append(chosen)
        rest.remove(chosen)
    return frozenset(line.name for line in hidden)


def hidden_alone(
    lines: Sequence[Line], *, before: Collection[str] = ()
) -> frozenset[str]:
    """The names of the lines to hide in a table without a total, where each stands for itself.

    What is not counted follows from the rest: its line gives both among its counts.
    """
    return frozenset(
        line.name for line in lines if has_small(line.counts) or line.name in before
    )


def is_safe(hidden: Sequence[Line]) -> bool:
    """Whether each small count of the hidden lines could be another one, as far as is known.

    Their sum is known: the total less the lines that are shown.
    """
    if not hidden:
        return True
    columns = range(len(hidden[0].counts))
    return all(
        _is_column_safe([line.counts[column] for line in hidden]) for column in columns
    )


def _is_column_safe(counts: Sequence[int]) -> bool:
    total = sum(counts)
    bounds = [_known_bounds(count) for count in counts]
    least = sum(low for low, _ in bounds)
    most = sum(high for _, high in bounds)

    for count, (low, high) in zip(counts, bounds, strict=True):
        if not is_small(count):
            continue
        # What the others leave of the sum at the most and at the least.
        highest = min(high, total - (least - low))
        lowest = max(low, total - (most - high))
        if lowest == highest:
            return False
    return True


def _known_bounds(count: int) -> tuple[int, int]:
    """Between what a reader who knows the rule knows a hidden count to lie."""
    if count == 0:
        return 0, 0
    if is_small(count):
        return 1, trade.now().small_count - 1
    return trade.now().small_count, MANY
