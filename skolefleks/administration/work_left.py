"""What hangs on a person, as numbers, and giving it to another: the floors above know both.

An administrator sees how much it is, never which cases.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, cast

from django.conf import settings
from django.utils.module_loading import import_string

if TYPE_CHECKING:
    from skolefleks.models import User

Count = Callable[["User"], int]


class PassOn(Protocol):
    """Gives what it knows of to another, as far as they may have it; how many it was."""

    def __call__(self, person: User, *, to: User, by: User) -> int: ...


# By what the page says of them, in the order of the floors.
COUNTS: dict[str, Count] = {}


def counts_as(label: str) -> Callable[[Count], Count]:
    """Register the one function that counts `label` for a person; it asks once."""

    def register(count: Count) -> Count:
        COUNTS[label] = count
        return count

    return register


def pass_on(person: User, *, to: User, by: User) -> int:
    """Give all that can be given, by acts that a setting names; how many things it was."""
    acts = [cast("PassOn", import_string(path)) for path in settings.PASSES_ON]
    return sum(act(person, to=to, by=by) for act in acts)


def of(person: User) -> list[tuple[str, int]]:
    """(label, how many) of all that is registered, zeros too. A query each."""
    return [(label, count(person)) for label, count in sorted(COUNTS.items())]
