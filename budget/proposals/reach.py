"""Whether what a proposal takes out of frames and years is there."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, NamedTuple

from budget.books import actions as books
from budget.books.closed import require_open

if TYPE_CHECKING:
    from collections.abc import Mapping

    from budget.models import FundingSource


class FrameYear(NamedTuple):
    """One frame's part of one fiscal year's pool."""

    year: int
    source: FundingSource


def require_reach(lines: Mapping[FrameYear, int]) -> None:
    """Raise Overdrawn or FrameEmpty unless what is taken out is there.

    Of each year's free amount, and of what the frame has put in.
    """
    require_open({part.year for part in lines})
    # A year's net: a move between two frames of one year takes nothing out of it.
    net: dict[int, int] = defaultdict(int)
    for part, amount in lines.items():
        net[part.year] -= amount
        if amount < 0:
            books.require_frame(part.source, part.year, -amount)

    books.require_free({year: amount for year, amount in net.items() if amount > 0})
