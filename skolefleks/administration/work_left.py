"""What hangs on a person, as numbers: the floors above register what they know of it.

An administrator sees how much it is, never which cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from skolefleks.models import User

Count = Callable[["User"], int]

# By what the page says of them, in the order of the floors.
COUNTS: dict[str, Count] = {}


def counts_as(label: str) -> Callable[[Count], Count]:
    """Register the one function that counts `label` for a person; it asks once."""

    def register(count: Count) -> Count:
        COUNTS[label] = count
        return count

    return register


def of(person: User) -> list[tuple[str, int]]:
    """(label, how many) of all that is registered, zeros too. A query each."""
    return [(label, count(person)) for label, count in sorted(COUNTS.items())]
