"""The pool's bar and the meters of pupils: what the templates draw in html."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from budget.books import queries as books_queries


class Segment(NamedTuple):
    """A piece of a bar (`components/bar.html`): `start` and `width` in percent of the whole."""

    label: str
    start: float
    width: float
    text: str
    tone: str


class Meter(NamedTuple):
    """Pupils against the expected band (`components/meter.html`), on a scale from 0 to `top`."""

    label: str
    value: int
    low: int
    high: int
    top: int
    text: str


def pool_bar(pool: books_queries.PoolYear) -> list[Segment]:
    """Paid, committed and free as parts of what is allocated; nothing of a pool without money."""
    if not pool.allocated:
        return []

    parts = (
        ("Udbetalt", pool.paid, "paid"),
        ("Disponeret", pool.committed, "committed"),
        ("Fri", pool.free, "free"),
    )
    # From left to right, each where the one before it ends.
    segments = []
    start = 0.0
    for label, amount, tone in parts:
        width = 100 * amount / pool.allocated
        # The amounts stand beside it, once.
        segments.append(Segment(label, start, width, f"{round(width)} %", tone))
        start += width
    return segments


def places_meter(places: int, expected: tuple[int, ...], *, top: int) -> Meter:
    """Pupils against the fewest and the most expected."""
    low, high = expected
    return Meter(f"forventet {low}-{high}", places, low, high, top, str(places))
